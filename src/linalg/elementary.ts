// Elementary functions from + − × ÷ √ and bits alone, so that every engine, compiler and machine returns the same bits
// (Math.exp and its like may differ between them). Edge cases are those of Math.*; the tests hold each function to
// less than 1 ulp from exact references.

const LOG2_E = 1.4426950408889634
/** ln 2 in two parts: LN2_HIGH has 33 bits, so that k·LN2_HIGH is exact for every exponent k. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const TWO_54 = 18014398509481984
const TWO_1023 = 8.98846567431158e307
const SMALLEST_NORMAL = 2.2250738585072014e-308

const bits = new DataView(new ArrayBuffer(8))
const highWord = (x: number): number => {
  bits.setFloat64(0, x, true)
  return bits.getInt32(4, true)
}
const withHighWord = (x: number, high: number): number => {
  bits.setFloat64(0, x, true)
  bits.setInt32(4, high, true)
  return bits.getFloat64(0, true)
}

/** x·2^k, rounded once; 2^k itself may lie outside the range of a double (|k| ≤ 4000). */
export const scaleByPowerOfTwo = (x: number, k: number): number => {
  if (k > 1023) return scaleByPowerOfTwo(x * TWO_1023, k - 1023)
  if (k < -1022) return scaleByPowerOfTwo(x, k + 1022) * SMALLEST_NORMAL
  return x * withHighWord(0, (k + 1023) << 20)
}

/** The integer k with 2^k ≤ |x| < 2^(k+1), for finite x ≠ 0. */
export const exponent = (x: number): number => {
  const field = (highWord(x) >>> 20) & 0x7ff
  return field === 0 ? exponent(x * TWO_54) - 54 : field - 1023
}

export const exp = (x: number): number => expOfSum(x, 0)

/** e^(x + tail) for |tail| ≤ ulp(x). With x = k ln 2 + r, |r| ≤ ½ ln 2: 2^k (1 + r + r²/2! + … + r¹³/13!). */
const expOfSum = (x: number, tail: number): number => {
  if (x > 709.79) return Infinity
  if (x < -745.14) return 0
  if (x !== x) return x
  const k = Math.floor(x * LOG2_E + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW - tail
  const r = high - low
  const rest = (high - r) - low
  const series = r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 +
    r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r * (1 / 39916800 + r * (1 / 479001600 +
    r * (1 / 6227020800))))))))))))
  return scaleByPowerOfTwo(1 + (r + (series + rest * (1 + r))), k)
}

/** Natural logarithm. With x = 2^k (1 + f), s = f/(2 + f), z = s²: k ln 2 + 2s + s (2z/3 + 2z²/5 + … + 2z¹⁰/21). */
export const log = (x: number): number => {
  if (x < SMALLEST_NORMAL && x > 0) return logOfNormal(x * TWO_54, -54)
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  return x === Infinity ? x : logOfNormal(x, 0)
}

/** ln(x·2^shift) for a normal x > 0. */
const logOfNormal = (x: number, shift: number): number => {
  const halvings = halvingsToOne(x)
  const f = withHighWord(x, highWord(x) - (halvings << 20)) - 1
  const k = halvings + shift
  const s = f / (2 + f)
  const z = s * s
  const series = z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 +
    z * (2 / 17 + z * (2 / 19 + z * (2 / 21))))))))))
  const half = 0.5 * f * f
  return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)
}

/** The k for which x / 2^k lies between about √½ and √2, for a normal x > 0. */
const halvingsToOne = (x: number): number => (highWord(x) - 0x3fe6a09e) >> 20

/** sin(2πu). Exact at multiples of ¼. */
export const sin2Pi = (u: number): number => {
  const turn = u - Math.floor(u + 0.5)
  const quadrant = Math.floor(4 * turn + 0.5)
  const t = 4 * turn - quadrant
  const high = quarterTurns(t)
  return sinOfQuadrant(quadrant, high, quarterTurnsRest(t, high))
}

