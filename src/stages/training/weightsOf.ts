import { joined } from "../../linalg/joined.ts"

/** The weights at a checkpoint, from its rows, one a layer: flat as W_1|…|W_L, and null where it was never reached. */
export const weightsOf = (
  layers: ReadonlyArray<{ readonly layer: number; readonly weights: Float64Array | null }>
): Float64Array | null => {
  const parts = layers.toSorted((a, b) => a.layer - b.layer).flatMap(({ weights }) => weights === null ? [] : [weights])
  return parts.length === 0 || parts.length < layers.length ? null : joined(parts)
}
