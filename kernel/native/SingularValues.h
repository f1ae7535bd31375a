// Singular values by Golub and Kahan: the bits of src/linalg/reference/singularValues.ts.
#pragma once
#include <cstdlib>
#include "bidiagonal.h"
#include "bidiagonalize.h"

/** Matrices are made bidiagonal one by one; from there on four of them go side by side, until `finish`. */
class SingularValues {
 public:
  /** Memory for matrices of up to `most` rows and columns. */
  explicit SingularValues(long most) : bidiagonalizer(most), superdiagonal(arena().take(most)) {
    for (Lane &lane : lanes) lane = {Chain(most), arena().take(most), nullptr, 0, 0, 0};
  }

  /**
   * Takes a matrix of which entry (i, j) is data[i·stride + j] and `largest` the largest size; writes the values,
   * times 2^power, to `out`, by `finish` at the latest.
   */
  void add(const double *data, long rows, long columns, long stride, double largest, int power, double *out) {
    const long m = rows > columns ? rows : columns, n = rows > columns ? columns : rows;
    if (largest == 0) {
      for (long k = 0; k < n; k++) out[k] = 0;
      return;
    }
    while (busy == CHAINS) advance();
    Lane *lane = lanes;
    while (lane->chain.sweeps()) lane++;
    const int size = exponent(largest);
    const int shift = std::abs(size) < 90 ? 0 : -size;
    if (rows == m) bidiagonalizer.read(data, m, n, stride, 1, shift);
    else bidiagonalizer.read(data, m, n, 1, stride, shift);
    bidiagonalizer.run(lane->values, superdiagonal);
    lane->out = out;
    lane->n = n;
    lane->shift = -shift;
    lane->power = power;
    lane->chain.start(lane->values, superdiagonal, n);
    if (lane->chain.sweeps()) busy++;
    else end(*lane);
  }

  /** Ends what was added; false where sweeps did not converge. */
  bool finish() {
    while (busy > 0) advance();
    return !failed;
  }

 private:
  static constexpr int CHAINS = 4;
  struct Lane {
    Chain chain;
    double *values;
    double *out;
    long n;
    int shift, power;
  };

  void advance() {
    Lane *running[CHAINS];
    Chain *chains[CHAINS];
    int count = 0;
    for (Lane &lane : lanes)
      if (lane.chain.sweeps()) {
        running[count] = &lane;
        chains[count++] = &lane.chain;
      }
    if (count == CHAINS) Chain::run<CHAINS>(chains);
    else if (count == 3) Chain::run<3>(chains);
    else if (count == 2) Chain::run<2>(chains);
    else Chain::run<1>(chains);
    for (int c = 0; c < count; c++)
      if (!chains[c]->sweeps()) {
        busy--;
        end(*running[c]);
      }
  }

  void end(const Lane &lane) {
    failed = failed || lane.chain.failed;
    for (long k = 0; k < lane.n; k++)
      lane.out[k] = scaleByPowerOfTwo(scaleByPowerOfTwo(lane.values[k], lane.shift), lane.power);
  }

  Bidiagonalizer bidiagonalizer;
  double *superdiagonal;
  Lane lanes[CHAINS];
  int busy = 0;
  bool failed = false;
};
