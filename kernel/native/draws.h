// Counter-based random draws: the bits of src/linalg/reference/draws.ts and philox.ts.
#pragma once
#include <cstdint>

/** Key and upper half of the counter of a stream of Philox 4×32-10 blocks. */
struct Stream {
  uint32_t key0, key1, counter2, counter3;
};

/** Elements from … from + count − 1 of the stream. */
void fillUniforms(const Stream &stream, uint64_t from, double *out, long count);
void fillNormals(const Stream &stream, uint64_t from, double *out, long count);
/** Integers in 0 … below − 1, below ≤ 2^31. */
void fillIntegers(const Stream &stream, uint64_t from, uint64_t below, int32_t *out, long count);
/** The permutation of 0 … n − 1 that belongs to `index` < 2^28. */
void fillPermutation(const Stream &stream, uint32_t index, int32_t *out, long n);
