// A pattern: numbers for the partial products P_ij of a network of depth L, one for each pair 1 ≤ i ≤ j ≤ L, flat in
// the order (1,1), (1,2), …, (1,L), (2,2), …, (L,L). Rank and multiplicity patterns have one entry a pair.

/** A pair of layers; i and j count from 1, and P_ij has j − i + 1 factors. */
export interface Pair {
  readonly i: number
  readonly j: number
}

/** All L(L + 1)/2 pairs, in the order of a pattern. */
export const pairs = (depth: number): ReadonlyArray<Pair> =>
  Array.from({ length: depth }, (_, index) => index + 1)
    .flatMap((i) => Array.from({ length: depth - i + 1 }, (_, index) => ({ i, j: i + index })))

/** The pattern with entry `entry(i, j)` for every pair. */
export const make = (depth: number, entry: (i: number, j: number) => number): Float64Array => {
  const pattern = new Float64Array((depth * (depth + 1)) / 2)
  for (let i = 1, place = 0; i <= depth; i++) {
    for (let j = i; j <= depth; j++) pattern[place++] = entry(i, j)
  }
  return pattern
}

/** The entry of (i, j) in a pattern of this depth, and 0 for pairs outside 1 ≤ i ≤ j ≤ L. */
export const at = (pattern: Float64Array, depth: number, i: number, j: number): number =>
  i < 1 || j > depth || i > j ? 0 : pattern[(i - 1) * depth - ((i - 1) * (i - 2)) / 2 + (j - i)]!

/** L, from the number of entries L(L + 1)/2. */
export const depthOf = (pattern: { readonly length: number }): number => {
  const depth = Math.floor(Math.sqrt(2 * pattern.length))
  if ((depth * (depth + 1)) / 2 !== pattern.length) {
    throw new Error(`A pattern has L(L + 1)/2 entries for a depth L, got ${pattern.length}.`)
  }
  return depth
}
