// Elementary functions from + − × ÷ √ and bits alone: the bits of src/linalg/elementary.ts, on the ranges of the draws.

const LN2_HIGH: f64 = 0.6931471803691238
const LN2_LOW: f64 = 1.9082149292705877e-10
const HALF_PI: f64 = 1.5707963267948966
const HALF_PI_HIGH: f64 = 1.5707963109016418
const HALF_PI_LOW: f64 = 1.5893254773528196e-8

/** ln x for a normal x > 0. */
@inline
export function logOfNormal(x: f64): f64 {
  const bits = reinterpret<i64>(x)
  const halvings = (<i32>(bits >> 32) - 0x3fe6a09e) >> 20
  const k = <f64>halvings
  const f = reinterpret<f64>(bits - (<i64>halvings << 52)) - 1
  const s = f / (2 + f)
  const z = s * s
  const series = z * (2.0 / 3 + z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 + z * (2.0 / 15 +
    z * (2.0 / 17 + z * (2.0 / 19 + z * (2.0 / 21))))))))))
  const half = 0.5 * f * f
  return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)
}

/** sin(x + tail) for |x| ≤ π/4. */
@inline
function sinNearZero(x: f64, tail: f64): f64 {
  const z = x * x
  const cube = z * x
  const series = 1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 + z * (1.0 / 6227020800 +
    z * (-1.0 / 1307674368000 + z * (1.0 / 355687428096000))))))
  return x - ((z * (0.5 * tail - cube * series) - tail) + cube * (1.0 / 6))
}

/** cos(x + tail) for |x| ≤ π/4. */
@inline
function cosNearZero(x: f64, tail: f64): f64 {
  const z = x * x
  const series = 1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600 +
    z * (-1.0 / 87178291200 + z * (1.0 / 20922789888000))))))
  const half = 0.5 * z
  const most = 1 - half
  return most + (((1 - most) - half) + (z * z * series - x * tail))
}

/** radius·cos(2πu) and radius·sin(2πu), written to `out`. */
@inline
export function storeTurn(radius: f64, u: f64, out: usize): void {
  const turn = u - Math.floor(u + 0.5)
  const nearest = Math.floor(4 * turn + 0.5)
  const t = 4 * turn - nearest
  const high = t * HALF_PI
  const split = 134217729 * t
  const upper = split - (split - t)
  const rest = (upper * HALF_PI_HIGH - high) + (upper * HALF_PI_LOW + (t - upper) * HALF_PI)
  const s = sinNearZero(high, rest)
  const c = cosNearZero(high, rest)
  const quadrant = <i32>nearest
  const cosine = (quadrant & 1) !== 0 ? s : c
  const sine = (quadrant & 1) !== 0 ? c : s
  store<f64>(out, radius * (((quadrant + 1) & 2) !== 0 ? -cosine : cosine))
  store<f64>(out, radius * ((quadrant & 2) !== 0 ? -sine : sine), 8)
}
