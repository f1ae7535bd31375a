// Matrices in the arena: rows padded with zeros to whole vectors, and as many rows more as fill a square of vectors.
#pragma once
#include <cstring>
#include "Arena.h"
#include "Vector.h"

/** rows × columns zeros. */
inline double *matrix(long rows, long columns) { return arena().take(padded(rows) * stride(columns)); }

/** Copies a matrix without padding to one with it; returns the end of the source. */
inline const double *pad(const double *source, long rows, long columns, double *target) {
  for (long i = 0; i < rows; i++, source += columns)
    std::memcpy(target + i * stride(columns), source, columns * sizeof(double));
  return source;
}

struct Square {
  Vector row[LANES];
};

inline Square loadSquare(const double *p, long row) {
  return {{load(p), load(p + row), load(p + 2 * row), load(p + 3 * row)}};
}

inline void storeSquare(double *p, long row, const Square &square) {
  for (long i = 0; i < LANES; i++) store(p + i * row, square.row[i]);
}

inline Square transposed(const Square &square) {
  static_assert(LANES == 4);
  const auto [a, b, c, d] = square.row;
  const Vector ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Vector cd0 = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  return {{__builtin_shufflevector(ab0, cd0, 0, 1, 4, 5), __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5),
           __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7), __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7)}};
}

/** target = sourceᵀ; source: rows × columns. Padding included, so that it stays zero. */
inline void transpose(const double *source, long rows, long columns, double *target) {
  const long from = stride(columns), to = stride(rows);
  for (long i = 0; i < rows; i += LANES)
    for (long j = 0; j < columns; j += LANES)
      storeSquare(target + j * to + i, to, transposed(loadSquare(source + i * from + j, from)));
}

/**
 * Σ a_t b_t over the entries of two matrices, t = 0 … rows·columns − 1, by four sums of index mod 4, then
 * (s0 + s1) + (s2 + s3): the bits of src/linalg/reference/dot.ts. The padding adds zeros.
 */
inline double innerProduct(const double *a, const double *b, long rows, long columns) {
  static_assert(LANES == 4);
  // Lane m holds the sum of index m mod 4, counted from the first entry of a row: lanes move round from row to row.
  typedef int32_t Halves __attribute__((vector_size(8 * LANES)));
  const Halves round = (Halves{0, 1, 2, 3, 4, 5, 6, 7} + static_cast<int32_t>(2 * (columns % LANES))) & 7;
  Vector sums = {};
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j += LANES) sums += load(a + i * stride(columns) + j) * load(b + i * stride(columns) + j);
    sums = _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(sums), reinterpret_cast<__m256i>(round)));
  }
  const long first = rows * columns;
  const auto sum = [=](long m) { return sums[(m - first) & 3]; };
  return (sum(0) + sum(1)) + (sum(2) + sum(3));
}
