// The four partial sums of a dot product, index mod 4, in two vectors: the bits of src/linalg/reference/dot.ts.

/** Σ a_t b_t, t < count; both may be read, as finite numbers, up to three places beyond, where one is zero. */
export function dot(a: usize, b: usize, count: i32): f64 {
  let s01 = f64x2.splat(0)
  let s23 = s01
  for (; count > 0; count -= 4) {
    s01 = f64x2.add(s01, f64x2.mul(v128.load(a), v128.load(b)))
    s23 = f64x2.add(s23, f64x2.mul(v128.load(a, 16), v128.load(b, 16)))
    a += 32
    b += 32
  }
  return (f64x2.extract_lane(s01, 0) + f64x2.extract_lane(s01, 1)) +
    (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1))
}

/** (s0 + s1) + (s2 + s3) of two dot products, p and q. */
@inline
export function sumsOf(p01: v128, p23: v128, q01: v128, q23: v128): v128 {
  return f64x2.add(
    f64x2.add(v128.shuffle<f64>(p01, q01, 0, 2), v128.shuffle<f64>(p01, q01, 1, 3)),
    f64x2.add(v128.shuffle<f64>(p23, q23, 0, 2), v128.shuffle<f64>(p23, q23, 1, 3))
  )
}
