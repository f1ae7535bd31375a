import { describe, expect, it } from "vitest"
import { drops, learntModes, levels, plateaus } from "../../src/dln/levels.ts"
import { firstPassage, type LossCurve, runningMinimum } from "../../src/dln/LossCurve.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"

const of = (...values: ReadonlyArray<number>) => Float64Array.from(values)

describe("plateaus", () => {
  it("are the losses of the best student of each rank (Eckart–Young)", () => {
    const m = Matrix.make(4, 5, Random.normals(Random.stream(8, "teacher"), 0, 20))
    const { U, s, V } = svd(m)
    const found = plateaus(s)
    for (let k = 0; k <= 4; k++) {
      const kept = Matrix.diagonal(s.map((value, index) => (index < k ? value : 0)))
      const student = Matrix.multiply(Matrix.multiply(U, kept), Matrix.transpose(V))
      const missing = Matrix.subtract(student, m)
      expect(found[k]).toBeCloseTo(0.5 * Matrix.dot(missing, missing), 12)
    }
  })

  it("of a deficient teacher all hold the label noise beyond its rank", () => {
    const found = Array.from(plateaus(of(4, 2, 0.2, 0.2), 2))
    expect(found).toEqual([10.04, 2.04, 0.04].map((value) => expect.closeTo(value, 13)))
  })

  it("refuse a rank or an order that a spectrum cannot have", () => {
    expect(() => plateaus(of(2, 1), 3)).toThrow("got 3")
    expect(() => plateaus(of(1, 2))).toThrow("descending")
    expect(() => plateaus(of(1, NaN))).toThrow("descending")
  })
})

describe("drops and levels", () => {
  it("a repeated singular value is one drop, also when label noise has split it", () => {
    const blocks = drops(of(5.02, 5, 4.97, 2.5, 2.49, 1.2), 6).map(({ firstMode, lastMode }) => [firstMode, lastMode])
    expect(blocks).toEqual([[1, 3], [4, 5], [6, 6]])
    expect(drops(of(5, 5, 5), 3, 0)).toHaveLength(3)
  })

  it("a spectrum that falls by a tenth a mode keeps its drops, and never chains into one", () => {
    expect(drops(Float64Array.from({ length: 20 }, (_, k) => 6 * 0.9 ** k))).toHaveLength(20)
    expect(drops(of(1, 0.97, 0.94, 0.91)).map(({ lastMode }) => lastMode)).toEqual([2, 4])
  })

  it("drops join from plateau to plateau", () => {
    const found = drops(of(6, 4, 4, 1, 0.01), 4)
    const heights = plateaus(of(6, 4, 4, 1, 0.01), 4)
    expect(found.map(({ before, after }) => [before, after]))
      .toEqual([[heights[0], heights[1]], [heights[1], heights[3]], [heights[3], heights[4]]])
  })

  it("levels descend strictly, in the order of their names", () => {
    const found = levels(drops(of(6, 4, 4, 1)))
    expect(found.map(({ checkpoint }) => checkpoint)).toEqual([
      "mode 1 at 10%", "mode 1 at 50%", "mode 1 at 90%",
      "modes 2-3 at 10%", "modes 2-3 at 50%", "modes 2-3 at 90%",
      "mode 4 at 10%", "mode 4 at 50%", "mode 4 at 90%"
    ])
    expect(found.map(({ order }) => order)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    found.slice(1).forEach(({ excess }, index) => expect(excess).toBeLessThan(found[index]!.excess))
    expect(found[1]!.excess).toBeCloseTo(18 / 2 + 8 + 8 + 0.5, 13)
    expect(found[8]!.excess).toBeCloseTo(0.05, 13)
  })

  it("spells fractions without binary dust, in ascending order", () => {
    expect(levels(drops(of(1)), [0.9, 0.29, 0.125]).map(({ checkpoint }) => checkpoint))
      .toEqual(["mode 1 at 12.5%", "mode 1 at 29%", "mode 1 at 90%"])
  })

  it("k modes are learnt on the plateau P_k, and a block only as a whole", () => {
    const found = drops(of(6, 4, 4, 1))
    const [p0, p1, , p3, p4] = plateaus(of(6, 4, 4, 1))
    expect([p0!, p1!, (p1! + p3!) / 2 + 0.01, p3!, p4!, 0, 1e9].map((excess) => learntModes(found, excess)))
      .toEqual([0, 1, 1, 3, 4, 4, 0])
  })
})

describe("first passage", () => {
  const curve: LossCurve = { steps: Int32Array.of(0, 5, 10, 15, 20), excess: of(9, 4, 6, 2, 3) }

  it("is the first sampled step at or below the level, however the loss rises later", () => {
    expect([9, 8, 4, 3.9, 2].map((level) => firstPassage(curve, level))).toEqual([0, 5, 5, 15, 15])
  })

  it("is that of the running minimum", () => {
    expect(runningMinimum(curve).excess).toEqual(of(9, 4, 4, 2, 2))
    for (const level of [10, 9, 6, 5, 4, 2.5, 2, 1]) {
      expect(firstPassage(runningMinimum(curve), level)).toBe(firstPassage(curve, level))
    }
  })

  it("of a level that is never reached is null, not the last step, and a diverged run reaches nothing more", () => {
    expect(firstPassage(curve, 1)).toBeNull()
    const diverged: LossCurve = { steps: Int32Array.of(0, 1, 2), excess: of(9, NaN, NaN) }
    expect([firstPassage(diverged, 9), firstPassage(diverged, 8)]).toEqual([0, null])
    expect(runningMinimum(diverged).excess).toEqual(of(9, 9, 9))
  })
})
