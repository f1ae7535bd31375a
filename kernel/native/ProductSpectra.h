// Singular values of products of matrices by a chain of pivoted QR: the bits of src/linalg/reference/productSpectra.ts.
#pragma once
#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>
#include "PivotedQr.h"
#include "SingularValues.h"
#include "jacobi.h"
#include "largestEntry.h"

/** Networks of widths d_0, …, d_L, one at a time. */
class ProductSpectra {
 public:
  /** Memory for one; small products wait for each other if there are `many`. */
  ProductSpectra(const int32_t *widths, long depth, bool many)
      : widths(widths), depth(depth), most(std::max<long>(1, *std::max_element(widths, widths + depth + 1))), qr(most),
        singularValues(most, many), product(most, most), middle(most, most), X(most, most), graded(most, most),
        squares(arena().take(most)) {
    for (long l = 1; l <= depth; l++) {
      factors.emplace_back(width(l), width(l - 1));
      joints.emplace_back(width(l), width(l - 1));
    }
  }

  /** Takes W_1|W_2|…|W_L; false where an entry is not finite. */
  bool take(const double *weights) {
    for (long l = 1; l <= depth; l++) {
      const double largest = largestEntry(weights, width(l) * width(l - 1));
      if (!std::isfinite(largest)) return false;
      splitFactor(weights, width(l), width(l - 1), largest, factors[l - 1]);
      weights += width(l) * width(l - 1);
      if (l > 1) multiply(factors[l - 1].X, factors[l - 2].Q, joints[l - 1]);
    }
    return true;
  }

  /** Writes the min(d_j, d_(i−1)) values of P_ij for j from `from`, or i, on; returns their end. */
  double *write(long i, long from, double *values) {
    const Split &first = factors[i - 1];
    copy(first.X, product.X);
    std::copy_n(first.D, padded(first.X.rows), product.D);
    product.power = first.power;
    for (long j = i; j <= depth; j++) {
      if (j > i) extend(joints[j - 1], factors[j - 1], j == i + 1);
      if (j < from) continue;
      const long count = std::min(width(j), width(i - 1));
      writeSpectrum(count, values);
      values += count;
    }
    return values;
  }

  /** Ends what was begun; false where sweeps did not converge. */
  bool finish() { return singularValues.finish() && !failed; }

 private:
  /** A matrix with padding; its memory is for the largest that it will be. */
  struct Dense {
    Dense(long rows, long columns) : entries(matrix(rows, columns)), rows(rows), columns(columns) {}
    double *entries;
    long rows, columns;
    long stride() const { return padded(columns); }
    double *row(long i) const { return entries + i * stride(); }
    void shape(long r, long c) {
      rows = r;
      columns = c;
    }
  };
  /** 2^power·Q D X, see the reference. */
  struct Split {
    Split(long rows, long columns)
        : Q(rows, std::min(rows, columns)), D(arena().take(padded(std::min(rows, columns)))),
          X(std::min(rows, columns), columns) {}
    Dense Q;
    double *D;
    Dense X;
    int power = 0;
  };

  static void multiply(const Dense &a, const Dense &b, Dense &c) {
    c.shape(a.rows, b.columns);
    ::product(a.rows, c.stride(), a.columns, a.entries, a.stride(), 1, b.entries, b.stride(), c.entries, c.stride(),
              Store{});
  }

  static void copy(const Dense &from, Dense &to) {
    to.shape(from.rows, from.columns);
    std::copy_n(from.entries, from.rows * from.stride(), to.entries);
  }

  void splitFactor(const double *weights, long rows, long columns, double largest, Split &result) {
    result.power = largest == 0 ? 0 : exponent(largest);
    graded.shape(rows, columns);
    for (long i = 0; i < rows; i++, weights += columns) {
      double *row = graded.row(i);
      std::copy_n(weights, columns, row);
      std::fill(row + columns, row + graded.stride(), 0);
      if (result.power != 0)
        for (long c = 0; c < columns; c++) row[c] = scaleByPowerOfTwo(row[c], -result.power);
    }
    splitGraded(result);
  }

