// Singular values by Golub and Kahan: the bits of src/linalg/reference/singularValues.ts.
#pragma once
#include <cstdlib>
#include "bidiagonal.h"
#include "bidiagonalize.h"
#include "bidiagonalizeFour.h"

/** Matrices are made bidiagonal, small ones by fours; from there on four of them go side by side, until `finish`. */
class SingularValues {
 public:
  /** Memory for matrices of up to `most` rows and columns. Small ones wait for each other if there are `many`. */
  SingularValues(long most, bool many)
      : many(many), bidiagonalizer(most), four(many ? most : 0), superdiagonal(arena().take(most)) {
    for (Lane &lane : lanes) lane = {Chain(most), arena().take(most), {}};
  }

  /**
   * Takes a matrix of which entry (i, j) is data[i·stride + j] and `largest` the largest size; writes the values,
   * times 2^power, to `out`, by `finish` at the latest.
   */
  void add(const double *data, long rows, long columns, long stride, double largest, int power, double *out) {
    const bool isTall = rows >= columns;
    const long m = isTall ? rows : columns, n = isTall ? columns : rows;
    if (largest == 0) {
      for (long k = 0; k < n; k++) out[k] = 0;
      return;
    }
    const int size = exponent(largest);
    const int shift = std::abs(size) < 90 ? 0 : -size;
    const long row = isTall ? stride : 1, column = isTall ? 1 : stride;
    const Job job = {m, n, -shift, power, out};
    if (many && m <= FourBidiagonalizer::MOST) {
      if (waiting > 0 && (jobs[0].m != m || jobs[0].n != n)) startWaiting();
      if (waiting == 0) four.shape(m, n);
      four.read(waiting, data, row, column, shift);
      jobs[waiting++] = job;
      if (waiting == LANES) startWaiting();
    } else {
      Lane &lane = freeLane();
      bidiagonalizer.read(data, m, n, row, column, shift);
      bidiagonalizer.run(lane.values, superdiagonal);
      start(lane, job);
    }
  }

  /** Ends what was added; false where sweeps did not converge. */
  bool finish() {
    startWaiting();
    while (busy > 0) advance();
    return !failed;
  }

 private:
  static constexpr int CHAINS = 4;
  /** The values go to `out`, times 2^shift, times 2^power. */
  struct Job {
    long m, n;
    int shift, power;
    double *out;
  };
  struct Lane {
    Chain chain;
    double *values;
    Job job;
  };

  void startWaiting() {
    if (waiting > 0) four.run();
    for (int k = 0; k < waiting; k++) {
      Lane &lane = freeLane();
      four.write(k, lane.values, superdiagonal);
      start(lane, jobs[k]);
    }
    waiting = 0;
  }

  Lane &freeLane() {
    while (busy == CHAINS) advance();
    Lane *lane = lanes;
    while (lane->chain.sweeps()) lane++;
    return *lane;
  }

  void start(Lane &lane, const Job &job) {
    lane.job = job;
    lane.chain.start(lane.values, superdiagonal, job.n);
    if (lane.chain.sweeps()) busy++;
    else end(lane);
  }

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
    const Job &job = lane.job;
    failed = failed || lane.chain.failed;
    for (long k = 0; k < job.n; k++)
      job.out[k] = scaleByPowerOfTwo(scaleByPowerOfTwo(lane.values[k], job.shift), job.power);
  }

  const bool many;
  Bidiagonalizer bidiagonalizer;
  FourBidiagonalizer four;
  double *superdiagonal;
  Lane lanes[CHAINS];
  int busy = 0;
  Job jobs[LANES]; // of those that wait in `four`
  int waiting = 0;
  bool failed = false;
};
