// The arithmetic mean, by the one order of summation that every sum of numbers here has.

/** (Σ values)/n. At least one value. */
export const mean = (values: ArrayLike<number>): number => {
  if (values.length === 0) throw new Error("The mean of no values is not defined: give at least one.")
  return sum(values) / values.length
}

/** Σ values as (s0 + s1) + (s2 + s3), where s_m sums over the indices ≡ m (mod 4) in order. */
export const sum = (values: ArrayLike<number>): number => {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const whole = values.length - (values.length % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += values[i]!
    s1 += values[i + 1]!
    s2 += values[i + 2]!
    s3 += values[i + 3]!
  }
  if (whole < values.length) s0 += values[whole]!
  if (whole + 1 < values.length) s1 += values[whole + 1]!
  if (whole + 2 < values.length) s2 += values[whole + 2]!
  return (s0 + s1) + (s2 + s3)
}
