import { assert, describe, it } from "@effect/vitest"
import * as fc from "../fc.ts"
import * as Extent from "../../src/report/figure/Extent.ts"
import { numberText } from "../../src/report/figure/numberText.ts"
import * as Scale from "../../src/report/figure/Scale.ts"
import type { ScaleKind } from "../../src/report/figure/Spec.ts"
import { characters } from "../../src/report/figure/Text.ts"
import { extentOf, ticks } from "../../src/report/figure/Ticks.ts"

const setting = (beside: boolean) => ({ size: 7, beside, name: (level: unknown) => numberText(Number(level)) })
const axis = (
  kind: ScaleKind,
  values: ReadonlyArray<number>,
  length: number,
  room: readonly [number, number] = [0, 0]
) => Scale.make(Scale.domain(kind, Extent.of(values), { room }), length, false)
const labels = (kind: ScaleKind, values: ReadonlyArray<number>, length = 150, beside = true) => {
  const { exponent, major } = ticks(axis(kind, values, length), setting(beside))
  return [major.map(({ label }) => characters(label)).join(" "), exponent] as const
}

const size = fc
  .integer({ min: -320, max: 308 })
  .chain((exponent) =>
    fc.double({ min: 1, max: 9.99, noNaN: true }).map((mantissa) => Number(`${mantissa}e${exponent}`))
  )
const value = fc.oneof(
  fc.constant(0),
  size,
  size.map((each) => -each),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -10, max: 10, noNaN: true })
)

describe("ticks", () => {
  it("never overlap, lie on the axis and have finite places, whatever the data", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("linear", "log", "symlog"),
        fc.array(value, { maxLength: 6 }),
        fc.double({ min: 20, max: 400, noNaN: true }),
        fc.boolean(),
        fc.constantFrom(0, 0.05),
        (kind, values, length, beside, room) => {
          const scale = axis(kind as ScaleKind, values, length, [room, room])
          const { major, minor } = ticks(scale, setting(beside))
          assert.isAtLeast(major.length, 1)
          for (const place of [
            ...major.map((tick) => scale.at(tick.value)),
            ...minor.map(scale.at),
            ...values.filter((each) => Scale.shows(scale, each)).map(scale.at)
          ])
            assert.isTrue(Number.isFinite(place))
          for (const tick of major) {
            assert.isAtLeast(scale.at(tick.value), -0.01)
            assert.isAtMost(scale.at(tick.value), length + 0.01)
          }
          const extents = major.map((tick) => extentOf(scale, setting(beside), tick)).sort(([a], [b]) => a - b)
          for (let index = 1; index < extents.length; index++)
            assert.isAbove(extents[index]![0], extents[index - 1]![1])
          assert.strictEqual(
            new Set(major.map(({ label }) => characters(label))).size,
            major.length,
            "two ticks say the same"
          )
        }
      ),
      { numRuns: 3000, seed: 1 }
    )
  })

  it("place every value that can be shown between the ends of its axis", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("linear", "log", "symlog"),
        fc.array(value, { minLength: 1, maxLength: 6 }),
        (kind, values) => {
          const scale = axis(kind as ScaleKind, values, 100)
          for (const each of values.filter((each) => Scale.shows(scale, each))) {
            assert.isAtLeast(scale.at(each), -1e-6)
            assert.isAtMost(scale.at(each), 100 + 1e-6)
          }
        }
      ),
      { numRuns: 2000, seed: 2 }
    )
  })

  it("are round numbers with the decimals of their step", () => {
    assert.deepStrictEqual(labels("linear", [0, 1]), ["0 1", 0])
    assert.deepStrictEqual(labels("linear", [0, 0.99]), ["0.0 0.2 0.4 0.6 0.8", 0])
    assert.deepStrictEqual(labels("linear", [-2.3, 4.1]), ["−2 0 2 4", 0])
    assert.deepStrictEqual(labels("linear", [0, 12000]), ["0 5000 10000", 0])
  })

  it("of whole numbers are whole", () => {
    assert.deepStrictEqual(labels("linear", [0, 2]), ["0 1 2", 0])
    assert.deepStrictEqual(labels("linear", [0, 1]), ["0 1", 0])
    assert.deepStrictEqual(labels("linear", [3]), ["2 3 4", 0])
  })

  it("take a common power of ten out of large and small numbers", () => {
    assert.deepStrictEqual(labels("linear", [0, 4e-7]), ["0 1 2 3 4", -7])
    assert.deepStrictEqual(labels("linear", [0, 250_000]), ["0 50 100 150 200 250", 3])
    assert.deepStrictEqual(labels("linear", [-1e300, 1e300]), ["−1.0 −0.5 0.0 0.5 1.0", 300])
  })

  it("of a logarithmic axis are powers of ten, or their multiples where there is less than a power", () => {
    assert.deepStrictEqual(labels("log", [1e-3, 1e2])[0], "10−3 10−2 10−1 100 101 102")
    assert.deepStrictEqual(labels("log", [1e-300, 1e300], 200)[0], "10−300 10−200 10−100 100 10100 10200 10300")
    assert.deepStrictEqual(labels("log", [1, 7], 200)[0], "1 2 3 4 5 6 7")
    assert.deepStrictEqual(labels("log", [1.01, 1.04])[0], "1.01 1.02 1.03 1.04")
  })

  it("of a symmetric logarithmic axis are 0 and powers of ten of both signs", () => {
    assert.deepStrictEqual(labels("symlog", [-100, -1, 1, 100], 150, false)[0], "−102 −101 −100 0 100 101 102")
  })
})
