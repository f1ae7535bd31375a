// Real functions to about 200 bits by integer arithmetic, and how far a double lies from them. Nothing of the product.

/** mantissa · 2^exponent. */
export interface Real {
  readonly mantissa: bigint
  readonly exponent: number
}

const BITS = 400
const ONE = 1n << BigInt(BITS)

/** Σ of a series whose next term follows from the last one, until the terms vanish. */
const series = (first: bigint, next: (term: bigint, n: bigint) => bigint): bigint => {
  let sum = 0n
  for (let term = first, n = 1n; term !== 0n; n++) {
    sum += term
    term = next(term, n)
  }
  return sum
}

/** Artanh of 1/x, or of `s`/2^BITS: s + s³/3 + s⁵/5 + … */
const artanh = (s: bigint): bigint => {
  const square = (s * s) >> BigInt(BITS)
  let sum = 0n
  for (let power = s, n = 1n; power !== 0n; n += 2n) {
    sum += power / n
    power = (power * square) >> BigInt(BITS)
  }
  return sum
}

const LN_2 = 2n * artanh(ONE / 3n)

/** π to `bits` bits after the point, by Machin's formula. */
const piTo = (bits: number): bigint => {
  const arctanInverse = (x: bigint): bigint => {
    let sum = 0n
    for (let power = (1n << BigInt(bits)) / x, n = 1n, sign = 1n; power !== 0n; n += 2n, sign = -sign) {
      sum += (sign * power) / n
      power /= x * x
    }
    return sum
  }
  return 4n * (4n * arctanInverse(5n) - arctanInverse(239n))
}

const PI_BITS = 1600
const HALF_PI = piTo(PI_BITS + 20) >> 21n

/** A finite double, exactly. */
export const ofDouble = (x: number): Real => {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!
  const field = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 }
}

const shift = (x: bigint, by: number): bigint => (by >= 0 ? x << BigInt(by) : x >> BigInt(-by))
const fixed = ({ mantissa, exponent }: Real, bits = BITS): bigint => shift(mantissa, exponent + bits)
const roundedQuotient = (a: bigint, b: bigint): bigint => {
  const doubled = 2n * a + b
  const floor = doubled / (2n * b)
  return doubled < 0n && floor * 2n * b !== doubled ? floor - 1n : floor
}

const expOfFixed = (x: bigint): Real => {
  const k = roundedQuotient(x, LN_2)
  const rest = x - k * LN_2
  return { mantissa: series(ONE, (term, n) => (term * rest) / (ONE * n)), exponent: Number(k) - BITS }
}

const logFixed = (x: number): bigint => {
  const { mantissa, exponent } = ofDouble(x)
  const length = mantissa.toString(2).length
  const normal = shift(mantissa, BITS - length + 1) // in [1, 2)
  return BigInt(exponent + length - 1) * LN_2 + 2n * artanh(((normal - ONE) << BigInt(BITS)) / (normal + ONE))
}

export const exp = (x: number): Real => expOfFixed(fixed(ofDouble(x)))
export const log = (x: number): Real => ({ mantissa: logFixed(x), exponent: -BITS })
export const power = (x: number, y: number): Real => {
  const exact = ofDouble(y)
  return expOfFixed(shift(logFixed(x) * exact.mantissa, exact.exponent))
}
export const hypot = (x: number, y: number): Real => {
  const [a, b] = [ofDouble(x), ofDouble(y)]
  const exponent = Math.min(a.exponent, b.exponent) - 200
  const square = shift(a.mantissa, a.exponent - exponent) ** 2n + shift(b.mantissa, b.exponent - exponent) ** 2n
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2))
  for (let next = (root + square / root) >> 1n; next < root; next = (root + square / root) >> 1n) root = next
  return { mantissa: root, exponent }
}

/** sin(x·unit) for a unit of 1 (radians) or 2π (turns), or the cosine. */
const circular = (cosine: boolean, turns: boolean) => (x: number): Real => {
  const value = fixed(ofDouble(x), PI_BITS)
  const quarters = roundedQuotient(turns ? 4n * value : value, turns ? 1n << BigInt(PI_BITS) : HALF_PI)
  const rest = turns
    ? ((4n * value - (quarters << BigInt(PI_BITS))) * HALF_PI) >> BigInt(PI_BITS)
    : value - quarters * HALF_PI
  const angle = shift(rest, BITS - PI_BITS)
  const square = (angle * angle) >> BigInt(BITS)
  const quadrant = (((quarters + (cosine ? 1n : 0n)) % 4n) + 4n) % 4n
  const size = quadrant % 2n === 0n
    ? series(angle, (term, n) => -((term * square) >> BigInt(BITS)) / (2n * n * (2n * n + 1n)))
    : series(ONE, (term, n) => -((term * square) >> BigInt(BITS)) / (2n * n * (2n * n - 1n)))
  return { mantissa: quadrant < 2n ? size : -size, exponent: -BITS }
}

export const sin = circular(false, false)
export const cos = circular(true, false)
export const sin2Pi = circular(false, true)
export const cos2Pi = circular(true, true)

/** |found − exact| in units of the last place of `found`. */
export const ulps = (found: number, exact: Real): number => {
  const { mantissa, exponent } = ofDouble(found)
  const common = Math.min(exponent, exact.exponent) - 64
  const difference = shift(mantissa, exponent - common) - shift(exact.mantissa, exact.exponent - common)
  const inUnits = shift(difference < 0n ? -difference : difference, common - exponent + 64)
  return Number(inUnits) / 2 ** 64
}
