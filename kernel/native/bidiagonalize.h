// Householder reflections from both sides that make a matrix bidiagonal: the bits of
// src/linalg/reference/singularValues.ts. Lanes run across columns, and across the four partial sums of a dot product.
#pragma once
#include <cmath>
#include <utility>
#include "Matrix.h"
#include "dot.h"
#include "elementary.h"

class Bidiagonalizer {
 public:
  /** Memory for matrices of up to `most` rows and columns. */
  explicit Bidiagonalizer(long most) : a(arena().take((padded(most) + LANES) * (padded(most)) + LANES)) {
    for (double **p : {&v, &nextV, &w, &nextW, &u, &y}) *p = arena().take(padded(most) + 2 * LANES);
  }

  /** Takes a matrix of m × n entries, m ≥ n, entry (i, j) at data[i·row + j·column], times 2^shift. */
  void read(const double *data, long rows, long columns, long row, long column, int shift) {
    m = rows;
    n = columns;
    stride = padded(n);
    for (long i = 0; i < m; i++) {
      double *to = a + i * stride;
      if (column == 1)
        for (long j = 0; j < n; j++) to[j] = data[i * row + j];
      else
        for (long j = 0; j < n; j++) to[j] = data[i * row + j * column];
      if (shift != 0)
        for (long j = 0; j < n; j++) to[j] = scaleByPowerOfTwo(to[j], shift);
      for (long j = n; j < stride; j++) to[j] = 0;
    }
    // Rows are taken by fours, and read a little beyond their ends.
    std::memset(a + m * stride, 0, (LANES * stride + LANES) * sizeof(double));
    std::memset(v + m, 0, LANES * sizeof(double));
    std::memset(nextV + m, 0, LANES * sizeof(double));
  }

  void run(double *diagonal, double *superdiagonal) {
    for (long i = 0; i < m; i++) v[i] = a[i * stride];
    diagonal[0] = reflector(v, 0, m);
    for (long j = 0; j < stride; j += LANES) {
      Vector sum = {};
      for (long i = 0; i < m; i++) sum += (v[i] - Vector{}) * load(a + i * stride + j);
      store(w + j, sum);
    }
    for (long k = 0; k < n - 1; k++) {
      const long first = k + 1;
      prepareRow(k, diagonal[k]);
      superdiagonal[k] = first < n - 1 ? reflector(u, first, n) : u[first];
      const double rowFactor = first < n - 1 ? reflectorFactor(superdiagonal[k], u[first]) : 0;
      reflectRows(first, rowFactor);
      diagonal[first] = reflector(nextV, first, m);
      update(first);
      std::swap(v, nextV);
      std::swap(w, nextW);
    }
  }

 private:
  void prepareRow(long k, double value) {
    const long first = k + 1, start = first & -LANES;
    const Vector columnFactor = reflectorFactor(value, v[k]) - Vector{}, vk = v[k] - Vector{};
    const double *row = a + k * stride;
    for (long j = start; j < stride; j += LANES) {
      const Vector scaled = columnFactor * load(w + j);
      store(w + j, scaled);
      store(u + j, load(row + j) - vk * scaled);
    }
    for (long j = start; j < first; j++) u[j] = 0;
    storeAnywhere(u + n, Vector{});
  }

  /** y = rowFactor (A u − v wᵀu), and the next column to reflect. */
  void reflectRows(long first, double rowFactor) {
    const long start = first & -LANES;
    const Vector wu = dot(w + first, u + first, n - first) - Vector{};
    const Vector factor = rowFactor - Vector{}, w0 = w[first] - Vector{}, u0 = u[first] - Vector{};
    for (long i = first; i < m; i += LANES) {
      const double *r0 = a + i * stride, *r1 = r0 + stride, *r2 = r1 + stride, *r3 = r2 + stride;
      Vector s0 = {}, s1 = {}, s2 = {}, s3 = {};
      for (long j = start; j < n; j += LANES) {
        const Vector right = load(u + j);
        s0 += load(r0 + j) * right;
        s1 += load(r1 + j) * right;
        s2 += load(r2 + j) * right;
        s3 += load(r3 + j) * right;
      }
      const Vector sums =
          first & 1 ? sumsOf(rotated(s0), rotated(s1), rotated(s2), rotated(s3)) : sumsOf(s0, s1, s2, s3);
      const Vector vs = loadAnywhere(v + i);
      const Vector ys = factor * (sums - vs * wu);
      const Vector column = {r0[first], r1[first], r2[first], r3[first]};
      storeAnywhere(y + i, ys);
      storeAnywhere(nextV + i, (column - vs * w0) - ys * u0);
    }
  }

  /** A ← A − v wᵀ − y uᵀ and nextW = Aᵀ nextV. */
  void update(long first) {
    const long start = (first + 1) & -LANES;
    for (long j = start; j < stride; j += LANES) store(nextW + j, Vector{});
    for (long i = first; i < m; i += 4) {
      double *row = a + i * stride;
      const Vector v0 = v[i] - Vector{}, v1 = v[i + 1] - Vector{}, v2 = v[i + 2] - Vector{}, v3 = v[i + 3] - Vector{};
      const Vector y0 = y[i] - Vector{}, y1 = y[i + 1] - Vector{}, y2 = y[i + 2] - Vector{}, y3 = y[i + 3] - Vector{};
      const Vector n0 = nextV[i] - Vector{}, n1 = nextV[i + 1] - Vector{}, n2 = nextV[i + 2] - Vector{},
                   n3 = nextV[i + 3] - Vector{};
      for (long j = start; j < stride; j += LANES) {
        const Vector wj = load(w + j), uj = load(u + j);
        Vector sum = load(nextW + j);
        double *at = row + j;
        Vector left = (load(at) - v0 * wj) - y0 * uj;
        store(at, left);
        sum += n0 * left;
        at += stride;
        left = (load(at) - v1 * wj) - y1 * uj;
        store(at, left);
        sum += n1 * left;
        at += stride;
        left = (load(at) - v2 * wj) - y2 * uj;
        store(at, left);
        sum += n2 * left;
        at += stride;
        left = (load(at) - v3 * wj) - y3 * uj;
        store(at, left);
        sum += n3 * left;
        store(nextW + j, sum);
      }
    }
  }

  static double reflector(double *x, long from, long to) {
    const double square = dot(x + from, x + from, to - from);
    if (square < 1e-250) return 0;
    const double value = x[from] > 0 ? -std::sqrt(square) : std::sqrt(square);
    x[from] -= value;
    return value;
  }
  static double reflectorFactor(double value, double first) { return value == 0 ? 0 : -1 / (value * first); }

  double *a, *v, *nextV, *w, *nextW, *u, *y;
  long m = 0, n = 0, stride = 0;
};
