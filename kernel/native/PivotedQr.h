// Householder QR, of a matrix as it is or, with column pivoting, of one whose rows are sorted by size first: the bits of
// src/linalg/reference/qFactors.ts and of src/linalg/pivotedQr.ts. Lanes run across columns.
#pragma once
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>
#include "Matrix.h"
#include "dot.h"
#include "elementary.h"

class PivotedQr {
 public:
  /** Memory for matrices of up to `most` rows and columns. */
  explicit PivotedQr(long most)
      : R(matrix(most, most)), reflectors(arena().take(most * (padded(most) + LANES))), factors(arena().take(most)),
        sums(arena().take(padded(most))), sizes(arena().take(most)), rowOrder(most), order(most) {}

  /** Takes an m × n matrix, with padding, as it is: the rank is then that of any matrix of its shape. */
  void factorizeAsItIs(const double *source, long rows, long columns) {
    shape(rows, columns);
    for (long i = 0; i < m; i++) rowOrder[i] = static_cast<int32_t>(i);
    copyRows(source);
    for (rank = 0; rank < most(); rank++) reflect(rank);
  }

  /** Takes an m × n matrix, with padding. */
  void factorize(const double *source, long rows, long columns) {
    shape(rows, columns);
    sortRows(source);
    copyRows(source);
    for (long c = 0; c < n; c++) order[c] = static_cast<int32_t>(c);
    for (rank = 0; rank < most(); rank++) {
      long pivot = rank;
      for (long c = rank + 1; c < n; c++)
        if (sums[c] > sums[pivot]) pivot = c;
      if (sums[pivot] == 0) break;
      if (pivot != rank) swapColumns(rank, pivot);
      reflect(rank);
    }
  }

  /** Writes Q, m × rank, with padding. */
  void writeQ(double *Q) {
    const long columns = padded(rank);
    byVectors(0, columns, [&](auto count, long c) { writeColumns<count()>(Q, c, columns); });
  }

  /** R, rank × n with padding, upper trapezoidal; column c belongs to column order[c] of the matrix. */
  double *R;
  long rank = 0, stride = 0;
  int32_t columnOf(long c) const { return order[c]; }

 private:
  void shape(long rows, long columns) {
    m = rows;
    n = columns;
    stride = padded(n);
    reflectorStride = padded(m) + LANES;
  }

  long most() const { return m < n ? m : n; }

  /** Calls for columns [from, to), four vectors of them at a time: their sums then hide each other's latency. */
  template <class Call>
  static void byVectors(long from, long to, Call call) {
    for (; to - from >= 4 * LANES; from += 4 * LANES) call(std::integral_constant<int, 4>(), from);
    const long left = (to - from) / LANES;
    if (left == 3) call(std::integral_constant<int, 3>(), from);
    else if (left == 2) call(std::integral_constant<int, 2>(), from);
    else if (left == 1) call(std::integral_constant<int, 1>(), from);
  }

  /** The row of the largest entry first. */
  void sortRows(const double *source) {
    for (long i = 0; i < m; i++) {
      Vector most = {};
      for (long c = 0; c < stride; c += LANES) most = larger(most, sizeOf(load(source + i * stride + c)));
      double size = 0;
      for (long lane = 0; lane < LANES; lane++) size = most[lane] > size ? most[lane] : size;
      long to = i;
      for (; to > 0 && sizes[to - 1] < size; to--) {
        sizes[to] = sizes[to - 1];
        rowOrder[to] = rowOrder[to - 1];
      }
      sizes[to] = size;
      rowOrder[to] = static_cast<int32_t>(i);
    }
  }

  /** Copies the rows in their order, and sums up the columns. */
  void copyRows(const double *source) {
    for (long c = 0; c < stride; c += LANES) {
      Vector sum = {};
      for (long i = 0; i < m; i++) {
        const Vector entries = load(source + rowOrder[i] * stride + c);
        store(R + i * stride + c, entries);
        sum += sizeOf(entries);
      }
      store(sums + c, sum);
    }
  }

