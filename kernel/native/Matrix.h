// Matrices in the arena: rows padded with zeros to whole vectors, and as many rows more as fill a square of vectors.
#pragma once
#include "Arena.h"
#include "product.h"

/** rows × columns zeros. */
inline double *matrix(long rows, long columns) { return arena().take(padded(rows) * padded(columns)); }

/** Copies a matrix without padding to one with it; returns the end of the source. */
inline const double *pad(const double *source, long rows, long columns, double *target) {
  for (long i = 0; i < rows; i++, source += columns)
    std::memcpy(target + i * padded(columns), source, columns * sizeof(double));
  return source;
}

/** target = sourceᵀ; source: rows × columns. Padding included, so that it stays zero. */
inline void transpose(const double *source, long rows, long columns, double *target) {
  static_assert(LANES == 4);
  const long from = padded(columns), to = padded(rows);
  for (long i = 0; i < to; i += LANES)
    for (long j = 0; j < from; j += LANES) {
      const double *s = source + i * from + j;
      double *t = target + j * to + i;
      const Vector a = load(s), b = load(s + from), c = load(s + 2 * from), d = load(s + 3 * from);
      const Vector ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
      const Vector cd0 = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
      store(t, __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5));
      store(t + to, __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5));
      store(t + 2 * to, __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7));
      store(t + 3 * to, __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7));
    }
}
