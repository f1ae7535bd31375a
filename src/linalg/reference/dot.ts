// The scalar reduction of every engine: four interleaved partial sums, index mod 4, then (s0 + s1) + (s2 + s3).

/** Σ_{t < count} a[aFrom + t]·b[bFrom + t]. */
export const dot = (a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, count: number): number => {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const whole = count & ~3
  for (let t = 0; t < whole; t += 4) {
    s0 += a[aFrom + t]! * b[bFrom + t]!
    s1 += a[aFrom + t + 1]! * b[bFrom + t + 1]!
    s2 += a[aFrom + t + 2]! * b[bFrom + t + 2]!
    s3 += a[aFrom + t + 3]! * b[bFrom + t + 3]!
  }
  if (whole < count) s0 += a[aFrom + whole]! * b[bFrom + whole]!
  if (whole + 1 < count) s1 += a[aFrom + whole + 1]! * b[bFrom + whole + 1]!
  if (whole + 2 < count) s2 += a[aFrom + whole + 2]! * b[bFrom + whole + 2]!
  return (s0 + s1) + (s2 + s3)
}
