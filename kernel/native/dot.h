// The four partial sums of a dot product, index mod 4, in lanes of a vector: the bits of src/linalg/reference/dot.ts.
#pragma once
#include <immintrin.h>
#include "product.h"

/** (s0 + s1) + (s2 + s3). */
inline double sumOf(Vector s) { return (s[0] + s[1]) + (s[2] + s[3]); }

/** The same of four vectors. */
inline Vector sumsOf(Vector a, Vector b, Vector c, Vector d) {
  const __m256d ab = _mm256_hadd_pd(a, b), cd = _mm256_hadd_pd(c, d);
  return _mm256_permute2f128_pd(ab, cd, 0x20) + _mm256_permute2f128_pd(ab, cd, 0x31);
}

/** s1, s2, s3, s0: what lanes that began one place late hold, or three; (s0 + s1) + (s2 + s3) is the same for two. */
inline Vector rotated(Vector s) { return _mm256_permute4x64_pd(s, 0x39); }

/** Σ a_t b_t, t < count; both may be read, as finite numbers, up to three places beyond, where one is zero. */
inline double dot(const double *a, const double *b, long count) {
  Vector sum = {};
  for (long t = 0; t < count; t += LANES) sum += loadAnywhere(a + t) * loadAnywhere(b + t);
  return sumOf(sum);
}

/** |x|, and the larger of two, lane by lane. */
inline Vector sizeOf(Vector x) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), x); }
inline Vector larger(Vector x, Vector y) { return _mm256_max_pd(x, y); }
