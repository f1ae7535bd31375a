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
