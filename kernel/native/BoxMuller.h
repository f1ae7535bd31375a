// √(−2 ln u) and the cosine and sine of 2πu for four uniforms at once, from + − × ÷ √ and bits alone: the bits of
// src/linalg/elementary.ts, on the ranges of the draws.
#pragma once
#include "Vector.h"

/** A whole number below 2^52. */
inline Vector wholeOf(Bits number) { return ofBits(number | 0x4330000000000000) - 4503599627370496.; }

inline Vector floorOf(Vector x) { return _mm256_floor_pd(x); }
inline Vector magnitude(Vector x) { return ofBits(bitsOf(x) & 0x7fffffffffffffff); }

/** ln x for a normal x. */
inline Vector logOfNormal(Vector x) {
  const double LN2_HIGH = 0.6931471803691238, LN2_LOW = 1.9082149292705877e-10;
  // With 1024 more, so that the exponent is shifted as a positive number.
  const Bits halvings = (bitsOf(x) - 0x3fe6a09e00000000 + (uint64_t{1024} << 52)) >> 52;
  const Vector k = wholeOf(halvings) - 1024;
  const Vector f = ofBits(bitsOf(x) - ((halvings - 1024) << 52)) - 1;
  const Vector s = f / (2 + f);
  const Vector z = s * s;
  const Vector series =
      z * (2. / 3 + z * (2. / 5 + z * (2. / 7 + z * (2. / 9 + z * (2. / 11 + z * (2. / 13 + z * (2. / 15 +
      z * (2. / 17 + z * (2. / 19 + z * (2. / 21))))))))));
  const Vector half = 0.5 * f * f;
  return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f);
}

/** √(−2 ln u) for u in (0, 1]. */
inline Vector radiusOf(Vector u) { return _mm256_sqrt_pd(0 - 2 * logOfNormal(u)); }

/** sin(x + tail) and cos(x + tail) for |x| ≤ π/4. */
inline Vector sinNearZero(Vector x, Vector tail) {
  const Vector z = x * x;
  const Vector cube = z * x;
  const Vector series =
      1. / 120 + z * (-1. / 5040 + z * (1. / 362880 + z * (-1. / 39916800 + z * (1. / 6227020800 +
      z * (-1. / 1307674368000 + z * (1. / 355687428096000))))));
  return x - ((z * (0.5 * tail - cube * series) - tail) + cube * (1. / 6));
}

inline Vector cosNearZero(Vector x, Vector tail) {
  const Vector z = x * x;
  const Vector series =
      1. / 24 + z * (-1. / 720 + z * (1. / 40320 + z * (-1. / 3628800 + z * (1. / 479001600 +
      z * (-1. / 87178291200 + z * (1. / 20922789888000))))));
  const Vector half = 0.5 * z;
  const Vector most = 1 - half;
  return most + (((1 - most) - half) + (z * z * series - x * tail));
}

/** Each lane of x negated where `mask` is all ones. */
template <class Mask> inline Vector negateWhere(Mask mask, Vector x) {
  return ofBits(bitsOf(x) ^ (reinterpret_cast<Bits>(mask) & 0x8000000000000000));
}

/** cos(2πu) and sin(2πu) for u in (0, 1]. */
inline void turnOf(Vector u, Vector &cosine, Vector &sine) {
  const double HALF_PI = 1.5707963267948966, HALF_PI_HIGH = 1.5707963109016418, HALF_PI_LOW = 1.5893254773528196e-8;
  const Vector turn = u - floorOf(u + 0.5);
  const Vector nearest = floorOf(4 * turn + 0.5); // −2 … 2, in quarters of a turn
  const Vector t = 4 * turn - nearest;
  const Vector high = t * HALF_PI;
  const Vector split = 134217729 * t;
  const Vector upper = split - (split - t);
  const Vector rest = (upper * HALF_PI_HIGH - high) + (upper * HALF_PI_LOW + (t - upper) * HALF_PI);
  const Vector s = sinNearZero(high, rest);
  const Vector c = cosNearZero(high, rest);
  const auto isOdd = magnitude(nearest) == 1;
  cosine = negateWhere((magnitude(nearest) == 2) | (nearest == 1), isOdd ? s : c);
  sine = negateWhere((nearest < 0) | (nearest == 2), isOdd ? c : s);
}