  void swapColumns(long c, long d) {
    for (long at = 0; at < m * stride; at += stride) std::swap(R[at + c], R[at + d]);
    std::swap(order[c], order[d]);
    sums[d] = sums[c];
  }

  /** Reflects column k, from row k on, onto its first entry, and the columns right of it. */
  void reflect(long k) {
    double *v = reflectors + k * reflectorStride;
    double *entries = R + k * stride + k;
    double size = 0;
    for (long i = k; i < m; i++) {
      v[i] = entries[(i - k) * stride];
      entries[(i - k) * stride] = 0;
      size = std::fabs(v[i]) > size ? std::fabs(v[i]) : size;
    }
    for (long i = m; i < m + LANES; i++) v[i] = 0;
    factors[k] = 0;
    if (size == 0) return;
    const int power = exponent(size);
    if (power >= -1023 && power <= 1022) {
      const double scale = scaleByPowerOfTwo(1, -power);
      for (long i = k; i < m; i++) v[i] *= scale;
    } else {
      for (long i = k; i < m; i++) v[i] = scaleByPowerOfTwo(v[i], -power);
    }
    const double norm = std::sqrt(dot(v + k, v + k, m - k));
    const double value = v[k] > 0 ? -norm : norm;
    v[k] -= value;
    factors[k] = -1 / (value * v[k]);
    byVectors((k + 1) & -LANES, stride, [&](auto count, long c) { reflectColumns<count()>(k, v, c); });
    // Only now, since the vectors above begin a little left of column k + 1.
    *entries = scaleByPowerOfTwo(value, power);
  }

  template <int Columns>
  void reflectColumns(long k, const double *v, long c) {
    Vector w[Columns] = {}, sum[Columns] = {};
    double *row = R + k * stride + c;
    for (long i = k; i < m; i++, row += stride)
      for (int j = 0; j < Columns; j++) w[j] += (v[i] - Vector{}) * load(row + j * LANES);
    row = R + k * stride + c;
    for (int j = 0; j < Columns; j++) {
      w[j] = (factors[k] - Vector{}) * w[j];
      store(row + j * LANES, load(row + j * LANES) - (v[k] - Vector{}) * w[j]);
    }
    row += stride;
    for (long i = k + 1; i < m; i++, row += stride)
      for (int j = 0; j < Columns; j++) {
        const Vector left = load(row + j * LANES) - (v[i] - Vector{}) * w[j];
        store(row + j * LANES, left);
        sum[j] += sizeOf(left);
      }
    for (int j = 0; j < Columns; j++) store(sums + c + j * LANES, sum[j]);
  }

  /** The product of the reflections, from column `from` on. */
  template <int Columns>
  void writeColumns(double *Q, long from, long columns) {
    for (long i = 0; i < m; i++)
      for (int j = 0; j < Columns; j++) store(Q + i * columns + from + j * LANES, Vector{});
    long k = from + Columns * LANES < rank ? from + Columns * LANES - 1 : rank - 1;
    for (; k >= 0; k--) {
      if (k >= from) Q[rowOrder[k] * columns + k] = 1;
      const double *v = reflectors + k * reflectorStride;
      Vector w[Columns] = {};
      for (long i = k; i < m; i++)
        for (int j = 0; j < Columns; j++)
          w[j] += (v[i] - Vector{}) * load(Q + rowOrder[i] * columns + from + j * LANES);
      for (long i = k; i < m; i++) {
        const Vector scaled = factors[k] * v[i] - Vector{};
        for (int j = 0; j < Columns; j++) {
          double *entries = Q + rowOrder[i] * columns + from + j * LANES;
          store(entries, load(entries) - scaled * w[j]);
        }
      }
    }
  }

  double *reflectors, *factors, *sums, *sizes;
  std::vector<int32_t> rowOrder, order;
  long m = 0, n = 0, reflectorStride = 0;
};
