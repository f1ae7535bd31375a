// The largest size of some numbers.

/** max |x|, 0 for none; NaN where an x is not finite. */
export function largestEntry(data: usize, count: i32): f64 {
  let largest = f64x2.splat(0)
  let lost = largest
  const end = data + (<usize>count << 3)
  for (; data + 8 < end; data += 16) {
    const x = v128.load(data)
    largest = f64x2.pmax(largest, f64x2.abs(x))
    lost = v128.or(lost, f64x2.sub(x, x))
  }
  if (data < end) {
    const x = v128.load64_splat(data)
    largest = f64x2.pmax(largest, f64x2.abs(x))
    lost = v128.or(lost, f64x2.sub(x, x))
  }
  return v128.any_true(lost) ? NaN : max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1))
}
