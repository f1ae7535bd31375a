// Sample quantiles of type 7 (linear between order statistics; the default of R and NumPy).
// Source: Hyndman and Fan, "Sample quantiles in statistical packages" (1996).

/** The quantile at `probability` in [0, 1] of at least one value, in any order. */
export const quantile = (values: ArrayLike<number>, probability: number): number =>
  ofSorted(Float64Array.from(values).sort(), probability)

/** The quantile of values x_0 ≤ … ≤ x_{n−1} that ascend. */
export const ofSorted = (ascending: Float64Array, probability: number): number =>
  interpolated(ascending.length, probability, (rank) => ascending[rank]!)

/** x_⌊h⌋ + (h − ⌊h⌋)(x_⌊h⌋₊₁ − x_⌊h⌋), h = (n − 1)·probability, of n values x_0 ≤ … ≤ x_{n−1}, each asked for by its rank. */
export const interpolated = (count: number, probability: number, at: (rank: number) => number): number => {
  if (count === 0) throw new Error("The quantile of no values is not defined: give at least one.")
  if (!(probability >= 0 && probability <= 1)) throw new Error(`A probability lies in [0, 1], got ${probability}.`)
  const [below, above] = ranksOf(count, probability)
  const low = at(below)
  const high = at(above)
  return low === high ? low : low + ((count - 1) * probability - below) * (high - low)
}

/** The ranks of the order statistics on both sides of a quantile. */
export const ranksOf = (count: number, probability: number): readonly [below: number, above: number] => {
  const below = Math.floor((count - 1) * probability)
  return [below, Math.min(below + 1, count - 1)]
}
