// The reflections of bidiagonalize.h for four small matrices of one shape at once, a lane each: nothing is too short for
// a vector, and what waits for a root or a division waits for four.
#pragma once
#include <immintrin.h>
#include <algorithm>
#include <utility>
#include "Arena.h"
#include "elementary.h"
#include "product.h"

class FourBidiagonalizer {
 public:
  /** The largest number of rows that it is faster for. */
  static constexpr long MOST = 24;

  /** Memory for matrices of up to `most` rows and columns, and no more than MOST. */
  explicit FourBidiagonalizer(long most) {
    most = std::min(most, MOST);
    a = vectors(most * most);
    for (Vector **p : {&v, &nextV, &w, &nextW, &u, &y, &diagonal, &superdiagonal}) *p = vectors(most);
  }

  /** All that follow are of m × n, m ≥ n. */
  void shape(long rows, long columns) {
    m = rows;
    n = columns;
  }

  /** Takes the matrix of a lane; entry (i, j) is data[i·row + j·column], times 2^shift. */
  void read(int lane, const double *data, long row, long column, int shift) {
    double *to = reinterpret_cast<double *>(a) + lane;
    for (long i = 0; i < m; i++)
      for (long j = 0; j < n; j++, to += LANES) *to = data[i * row + j * column];
    if (shift == 0) return;
    to = reinterpret_cast<double *>(a) + lane;
    for (long at = 0; at < m * n; at++, to += LANES) *to = scaleByPowerOfTwo(*to, shift);
  }

  void run() {
    for (long i = 0; i < m; i++) v[i] = a[i * n];
    diagonal[0] = reflector(v, 0, m);
    for (long j = 0; j < n; j++) w[j] = Vector{};
    for (long i = 0; i < m; i++)
      for (long j = 1; j < n; j++) w[j] += v[i] * a[i * n + j];
    for (long k = 0; k < n - 1; k++) {
      const long first = k + 1;
      const Vector columnFactor = factorOf(diagonal[k], v[k]);
      for (long j = first; j < n; j++) {
        w[j] = columnFactor * w[j];
        u[j] = a[k * n + j] - v[k] * w[j];
      }
      superdiagonal[k] = first < n - 1 ? reflector(u, first, n) : u[first];
      reflectRows(first, first < n - 1 ? factorOf(superdiagonal[k], u[first]) : Vector{});
      diagonal[first] = reflector(nextV, first, m);
      update(first);
      std::swap(v, nextV);
      std::swap(w, nextW);
    }
  }

  /** What came of the matrix of a lane. */
  void write(int lane, double *diagonal, double *superdiagonal) const {
    for (long k = 0; k < n; k++) diagonal[k] = this->diagonal[k][lane];
    for (long k = 0; k < n - 1; k++) superdiagonal[k] = this->superdiagonal[k][lane];
  }

 private:
  static Vector *vectors(long count) { return reinterpret_cast<Vector *>(arena().take(count * LANES)); }

  void reflectRows(long first, Vector rowFactor) {
    const Vector wu = dot(w + first, u + first, n - first);
    for (long i = first; i < m; i++) {
      const Vector *row = a + i * n + first;
      y[i] = rowFactor * (dot(row, u + first, n - first) - v[i] * wu);
      nextV[i] = (row[0] - v[i] * w[first]) - y[i] * u[first];
    }
  }

  void update(long first) {
    for (long j = first; j < n; j++) nextW[j] = Vector{};
    for (long i = first; i < m; i++) {
      const Vector vi = v[i], yi = y[i], nextVi = nextV[i];
      for (long j = first + 1; j < n; j++) {
        const Vector left = (a[i * n + j] - vi * w[j]) - yi * u[j];
        a[i * n + j] = left;
        nextW[j] += nextVi * left;
      }
    }
  }

  static Vector dot(const Vector *x, const Vector *y, long count) {
    Vector s0 = {}, s1 = {}, s2 = {}, s3 = {};
    long t = 0;
    for (; t + 3 < count; t += 4) {
      s0 += x[t] * y[t];
      s1 += x[t + 1] * y[t + 1];
      s2 += x[t + 2] * y[t + 2];
      s3 += x[t + 3] * y[t + 3];
    }
    if (t < count) s0 += x[t] * y[t];
    if (t + 1 < count) s1 += x[t + 1] * y[t + 1];
    if (t + 2 < count) s2 += x[t + 2] * y[t + 2];
    return (s0 + s1) + (s2 + s3);
  }

  static Vector reflector(Vector *x, long from, long to) {
    const Vector square = dot(x + from, x + from, to - from);
    const Vector root = _mm256_sqrt_pd(square);
    const Vector value = square < 1e-250 ? Vector{} : x[from] > 0 ? -root : root;
    x[from] -= value;
    return value;
  }
  static Vector factorOf(Vector value, Vector first) { return value == 0 ? Vector{} : -1 / (value * first); }

  long m = 0, n = 0;
  Vector *a, *v, *nextV, *w, *nextW, *u, *y, *diagonal, *superdiagonal;
};