/** cos(2πu). Exact at multiples of ¼. */
export const cos2Pi = (u: number): number => {
  const turn = u - Math.floor(u + 0.5)
  const quadrant = Math.floor(4 * turn + 0.5)
  const t = 4 * turn - quadrant
  const high = quarterTurns(t)
  return sinOfQuadrant(quadrant + 1, high, quarterTurnsRest(t, high))
}

/** π/2 in two parts, the first of 26 bits; t in two parts of 26 bits: their products are exact. */
const HALF_PI_HIGH = 1.5707963109016418
const HALF_PI_LOW = 1.5893254773528196e-8
const HALF_PI = 1.5707963267948966
const quarterTurns = (t: number): number => t * HALF_PI
/** t·π/2 − high, for the rounded product `high`. */
const quarterTurnsRest = (t: number, high: number): number => {
  const t1 = upperHalf(t)
  return (t1 * HALF_PI_HIGH - high) + (t1 * HALF_PI_LOW + (t - t1) * HALF_PI)
}

/** x rounded to its upper 26 bits (Dekker), for |x| < 2^996. */
const upperHalf = (x: number): number => {
  const c = 134217729 * x
  return c - (c - x)
}

export const sin = (x: number): number => {
  if (Math.abs(x) <= 0.785) return sinOfQuadrant(0, x, 0)
  if (!(Math.abs(x) < Infinity)) return NaN
  const [quadrant, high, low] = reduceByQuadrant(x)
  return sinOfQuadrant(quadrant, high, low)
}

export const cos = (x: number): number => {
  if (Math.abs(x) <= 0.785) return sinOfQuadrant(1, x, 0)
  if (!(Math.abs(x) < Infinity)) return NaN
  const [quadrant, high, low] = reduceByQuadrant(x)
  return sinOfQuadrant(quadrant + 1, high, low)
}

/** sin(quadrant·π/2 + x + tail) for |x| ≤ π/4 and |tail| ≤ ulp(x), by the Taylor series of sine or cosine. */
const sinOfQuadrant = (quadrant: number, x: number, tail: number): number => {
  const z = x * x
  let value: number
  if ((quadrant & 1) === 0) {
    const cube = z * x
    const series = 1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * (-1 / 39916800 + z * (1 / 6227020800 +
      z * (-1 / 1307674368000 + z * (1 / 355687428096000))))))
    value = x - ((z * (0.5 * tail - cube * series) - tail) + cube * (1 / 6))
  } else {
    const series = 1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z * (1 / 479001600 +
      z * (-1 / 87178291200 + z * (1 / 20922789888000))))))
    const half = 0.5 * z
    const most = 1 - half
    value = most + (((1 - most) - half) + (z * z * series - x * tail))
  }
  return (quadrant & 2) === 0 ? value : -value
}

/** 2/π·2^1216 and π/2·2^192, rounded down. */
const TWO_OVER_PI = 0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cn << 832n |
  0xfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fn << 448n |
  0xef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d08n << 64n |
  0x56033046fc7b6babn
const HALF_PI_192 = 0x1921fb54442d18469898cc51701b839a252049c1114cf98e8n

/** x = (4m + quadrant)·π/2 + high + low, with |high| ≤ π/4: exact integer arithmetic, so that no x is too large. */
const reduceByQuadrant = (x: number): readonly [quadrant: number, high: number, low: number] => {
  const power = exponent(x)
  const mantissa = BigInt(scaleByPowerOfTwo(x, 52 - power))
  const quarters = (mantissa * TWO_OVER_PI) >> BigInt(1140 - power) // in units of 2^-128
  const nearest = (quarters + (1n << 127n)) >> 128n
  const rest = ((quarters - (nearest << 128n)) * HALF_PI_192) >> 192n
  const high = Number(rest)
  const unit = scaleByPowerOfTwo(1, -128)
  return [Number(nearest & 3n), high * unit, Number(rest - BigInt(high)) * unit]
}

