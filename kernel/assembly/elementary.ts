// Elementary functions from + − × ÷ √ and bits alone, two arguments at a time: the bits of src/linalg/elementary.ts, on
// the ranges of the draws. Constants are loaded, since V8 builds a literal vector anew wherever it stands.

const LOG: usize = memory.data<f64>([
  2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3
])
const SIN: usize = memory.data<f64>([
  1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120
])
const COS: usize = memory.data<f64>([
  1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24
])
const ZERO: usize = memory.data<f64>([0])
const HALF: usize = memory.data<f64>([0.5])
const ONE: usize = memory.data<f64>([1])
const TWO: usize = memory.data<f64>([2])
const FOUR: usize = memory.data<f64>([4])
const SIXTH: usize = memory.data<f64>([1.0 / 6])
const LN2_HIGH: usize = memory.data<f64>([0.6931471803691238])
const LN2_LOW: usize = memory.data<f64>([1.9082149292705877e-10])
const HALF_PI: usize = memory.data<f64>([1.5707963267948966])
const HALF_PI_HIGH: usize = memory.data<f64>([1.5707963109016418])
const HALF_PI_LOW: usize = memory.data<f64>([1.5893254773528196e-8])
const SPLITTER: usize = memory.data<f64>([134217729])
const SIGN: usize = memory.data<u64>([0x8000000000000000])

/** Both lanes the constant at `address`. */
@inline
function both(address: usize): v128 {
  return v128.load64_splat(address)
}

/** c_0 z^(count−1) + … + c_(count−1) by Horner's rule, count ≤ 10; not in a loop, which is dearer than its terms. */
@inline
function polynomial(coefficients: usize, count: usize, z: v128): v128 {
  let sum = both(coefficients)
  if (count > 1) sum = plus(v128.load64_splat(coefficients, 8), z, sum)
  if (count > 2) sum = plus(v128.load64_splat(coefficients, 16), z, sum)
  if (count > 3) sum = plus(v128.load64_splat(coefficients, 24), z, sum)
  if (count > 4) sum = plus(v128.load64_splat(coefficients, 32), z, sum)
  if (count > 5) sum = plus(v128.load64_splat(coefficients, 40), z, sum)
  if (count > 6) sum = plus(v128.load64_splat(coefficients, 48), z, sum)
  if (count > 7) sum = plus(v128.load64_splat(coefficients, 56), z, sum)
  if (count > 8) sum = plus(v128.load64_splat(coefficients, 64), z, sum)
  if (count > 9) sum = plus(v128.load64_splat(coefficients, 72), z, sum)
  return sum
}

@inline
function plus(term: v128, left: v128, right: v128): v128 {
  return f64x2.add(term, f64x2.mul(left, right))
}

/** ln x for normal x > 0. */
@inline
function logOfNormal(x: v128): v128 {
  const halvings = i64x2.shr_s(i64x2.sub(x, i64x2.splat(0x3fe6a09e00000000)), 52)
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(halvings, halvings, 0, 2, 0, 2))
  const f = f64x2.sub(i64x2.sub(x, i64x2.shl(halvings, 52)), both(ONE))
  const s = f64x2.div(f, f64x2.add(both(TWO), f))
  const z = f64x2.mul(s, s)
  const series = f64x2.mul(z, polynomial(LOG, 10, z))
  const half = f64x2.mul(f64x2.mul(both(HALF), f), f)
  const inner = f64x2.add(f64x2.mul(s, f64x2.add(half, series)), f64x2.mul(k, both(LN2_LOW)))
  return f64x2.sub(f64x2.mul(k, both(LN2_HIGH)), f64x2.sub(f64x2.sub(half, inner), f))
}

/** √(−2 ln u) for u in (0, 1]. */
@inline
export function radiusOf(u: v128): v128 {
  return f64x2.sqrt(f64x2.sub(both(ZERO), f64x2.mul(both(TWO), logOfNormal(u))))
}

/** sin(x + tail) for |x| ≤ π/4. */
@inline
function sinNearZero(x: v128, tail: v128): v128 {
  const z = f64x2.mul(x, x)
  const cube = f64x2.mul(z, x)
  const series = polynomial(SIN, 7, z)
  const rest = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(both(HALF), tail), f64x2.mul(cube, series))), tail)
  return f64x2.sub(x, f64x2.add(rest, f64x2.mul(cube, both(SIXTH))))
}

/** cos(x + tail) for |x| ≤ π/4. */
@inline
function cosNearZero(x: v128, tail: v128): v128 {
  const z = f64x2.mul(x, x)
  const series = polynomial(COS, 7, z)
  const half = f64x2.mul(both(HALF), z)
  const most = f64x2.sub(both(ONE), half)
  const rest = f64x2.sub(f64x2.mul(f64x2.mul(z, z), series), f64x2.mul(x, tail))
  return f64x2.add(most, f64x2.add(f64x2.sub(f64x2.sub(both(ONE), most), half), rest))
}

@inline
function negateWhere(mask: v128, x: v128): v128 {
  return v128.xor(x, v128.and(mask, both(SIGN)))
}

/** radius·cos(2πu), radius·sin(2πu) of the first lanes, then of the second, written to `out`; u in (0, 1]. */
@inline
export function storeTurns(radius: v128, u: v128, out: usize): void {
  const turn = f64x2.sub(u, f64x2.floor(f64x2.add(u, both(HALF))))
  const quarters = f64x2.mul(both(FOUR), turn)
  const nearest = f64x2.floor(f64x2.add(quarters, both(HALF)))
  const t = f64x2.sub(quarters, nearest)
  const high = f64x2.mul(t, both(HALF_PI))
  const split = f64x2.mul(both(SPLITTER), t)
  const upper = f64x2.sub(split, f64x2.sub(split, t))
  const lower = f64x2.add(f64x2.mul(upper, both(HALF_PI_LOW)), f64x2.mul(f64x2.sub(t, upper), both(HALF_PI)))
  const rest = f64x2.add(f64x2.sub(f64x2.mul(upper, both(HALF_PI_HIGH)), high), lower)
  const s = sinNearZero(high, rest)
  const c = cosNearZero(high, rest)
  // `nearest` is −2 … 2, in quarters of a turn.
  const size = f64x2.abs(nearest)
  const odd = f64x2.eq(size, both(ONE))
  const cosineIsNegative = v128.or(f64x2.eq(size, both(TWO)), f64x2.eq(nearest, both(ONE)))
  const sineIsNegative = v128.or(f64x2.lt(nearest, both(ZERO)), f64x2.eq(nearest, both(TWO)))
  const cosine = negateWhere(cosineIsNegative, v128.bitselect(s, c, odd))
  const sine = negateWhere(sineIsNegative, v128.bitselect(c, s, odd))
  const x = f64x2.mul(radius, cosine)
  const y = f64x2.mul(radius, sine)
  v128.store(out, v128.shuffle<f64>(x, y, 0, 2))
  v128.store(out, v128.shuffle<f64>(x, y, 1, 3), 16)
}
