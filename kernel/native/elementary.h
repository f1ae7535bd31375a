// Elementary functions from + − × ÷ √ and bits alone: the bits of src/linalg/elementary.ts.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

inline int32_t highWord(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, 8);
  return static_cast<int32_t>(bits >> 32);
}

inline double withHighWord(double x, int32_t high) {
  uint64_t bits;
  std::memcpy(&bits, &x, 8);
  bits = (bits & 0xffffffffu) | static_cast<uint64_t>(static_cast<uint32_t>(high)) << 32;
  std::memcpy(&x, &bits, 8);
  return x;
}

/** The integer k with 2^k ≤ |x| < 2^(k+1), for finite x ≠ 0. */
inline int exponent(double x) {
  const int field = highWord(x) >> 20 & 0x7ff;
  return field == 0 ? exponent(x * 18014398509481984.) - 54 : field - 1023;
}

/** x·2^k, rounded once, |k| ≤ 4000. */
inline double scaleByPowerOfTwo(double x, int k) {
  if (k > 1023) return scaleByPowerOfTwo(x * 8.98846567431158e307, k - 1023);
  if (k < -1022) return scaleByPowerOfTwo(x, k + 1022) * 2.2250738585072014e-308;
  return x * withHighWord(0, (k + 1023) << 20);
}

/** a·b − product, exactly, for the rounded `product`. */
inline double productError(double a, double b, double product) {
  const double aSplit = 134217729 * a, bSplit = 134217729 * b;
  const double a1 = aSplit - (aSplit - a), b1 = bSplit - (bSplit - b);
  const double a2 = a - a1, b2 = b - b1;
  return a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2);
}

/** √(x² + y²) for finite x and y, without overflow or underflow on the way. */
inline double hypotenuse(double x, double y) {
  const double large = std::fmax(std::fabs(x), std::fabs(y)), small = std::fmin(std::fabs(x), std::fabs(y));
  if (large == 0) return 0;
  const int k = exponent(large);
  const double a = scaleByPowerOfTwo(large, -k), b = scaleByPowerOfTwo(small, -k);
  const double aa = a * a, bb = b * b;
  const double sum = aa + bb;
  const double root = std::sqrt(sum);
  const double left = (sum - root * root - productError(root, root, root * root)) +
      (((aa - sum) + bb) + (productError(a, a, aa) + productError(b, b, bb)));
  return scaleByPowerOfTwo(root + left / (2 * root), k);
}
