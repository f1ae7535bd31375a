import { describe, expect, it } from "vitest"
import { offsets, windowOf } from "../../src/dln/windows.ts"

describe("windows around an escape", () => {
  it("offsets are symmetric whole steps that end at ±Δ", () => {
    expect(offsets(100, 2)).toEqual(Int32Array.of(-100, -50, 0, 50, 100))
    expect(offsets(5, 3)).toEqual(Int32Array.of(-5, -3, -2, 0, 2, 3, 5))
    expect(() => offsets(2, 3)).toThrow("2 steps for 3 points")
  })

  it("two runs that escape at different steps meet at the same offsets", () => {
    const at = offsets(10, 1)
    expect(windowOf(50, at, 1000).map(({ offset, step }) => [offset, step])).toEqual([[-10, 40], [0, 50], [10, 60]])
    expect(windowOf(70, at, 1000).map(({ offset }) => offset)).toEqual([-10, 0, 10])
  })

  it("lose the points before the start and after the end, and a run without an escape has none", () => {
    expect(windowOf(4, offsets(10, 2), 8)).toEqual([{ offset: 0, step: 4 }])
    expect(windowOf(4, offsets(10, 2), 14).map(({ step }) => step)).toEqual([4, 9, 14])
    expect(windowOf(null, offsets(10, 2), 14)).toEqual([])
  })
})
