import { expect, test } from "vitest"
import * as Protocol from "../../src/dln/protocol.ts"
import * as Regime from "../../src/dln/Regime.ts"

test("the NTK regime takes γ = 1 − 1/L at every depth, however it was rounded", () => {
  for (let depth = 2; depth <= 60; depth++) {
    expect(Regime.checkExponent("ntk", 1 - 1 / depth, depth)).toBeUndefined()
    expect(Regime.checkExponent("ntk", (depth - 1) / depth, depth)).toBeUndefined()
    expect(Regime.checkExponent("ntk", 1 - 1 / depth - 1e-6, depth)).toContain("grows with the width")
  }
})

test("each exponent belongs to one regime at most", () => {
  for (const exponent of [-1, 0, 0.5, 0.6, 0.66, 2 / 3, 0.9, 1, 1.0001, 1.5, 3, Infinity, NaN]) {
    const fitting = Regime.names.filter((name) => Regime.checkExponent(name, exponent, 3) === undefined)
    expect(fitting.length).toBe(exponent >= 2 / 3 && exponent < Infinity ? 1 : 0)
  }
})

test("a wrong exponent is answered by a sentence with its value and with what to do", () => {
  expect(Regime.checkExponent("saddle-to-saddle", 1, 3)).toMatch(/γ > 1, finite, got 1: raise γ/)
  expect(Regime.checkExponent("intermediate", 0.99, 3)).toMatch(/got 0.99: set γ to 1/)
  expect(Regime.checkExponent("ntk", 1, 4)).toMatch(/γ < 1, got 1: lower γ, at depth 4 down to 1 − 1\/L = 0.75/)
  expect(Regime.checkExponent("ntk", NaN, 3)).toContain("NaN")
})

test("the exponents of the presets are those of their regimes", () => {
  for (const preset of [Protocol.quick, Protocol.paper]) {
    for (const name of Regime.names) {
      expect(Regime.checkExponent(name, preset.schedules[name].exponent, preset.widths.length - 1)).toBeUndefined()
    }
  }
})