/** √(x² + y²) without overflow or underflow on the way. */
export const hypot = (x: number, y: number): number => {
  const large = Math.max(Math.abs(x), Math.abs(y))
  const small = Math.min(Math.abs(x), Math.abs(y))
  if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) return Infinity
  if (large === 0 || large !== large) return large
  const k = exponent(large)
  const a = scaleByPowerOfTwo(large, -k)
  const b = scaleByPowerOfTwo(small, -k)
  const aa = a * a
  const bb = b * b
  const sum = aa + bb
  const root = Math.sqrt(sum)
  // One Newton step on what the rounded squares, sum and root left out.
  const left = (sum - root * root - productError(root, root, root * root)) +
    (((aa - sum) + bb) + (productError(a, a, aa) + productError(b, b, bb)))
  return scaleByPowerOfTwo(root + left / (2 * root), k)
}

/** x^y, with the edge cases of Math.pow (so 1^NaN and 1^∞ are NaN, x^0 is 1). */
export const power = (x: number, y: number): number => {
  if (y === 0) return 1
  if (y !== y || x !== x) return NaN
  const size = Math.abs(x)
  if (Math.abs(y) === Infinity) return size === 1 ? NaN : (size > 1) === (y > 0) ? Infinity : 0
  const odd = Math.abs(y) < 9007199254740992 && Math.abs(y % 2) === 1
  const sign = odd && (x < 0 || Object.is(x, -0)) ? -1 : 1
  if (size === 0 || size === Infinity) return sign * ((size === 0) === (y > 0) ? 0 : Infinity)
  if (x < 0 && Math.floor(y) !== y) return NaN
  return sign * (size === 1 ? 1 : positivePower(size, y))
}

/** e^(y ln x) for 0 < x < ∞, x ≠ 1, with ln x to about 2^-66: as a sum of two doubles. */
const positivePower = (x: number, y: number): number => {
  const shift = x < SMALLEST_NORMAL ? 54 : 0
  const normal = shift === 0 ? x : x * TWO_54
  const halvings = halvingsToOne(normal)
  const f = withHighWord(normal, highWord(normal) - (halvings << 20)) - 1
  const k = halvings - shift
  // s = f/(2 + f) and z = s², each in two parts.
  const d = 2 + f
  const s = f / d
  const sd = s * d
  const sLow = ((f - sd) - productError(s, d, sd) - s * ((2 - d) + f)) / d
  const z = s * s
  const zLow = productError(s, s, z) + 2 * s * sLow
  // c = 2/3 + z·a, a = 2/5 + z·(2/7 + …), then ln(1 + f) = 2s + s·z·c.
  const tail = z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 +
    z * (2 / 21 + z * (2 / 23)))))))))
  const a = 2 / 5 + tail
  const aLow = (2 / 5 - a) + tail - 2.2204460492503132e-17 // the last is what 2/5 lost
  const za = z * a
  const c = 2 / 3 + za
  const cLow = ((2 / 3 - c) + za) + (productError(z, a, za) + z * aLow + zLow * a) + 3.700743415417188e-17
  const zc = z * c
  const zcLow = productError(z, c, zc) + z * cLow + zLow * c
  const szc = s * zc
  const szcLow = productError(s, zc, szc) + s * zcLow + sLow * zc
  // k ln 2 + 2s + szc, largest first.
  const part = k * LN2_HIGH + 2 * s
  const partLow = k === 0 ? 0 : (k * LN2_HIGH - part) + 2 * s
  const logarithm = part + szc
  const logarithmLow = ((part - logarithm) + szc) + (partLow + k * LN2_LOW + 2 * sLow + szcLow)
  const product = y * logarithm
  if (!(Math.abs(product) < 1000)) return product > 0 ? Infinity : 0
  return expOfSum(product, productError(y, logarithm, product) + y * logarithmLow)
}

/** a·b − product, exactly, for the rounded `product` (Dekker). */
const productError = (a: number, b: number, product: number): number => {
  const a1 = upperHalf(a)
  const b1 = upperHalf(b)
  const a2 = a - a1
  const b2 = b - b1
  return a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)
}
