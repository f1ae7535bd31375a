// The bits of src/linalg/reference/draws.ts and philox.ts.

#include "draws.h"
#include <utility>
#include "BoxMuller.h"

namespace {

enum Kind : uint64_t { UNIFORM = 0, NORMAL = 1, INTEGER = 2, PERMUTATION = 3 };

/** Two draws of 64 bits from each of four blocks. */
struct Blocks {
  Bits first, second;
};

/** The product of the lower halves of the lanes. */
Bits multiplyLow(Bits a, uint32_t b) {
  return reinterpret_cast<Bits>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), _mm256_set1_epi64x(b)));
}

/** The blocks whose counters' lower words are in the lanes of c0 and c1; upper halves of lanes are of no account. */
Blocks drawBlocks(const Stream &stream, Bits c0, Bits c1) {
  Bits c2 = Bits{} + stream.counter2, c3 = Bits{} + stream.counter3;
  uint32_t k0 = stream.key0, k1 = stream.key1;
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++) {
    const Bits p0 = multiplyLow(c0, 0xd2511f53), p1 = multiplyLow(c2, 0xcd9e8d57);
    c0 = (p1 >> 32) ^ c1 ^ uint64_t{k0};
    c1 = p1;
    c2 = (p0 >> 32) ^ c3 ^ uint64_t{k1};
    c3 = p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return {c0 << 32 | (c1 & 0xffffffff), c2 << 32 | (c3 & 0xffffffff)};
}

/** Blocks index … index + 3 of a kind; `upper` is added to the counter's second word. */
Blocks drawBlocks(const Stream &stream, Kind kind, uint64_t index, uint64_t upper = 0) {
  const Bits indices = index + Bits{0, 1, 2, 3};
  return drawBlocks(stream, indices, (indices >> 32) + ((kind << 28) + upper));
}

/** Gives take(i, draw) the draws from + i of a kind, i = 0 … count − 1. */
template <class Take>
void eachDraw(const Stream &stream, Kind kind, uint64_t from, long count, uint64_t upper, Take take) {
  // Eight blocks at a time hide the latency of a multiplication.
  constexpr long GROUP = 4 * LANES;
  const long skipped = from % 2;
  for (long done = -skipped; done < count; done += GROUP) {
    const uint64_t block = (from + done) / 2;
    const Blocks blocks[2] = {drawBlocks(stream, kind, block, upper), drawBlocks(stream, kind, block + LANES, upper)};
    uint64_t draws[GROUP];
    for (long g = 0; g < GROUP; g += 2) {
      draws[g] = blocks[g / 8].first[g / 2 % LANES];
      draws[g + 1] = blocks[g / 8].second[g / 2 % LANES];
    }
    const long end = count - done < GROUP ? count - done : GROUP;
    for (long g = done < 0 ? skipped : 0; g < end; g++) take(done + g, draws[g]);
  }
}

/** (m + 1)/2^53, m the upper 53 bits. */
Vector uniformOf(Bits draws) {
  const Bits number = (draws >> 11) + 1;
  return (wholeOf(number >> 32) * 4294967296. + wholeOf(number & 0xffffffff)) * 1.1102230246251565e-16;
}

int32_t integerOf(uint64_t draw, uint64_t below) {
  return static_cast<int32_t>(static_cast<unsigned __int128>(draw) * below >> 64);
}

} // namespace

void fillUniforms(const Stream &stream, uint64_t from, double *out, long count) {
  eachDraw(stream, UNIFORM, from, count, 0, [=](long i, uint64_t draw) {
    out[i] = static_cast<double>(static_cast<int64_t>(draw >> 11) + 1) * 1.1102230246251565e-16;
  });
}

void fillIntegers(const Stream &stream, uint64_t from, uint64_t below, int32_t *out, long count) {
  eachDraw(stream, INTEGER, from, count, 0, [=](long i, uint64_t draw) { out[i] = integerOf(draw, below); });
}

void fillPermutation(const Stream &stream, uint32_t index, int32_t *out, long n) {
  for (long i = 0; i < n; i++) out[i] = static_cast<int32_t>(i);
  eachDraw(stream, PERMUTATION, 0, n - 1, index, [=](long draw, uint64_t bits) {
    const long i = n - 1 - draw;
    std::swap(out[i], out[integerOf(bits, i + 1)]);
  });
}

void fillNormals(const Stream &stream, uint64_t from, double *out, long count) {
  const long skipped = from % 2;
  for (long done = -skipped; done < count; done += 2 * LANES) {
    const Blocks blocks = drawBlocks(stream, NORMAL, (from + done) / 2);
    const Vector radius = radiusOf(uniformOf(blocks.first));
    Vector cosine, sine;
    turnOf(uniformOf(blocks.second), cosine, sine);
    const Vector x = radius * cosine, y = radius * sine;
    const Vector low = __builtin_shufflevector(x, y, 0, 4, 1, 5), high = __builtin_shufflevector(x, y, 2, 6, 3, 7);
    if (done >= 0 && done + 2 * LANES <= count) {
      storeAnywhere(out + done, low);
      storeAnywhere(out + done + LANES, high);
    } else {
      const long end = count - done < 2 * LANES ? count - done : 2 * LANES;
      for (long g = done < 0 ? skipped : 0; g < end; g++) out[done + g] = g < LANES ? low[g] : high[g - LANES];
    }
  }
}
