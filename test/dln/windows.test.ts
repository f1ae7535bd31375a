import { describe, expect, it } from "vitest"
import { offsets } from "../../src/dln/windows.ts"

describe("windows around an escape", () => {
  it("offsets are symmetric whole steps that end at ±Δ", () => {
    expect(offsets(100, 2)).toEqual(Int32Array.of(-100, -50, 0, 50, 100))
    expect(offsets(5, 3)).toEqual(Int32Array.of(-5, -3, -2, 0, 2, 3, 5))
    expect(() => offsets(2, 3)).toThrow("2 steps for 3 points")
  })
})
