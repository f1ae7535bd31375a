/** The rows that have the same values in some columns. */
import * as Column from "./Column.ts"

/** Groups of rows, counted from 0, in the order of their first rows; of no columns all rows are one group. */
export const groupsOf = (length: number, columns: ReadonlyArray<Column.Column>): ReadonlyArray<Int32Array> => {
  const all: Numbers = { of: new Int32Array(length), count: Math.min(1, length) }
  const { count, of } = columns.reduce((groups, column) => both(groups, numbersOf(column)), all)
  const sizes = new Int32Array(count)
  for (const group of of) sizes[group]!++
  const groups = Array.from(sizes, (size) => new Int32Array(size))
  sizes.fill(0)
  for (let row = 0; row < length; row++) groups[of[row]!]![sizes[of[row]!]!++] = row
  return groups
}

/** Which value or group each row has: they are numbered from 0 in the order in which they appear. */
interface Numbers {
  readonly of: Int32Array
  readonly count: number
}

const numbersOf = (column: Column.Column): Numbers => {
  if (column.kind === "vector") throw new TypeError(`rows cannot be grouped by the vectors of column "${column.name}"`)
  return numbered(column.kind === "string" ? column.codes : Column.values(column))
}

const both = (one: Numbers, other: Numbers): Numbers => {
  const pairs = new Float64Array(one.of.length)
  for (let row = 0; row < pairs.length; row++) pairs[row] = one.of[row]! * other.count + other.of[row]!
  return numbered(pairs)
}

/** Neighbours are often the same, and looked up once. */
const numbered = (values: ArrayLike<unknown>): Numbers => {
  const known = new Map<unknown, number>()
  const numbers = new Int32Array(values.length)
  for (let row = 0; row < numbers.length; row++) {
    const value = values[row]
    if (row > 0 && value === values[row - 1]) numbers[row] = numbers[row - 1]!
    else {
      const number = known.get(value) ?? known.size
      if (number === known.size) known.set(value, number)
      numbers[row] = number
    }
  }
  return { of: numbers, count: known.size }
}