  void splitGraded(Split &result) {
    qr.factorize(graded.entries, graded.rows, graded.columns);
    const long rank = qr.rank, stride = graded.stride();
    result.Q.shape(graded.rows, rank);
    qr.writeQ(result.Q.entries);
    result.X.shape(rank, graded.columns);
    std::fill_n(result.D, padded(rank), 0);
    for (long k = 0; k < rank; k++) {
      const double *R = qr.R + k * stride;
      double *row = result.X.row(k);
      result.D[k] = std::fabs(R[k]);
      std::fill_n(row, stride, 0);
      for (long c = k; c < graded.columns; c++) row[qr.columnOf(c)] = R[c] / result.D[k];
    }
  }

  /** The product times one more factor on its left. */
  void extend(const Dense &joint, const Split &factor, bool isSecond) {
    if (isSecond) copy(joint, graded); // the product's Q is the identity
    else multiply(joint, product.Q, graded);
    for (long r = 0; r < graded.rows; r++) {
      double *row = graded.row(r);
      const Vector left = factor.D[r] - Vector{};
      for (long c = 0; c < graded.stride(); c += LANES) store(row + c, left * load(row + c) * load(product.D + c));
    }
    splitGraded(middle);
    const int power = middle.X.rows == 0 ? 0 : exponent(middle.D[0]);
    for (long k = 0; k < middle.X.rows; k++) product.D[k] = scaleByPowerOfTwo(middle.D[k], -power);
    for (long k = middle.X.rows; k < padded(middle.X.rows); k++) product.D[k] = 0;
    multiply(middle.X, product.X, X);
    std::swap(X, product.X);
    std::swap(middle.Q, product.Q);
    product.power += factor.power + power;
  }

  void writeSpectrum(long count, double *values) {
    constexpr double GRADED = 65536;
    graded.shape(product.X.columns, product.X.rows);
    for (long r = 0; r < product.X.rows; r++)
      for (long c = 0; c < product.X.columns; c++) graded.row(c)[r] = product.D[r] * product.X.row(r)[c];
    for (long c = 0; c < graded.rows; c++)
      for (long r = graded.columns; r < graded.stride(); r++) graded.row(c)[r] = 0;
    qr.factorize(graded.entries, graded.rows, graded.columns);
    const long rank = qr.rank, stride = graded.stride();
    std::fill_n(values, count, 0);
    if (rank == 0) return;
    const int power = std::max(-4000, std::min(4000, product.power));
    if (std::fabs(qr.R[0]) > GRADED * std::fabs(qr.R[(rank - 1) * stride + rank - 1])) {
      writeRowLengths(rank, graded.columns, power, values);
    } else {
      singularValues.add(qr.R, rank, graded.columns, stride, largestEntry(qr.R, rank * stride), power, values);
    }
  }

  /** The singular values of R. */
  void writeRowLengths(long rank, long columns, int power, double *values) {
    if (!orthogonalizeRows(qr.R, rank, columns, squares)) failed = true;
    for (long k = 0; k < rank; k++) {
      const double *row = qr.R + k * padded(columns);
      const double square = dot(row, row, columns);
      values[k] = std::sqrt(square);
      if (!(square > 1e-280)) values[k] = std::accumulate(row, row + columns, 0., hypotenuse);
    }
    std::sort(values, values + rank, std::greater<double>());
    for (long k = 0; k < rank; k++) values[k] = scaleByPowerOfTwo(values[k], power);
  }

  long width(long l) const { return widths[l]; }

  const int32_t *widths;
  const long depth, most;
  PivotedQr qr;
  SingularValues singularValues;
  std::vector<Split> factors;
  std::vector<Dense> joints; // X_l Q_(l−1) at l − 1
  Split product, middle;     // Q of a product is that of its middle
  Dense X, graded;
  double *squares;
  bool failed = false;
};
