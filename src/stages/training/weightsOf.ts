/** The weights at a checkpoint, from its rows, one a layer: flat as W_1|…|W_L, and null where it was never reached. */
export const weightsOf = (
  layers: ReadonlyArray<{ readonly layer: number; readonly weights: Float64Array | null }>
): Float64Array | null => {
  const parts = layers.toSorted((a, b) => a.layer - b.layer).flatMap(({ weights }) => weights === null ? [] : [weights])
  return parts.length === 0 || parts.length < layers.length ? null : joined(parts)
}

/** One array after another. */
export const joined = (parts: ReadonlyArray<Float64Array>): Float64Array => {
  const flat = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    flat.set(part, at)
    at += part.length
  }
  return flat
}
