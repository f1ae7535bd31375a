/** What an axis must hold: the least and greatest value of everything drawn on it, and what it cannot show. */

export interface Extent {
  readonly low: number
  readonly high: number
  /** The least value that a logarithmic axis can show, and the least size of a value other than 0. */
  readonly positive: number
  readonly small: number
  /** How many values a logarithmic axis cannot show, and how many are infinite or larger than `most`. */
  readonly below: number
  readonly beyond: number
  /** Whether all values are whole numbers. */
  readonly whole: boolean
}

/** Larger values are not placed: differences of them would overflow. */
export const most = 1e300

/** Smaller values are not placed on a logarithmic axis: they are 0 for every purpose. */
export const least = 1e-300

export const empty: Extent = {
  low: Infinity,
  high: -Infinity,
  positive: Infinity,
  small: Infinity,
  below: 0,
  beyond: 0,
  whole: true
}

export const isEmpty = (extent: Extent): boolean => extent.low > extent.high

export const of = (values: ArrayLike<number>, rows?: ArrayLike<number>): Extent => {
  let { below, beyond, high, low, positive, small, whole } = empty
  const count = rows?.length ?? values.length
  for (let index = 0; index < count; index++) {
    const value = values[rows === undefined ? index : rows[index]!]!
    if (Number.isNaN(value)) continue
    if (Math.abs(value) > most) {
      beyond++
      continue
    }
    if (value < low) low = value
    if (value > high) high = value
    if (value < least) below++
    else if (value < positive) positive = value
    if (value !== 0 && Math.abs(value) < small) small = Math.abs(value)
    if (whole && !Number.isInteger(value)) whole = false
  }
  return { low, high, positive, small, below, beyond, whole }
}

export const union = (extents: ReadonlyArray<Extent>): Extent =>
  extents.reduce(
    (one, other) => ({
      low: Math.min(one.low, other.low),
      high: Math.max(one.high, other.high),
      positive: Math.min(one.positive, other.positive),
      small: Math.min(one.small, other.small),
      below: one.below + other.below,
      beyond: one.beyond + other.beyond,
      whole: one.whole && other.whole
    }),
    empty
  )
