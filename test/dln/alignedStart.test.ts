import { describe, expect, it } from "vitest"
import { alignedStart } from "../../src/dln/alignedStart.ts"
import { residuals } from "../../src/dln/balance.ts"
import { haar } from "../../src/dln/haar.ts"
import { coefficients } from "../../src/dln/modes.ts"
import * as Network from "../../src/dln/Network.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const stream = Random.stream(1, "aligned")
const frame = { U: haar(6, 3, stream), V: haar(4, 3, stream, 100) }

describe("an aligned start", () => {
  it("is U diag(w) Vᵀ end to end and balanced, at any widths", () => {
    for (const widths of [
      [4, 3, 6],
      [4, 7, 5, 6],
      [4, 3, 8, 3, 6]
    ]) {
      const weights = alignedStart(widths, frame, [2, 0.5, 1e-6])
      const found = coefficients(Network.endToEnd(widths, weights), frame.U, frame.V)
      expect(Matrix.frobenius(Matrix.subtract(found, Matrix.diagonal([2, 0.5, 1e-6])))).toBeLessThan(1e-14)
      for (const residual of residuals(widths, weights)) expect(residual).toBeLessThan(1e-15)
    }
  })

  it("stays aligned as it is trained on a target of the same modes", () => {
    const widths = [4, 7, 5, 6]
    const weights = alignedStart(widths, frame, [0.1, 0.1, 0.1])
    const target = Matrix.multiply(Matrix.multiply(frame.U, Matrix.diagonal([3, 2, 1])), Matrix.transpose(frame.V))
    Kernel.train({ widths, learningRate: 0.02, statistics: { xx: Matrix.identity(4), target } }, weights, 0, 100, 100)
    const w = coefficients(Network.endToEnd(widths, weights), frame.U, frame.V)
    expect(Matrix.at(w, 0, 0)).toBeGreaterThan(1)
    for (const [a, b] of [
      [0, 1],
      [1, 0],
      [0, 2],
      [2, 1]
    ] as const)
      expect(Math.abs(Matrix.at(w, a, b))).toBeLessThan(1e-13)
  })

  it("has no more modes than the narrowest layer", () => {
    expect(() => alignedStart([4, 2, 6], frame, [1, 1, 1])).toThrow("start with 2")
  })
})
