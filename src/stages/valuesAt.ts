/** The values of a column in some rows, counted from 0; null where one of them is null. */
export const valuesAt = (values: ArrayLike<number | null>, rows: Int32Array): Float64Array | null => {
  const found = new Float64Array(rows.length)
  for (let index = 0; index < found.length; index++) {
    const value = values[rows[index]!]!
    if (value === null) return null
    found[index] = value
  }
  return found
}
