// The bits of src/linalg/reference/draws.ts and philox.ts.

#include "draws.h"
#include <cmath>
#include <utility>
#include "elementary.h"

namespace {

enum Kind : uint64_t { UNIFORM = 0, NORMAL = 1, INTEGER = 2, PERMUTATION = 3 };

/** A block is two draws of 64 bits. */
struct Block {
  uint64_t first, second;
};

Block drawBlock(const Stream &stream, Kind kind, uint64_t index, uint32_t upper) {
  uint32_t c0 = static_cast<uint32_t>(index), c1 = upper + static_cast<uint32_t>(kind << 28);
  uint32_t c2 = stream.counter2, c3 = stream.counter3, k0 = stream.key0, k1 = stream.key1;
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = uint64_t{0xd2511f53} * c0, p1 = uint64_t{0xcd9e8d57} * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return {uint64_t{c0} << 32 | c1, uint64_t{c2} << 32 | c3};
}

Block drawBlock(const Stream &stream, Kind kind, uint64_t index) {
  return drawBlock(stream, kind, index, static_cast<uint32_t>(index >> 32));
}

double uniformOf(uint64_t draw) {
  return static_cast<double>(static_cast<int64_t>(draw >> 11) + 1) * 1.1102230246251565e-16;
}

int32_t integerOf(uint64_t draw, uint64_t below) {
  return static_cast<int32_t>(static_cast<unsigned __int128>(draw) * below >> 64);
}

} // namespace

void fillUniforms(const Stream &stream, uint64_t from, double *out, long count) {
  Block block{};
  for (long i = 0; i < count; i++) {
    const uint64_t element = from + i;
    if (i == 0 || element % 2 == 0) block = drawBlock(stream, UNIFORM, element / 2);
    out[i] = uniformOf(element % 2 == 0 ? block.first : block.second);
  }
}

void fillIntegers(const Stream &stream, uint64_t from, uint64_t below, int32_t *out, long count) {
  Block block{};
  for (long i = 0; i < count; i++) {
    const uint64_t element = from + i;
    if (i == 0 || element % 2 == 0) block = drawBlock(stream, INTEGER, element / 2);
    out[i] = integerOf(element % 2 == 0 ? block.first : block.second, below);
  }
}

void fillNormals(const Stream &stream, uint64_t from, double *out, long count) {
  // Blocks are taken several at a time, so that the compiler can give each a lane.
  constexpr long GROUP = 8;
  double radius[GROUP], turn[GROUP], pairs[2 * GROUP];
  const uint64_t end = from + count;
  for (uint64_t block = from / 2; 2 * block < end; block += GROUP) {
    for (long g = 0; g < GROUP; g++) {
      const Block drawn = drawBlock(stream, NORMAL, block + g);
      radius[g] = uniformOf(drawn.first);
      turn[g] = uniformOf(drawn.second);
    }
    for (long g = 0; g < GROUP; g++) radius[g] = std::sqrt(0 - 2 * logOfNormal(radius[g]));
    for (long g = 0; g < GROUP; g++) {
      double cosine, sine;
      turnOf(turn[g], cosine, sine);
      pairs[2 * g] = radius[g] * cosine;
      pairs[2 * g + 1] = radius[g] * sine;
    }
    const uint64_t first = 2 * block < from ? from : 2 * block;
    const uint64_t last = 2 * (block + GROUP) < end ? 2 * (block + GROUP) : end;
    for (uint64_t e = first; e < last; e++) out[e - from] = pairs[e - 2 * block];
  }
}

void fillPermutation(const Stream &stream, uint32_t index, int32_t *out, long n) {
  for (long i = 0; i < n; i++) out[i] = static_cast<int32_t>(i);
  Block block{};
  for (long i = n - 1, draw = 0; i > 0; i--, draw++) {
    if (draw % 2 == 0) block = drawBlock(stream, PERMUTATION, draw / 2, index);
    std::swap(out[i], out[integerOf(draw % 2 == 0 ? block.first : block.second, i + 1)]);
  }
}
