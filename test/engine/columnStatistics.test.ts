/** Columns in a few numbers, against what those numbers are defined to be. */
import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import { statistics } from "../../src/engine/ColumnStatistics.ts"

const column = (kind: Column.Kind, values: ReadonlyArray<unknown>) => Column.make({ name: "x", kind, nullable: values.includes(null) }, values)

describe("the statistics of a column", () => {
  it("are the known ones of a small sample", () => {
    // R: quantile(c(1, 2, 4, 8)); sd(c(1, 2, 4, 8))
    expect(statistics(column("float64", [8, 1, 4, 2]))).toEqual({
      column: "x", kind: "float64", entries: 4, nulls: 0, notFinite: 0, distinct: 4,
      numbers: { least: 1, lower: 1.75, median: 3, upper: 5, greatest: 8, mean: 3.75, deviation: expect.closeTo(3.095695936834452, 14) }
    })
  })

  it("leave out nulls, NaN and the infinities, and count them", () => {
    expect(statistics(column("float64", [null, NaN, 1, Infinity, 3, null]))).toMatchObject({ entries: 6, nulls: 2, notFinite: 2, distinct: 4, numbers: { least: 1, greatest: 3, mean: 2 } })
    expect(statistics(column("int32", [null, null]))).toMatchObject({ nulls: 2, distinct: 0, numbers: undefined })
  })

  it("count the different values of text and of truth, and look into vectors", () => {
    expect(statistics(column("string", ["a", "b", "a"]))).toMatchObject({ distinct: 2, numbers: undefined })
    expect(statistics(column("boolean", [true, true]))).toMatchObject({ distinct: 1, numbers: undefined })
    expect(statistics(column("vector", [Float64Array.of(1, 2), Float64Array.of(6)]))).toMatchObject({ entries: 2, distinct: undefined, numbers: { least: 1, median: 2, greatest: 6, mean: 3 } })
  })

  it("divide any sample: no more than a quarter, a half, three quarters of it lie below the quartiles", () => fc.assert(fc.property(
    fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 }),
    (values) => {
      const { greatest, least, lower, mean, median, upper } = statistics(column("float64", values)).numbers!
      expect([least, greatest]).toEqual([values.reduce((a, b) => a < b || Object.is(a, -0) && b === 0 ? a : b), values.reduce((a, b) => a > b || Object.is(b, -0) && a === 0 ? a : b)])
      for (const [quantile, share] of [[lower, 0.25], [median, 0.5], [upper, 0.75]] as const) {
        expect(values.filter((value) => value < quantile).length).toBeLessThanOrEqual(Math.ceil(share * values.length))
        expect(values.filter((value) => value > quantile).length).toBeLessThanOrEqual(Math.ceil((1 - share) * values.length))
      }
      expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6)
    }
  )))
})
