// Powers of two, and lengths without overflow or underflow: the bits of src/linalg/elementary.ts.

/** The integer k with 2^k ≤ |x| < 2^(k+1), for finite x ≠ 0. */
export function exponent(x: f64): i32 {
  const field = <i32>(reinterpret<u64>(x) >> 52) & 0x7ff
  return field === 0 ? exponent(x * 18014398509481984) - 54 : field - 1023
}

/** x·2^k, rounded once, |k| ≤ 4000. */
export function scaleByPowerOfTwo(x: f64, k: i32): f64 {
  if (k > 1023) return scaleByPowerOfTwo(x * 8.98846567431158e307, k - 1023)
  if (k < -1022) return scaleByPowerOfTwo(x, k + 1022) * 2.2250738585072014e-308
  return x * reinterpret<f64>(<u64>(k + 1023) << 52)
}

/** √(x² + y²) for finite x and y. */
export function hypotenuse(x: f64, y: f64): f64 {
  const large = max(abs(x), abs(y))
  const small = min(abs(x), abs(y))
  if (large === 0) return 0
  const k = exponent(large)
  const a = scaleByPowerOfTwo(large, -k)
  const b = scaleByPowerOfTwo(small, -k)
  const aa = a * a
  const bb = b * b
  const sum = aa + bb
  const root = sqrt(sum)
  const left = (sum - root * root - productError(root, root, root * root)) +
    (((aa - sum) + bb) + (productError(a, a, aa) + productError(b, b, bb)))
  return scaleByPowerOfTwo(root + left / (2 * root), k)
}

/** a·b − product, exactly, for the rounded `product`. */
function productError(a: f64, b: f64, product: f64): f64 {
  const aSplit = 134217729.0 * a
  const bSplit = 134217729.0 * b
  const a1 = aSplit - (aSplit - a)
  const b1 = bSplit - (bSplit - b)
  const a2 = a - a1
  const b2 = b - b1
  return a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)
}
