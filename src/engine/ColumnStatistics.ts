/** A column in a few numbers: how many entries there are, of which kind, and where they lie. */
import * as Column from "./Column.ts"

export interface Statistics {
  readonly column: string
  readonly kind: Column.Kind
  readonly entries: number
  readonly nulls: number
  /** Of numbers those that are NaN or infinite; they are part of nothing below. */
  readonly notFinite: number
  /** Different entries; of vectors none are counted. */
  readonly distinct: number | undefined
  /** Of numbers, and of the elements of vectors; `undefined` where there is none. */
  readonly numbers: Numbers | undefined
}

/** Quartiles by linear interpolation between the order statistics; `deviation` divides by n − 1. */
export interface Numbers {
  readonly least: number
  readonly lower: number
  readonly median: number
  readonly upper: number
  readonly greatest: number
  readonly mean: number
  readonly deviation: number
}

export const statistics = (column: Column.Column): Statistics => {
  const entries = Column.lengthOf(column)
  const nulls = column.nulls?.reduce((sum, isNull) => sum + isNull, 0) ?? 0
  const values = numbersOf(column)
  const finite = values?.filter(Number.isFinite).sort()
  return {
    column: column.name,
    kind: column.kind,
    entries,
    nulls,
    notFinite: (values?.length ?? 0) - (finite?.length ?? 0),
    distinct:
      column.kind === "vector"
        ? undefined
        : new Set(
            Array.from({ length: entries }, (_, index) => Column.entry(column, index)).filter((entry) => entry !== null)
          ).size,
    numbers: finite === undefined || finite.length === 0 ? undefined : summary(finite)
  }
}

const numbersOf = (column: Column.Column): Float64Array | undefined => {
  switch (column.kind) {
    case "int32":
    case "float64":
      return Float64Array.from(column.values).filter((_, index) => column.nulls?.[index] !== 1)
    case "vector":
      return column.values
    case "boolean":
    case "string":
      return undefined
  }
}

const summary = (sorted: Float64Array): Numbers => {
  const mean = sorted.reduce((mean, value, index) => mean + (value - mean) / (index + 1), 0)
  const squares = sorted.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  const quantile = (share: number) => {
    const at = share * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
    return low + (at - Math.floor(at)) * (high - low)
  }
  return {
    least: sorted[0]!,
    lower: quantile(0.25),
    median: quantile(0.5),
    upper: quantile(0.75),
    greatest: sorted.at(-1)!,
    mean,
    deviation: Math.sqrt(squares / Math.max(1, sorted.length - 1))
  }
}
