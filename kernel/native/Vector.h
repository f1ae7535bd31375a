// Four doubles that are calculated with at once, and how matrices lie in memory: in rows of whole vectors.
#pragma once
#include <immintrin.h>
#include <cstdint>

constexpr long LANES = 4;
typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef uint64_t Bits __attribute__((vector_size(8 * LANES)));

/** All lanes x. */
inline Vector all(double x) { return x - Vector{}; }
inline Bits bitsOf(Vector x) { return reinterpret_cast<Bits>(x); }
inline Vector ofBits(Bits x) { return reinterpret_cast<Vector>(x); }

/** A vector from and to memory, where it lies at a multiple of its size. */
inline Vector load(const double *p) { return *reinterpret_cast<const Vector *>(p); }
inline void store(double *p, Vector vector) { *reinterpret_cast<Vector *>(p) = vector; }

/** The same from and to any place. */
typedef double Anywhere __attribute__((vector_size(8 * LANES), aligned(8)));
inline Vector loadAnywhere(const double *p) { return *reinterpret_cast<const Anywhere *>(p); }
inline void storeAnywhere(double *p, Vector vector) { *reinterpret_cast<Anywhere *>(p) = vector; }

/** The first `count` lanes from any place, 1 ≤ count; zeros in the others. */
inline Vector loadSome(const double *p, long count) {
  if (count >= LANES) return loadAnywhere(p);
  const __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
  return _mm256_maskload_pd(p, mask);
}

/** `count` numbers, filled up with zeros to whole vectors. */
constexpr long padded(long count) { return (count + LANES - 1) / LANES * LANES; }

/** From a row of a matrix to the next one. Rows a multiple of 512 bytes apart would crowd into a few sets of the cache. */
constexpr long stride(long columns) { return padded(columns) % 64 == 0 ? padded(columns) + LANES : padded(columns); }
