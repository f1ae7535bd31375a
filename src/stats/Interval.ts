// An interval of real numbers with both ends, such as a confidence interval: of the same unit as what it bounds.

export interface Interval {
  readonly low: number
  readonly high: number
}

export const contains = (interval: Interval, value: number): boolean => interval.low <= value && value <= interval.high
