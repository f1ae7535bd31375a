// Elementary functions from + − × ÷ √ and bits alone: the bits of src/linalg/elementary.ts. Logarithm
// and turns are for the ranges of the draws.
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

/** ln x for a normal x > 0. */
inline double logOfNormal(double x) {
  const double LN2_HIGH = 0.6931471803691238, LN2_LOW = 1.9082149292705877e-10;
  const int32_t halvings = (highWord(x) - 0x3fe6a09e) >> 20;
  const double k = halvings;
  const double f = withHighWord(x, highWord(x) - halvings * 0x100000) - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  const double series =
      z * (2. / 3 + z * (2. / 5 + z * (2. / 7 + z * (2. / 9 + z * (2. / 11 + z * (2. / 13 + z * (2. / 15 +
      z * (2. / 17 + z * (2. / 19 + z * (2. / 21))))))))));
  const double half = 0.5 * f * f;
  return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f);
}

/** sin(x + tail) and cos(x + tail) for |x| ≤ π/4. */
inline double sinNearZero(double x, double tail) {
  const double z = x * x;
  const double cube = z * x;
  const double series =
      1. / 120 + z * (-1. / 5040 + z * (1. / 362880 + z * (-1. / 39916800 + z * (1. / 6227020800 +
      z * (-1. / 1307674368000 + z * (1. / 355687428096000))))));
  return x - ((z * (0.5 * tail - cube * series) - tail) + cube * (1. / 6));
}

inline double cosNearZero(double x, double tail) {
  const double z = x * x;
  const double series =
      1. / 24 + z * (-1. / 720 + z * (1. / 40320 + z * (-1. / 3628800 + z * (1. / 479001600 +
      z * (-1. / 87178291200 + z * (1. / 20922789888000))))));
  const double half = 0.5 * z;
  const double most = 1 - half;
  return most + (((1 - most) - half) + (z * z * series - x * tail));
}

/** cos(2πu) and sin(2πu). */
inline void turnOf(double u, double &cosine, double &sine) {
  const double HALF_PI = 1.5707963267948966, HALF_PI_HIGH = 1.5707963109016418, HALF_PI_LOW = 1.5893254773528196e-8;
  const double turn = u - std::floor(u + 0.5);
  const double nearest = std::floor(4 * turn + 0.5);
  const double t = 4 * turn - nearest;
  const double high = t * HALF_PI;
  const double split = 134217729 * t;
  const double upper = split - (split - t);
  const double rest = (upper * HALF_PI_HIGH - high) + (upper * HALF_PI_LOW + (t - upper) * HALF_PI);
  const double s = sinNearZero(high, rest);
  const double c = cosNearZero(high, rest);
  const int32_t quadrant = static_cast<int32_t>(nearest);
  const double swappedSine = quadrant & 1 ? c : s;
  const double swappedCosine = quadrant & 1 ? s : c;
  sine = quadrant & 2 ? -swappedSine : swappedSine;
  cosine = (quadrant + 1) & 2 ? -swappedCosine : swappedCosine;
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
