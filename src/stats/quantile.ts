// Sample quantiles of type 7 (linear between order statistics; the default of R and NumPy).
// Source: Hyndman and Fan, "Sample quantiles in statistical packages" (1996).

/** The quantile at `probability` in [0, 1] of at least one value, in any order. */
export const quantile = (values: ArrayLike<number>, probability: number): number =>
  ofSorted(Float64Array.from(values).sort(), probability)

/** x_⌊h⌋ + (h − ⌊h⌋)(x_⌊h⌋₊₁ − x_⌊h⌋), h = (n − 1)·probability, of values x_0 ≤ … ≤ x_{n−1} that ascend. */
export const ofSorted = (ascending: Float64Array, probability: number): number => {
  if (ascending.length === 0) throw new Error("The quantile of no values is not defined: give at least one.")
  if (!(probability >= 0 && probability <= 1)) throw new Error(`A probability lies in [0, 1], got ${probability}.`)
  const position = (ascending.length - 1) * probability
  const below = Math.floor(position)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  return low === high ? low : low + (position - below) * (high - low)
}
