// How many matrices or networks of one shape lie one after another in an array.

/** length / size, which must be an integer; 1 for what has no entries. `what` names it in the error. */
export const copiesIn = (length: number, size: number, what: string): number => {
  const count = size === 0 && length === 0 ? 1 : length / size
  if (!Number.isInteger(count)) throw new Error(`${length} entries are no whole number of ${what} of ${size} entries.`)
  return count
}
