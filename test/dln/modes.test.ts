import { describe, expect, it } from "vitest"
import { logSpectrum } from "../../src/dln/logSpectrum.ts"
import { coefficients, energy, largestCross } from "../../src/dln/modes.ts"
import { modeTimes } from "../../src/dln/modeTimes.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"

const gaussian = (rows: number, columns: number, label: string): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(7, label), 0, rows * columns))

describe("mode coefficients", () => {
  const { U, s, V } = svd(gaussian(4, 6, "teacher"))

  it("of the teacher itself are its singular values, with no cross energy", () => {
    const w = coefficients(gaussian(4, 6, "teacher"), U, V)
    expect(Matrix.frobenius(Matrix.subtract(w, Matrix.diagonal(s)))).toBeLessThan(1e-13)
    expect(energy(w).share).toBeLessThan(1e-28)
  })

  it("are u_aᵀ W v_b entry by entry", () => {
    const student = gaussian(4, 6, "student")
    const w = coefficients(student, U, V)
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        let sum = 0
        for (let r = 0; r < 4; r++) {
          for (let c = 0; c < 6; c++) sum += Matrix.at(U, r, a) * Matrix.at(student, r, c) * Matrix.at(V, c, b)
        }
        expect(Matrix.at(w, a, b)).toBeCloseTo(sum, 13)
      }
    }
  })

  it("hold all energy of a square student, and cross energy is what is off the diagonal", () => {
    const w = Matrix.fromRows([[3, 1], [-2, 5]])
    expect(energy(w)).toEqual({ cross: 5, total: 39, share: 5 / 39 })
    expect(largestCross(w)).toEqual(Float64Array.of(1, 2))
    expect(energy(Matrix.make(2, 2))).toEqual({ cross: 0, total: 0, share: null })
  })

  it("a rotation inside a block of equal modes changes no cross energy between blocks", () => {
    const w = gaussian(4, 4, "block")
    const [c, d] = [Math.cos(0.7), Math.sin(0.7)]
    const turn = Matrix.fromRows([[1, 0, 0, 0], [0, c, -d, 0], [0, d, c, 0], [0, 0, 0, 1]])
    const turned = Matrix.multiply(Matrix.multiply(Matrix.transpose(turn), w), turn)
    const blocks = [{ firstMode: 1, lastMode: 1 }, { firstMode: 2, lastMode: 3 }, { firstMode: 4, lastMode: 4 }]
    expect(energy(turned, blocks).cross).toBeCloseTo(energy(w, blocks).cross, 13)
    expect(energy(w).cross - energy(w, blocks).cross).toBeCloseTo(Matrix.at(w, 1, 2) ** 2 + Matrix.at(w, 2, 1) ** 2, 13)
    expect(Math.abs(energy(turned).cross - energy(w).cross)).toBeGreaterThan(1e-3)
  })
})

describe("mode times", () => {
  const series = {
    steps: Int32Array.of(0, 10, 20, 30, 40),
    diagonal: Float64Array.of(1e-6, 0.03, -0.5, 1.2, 2),
    cross: Float64Array.of(1e-7, 0.3, 0.11, 0.05, 0.05),
    strength: 2
  }

  it("taken literally, t_cross holds at the start; after the onset it does not", () => {
    expect(modeTimes(series, 0.05)).toEqual({ literal: 0, cross: 30, diagonal: 30 })
    expect(modeTimes(series, 0.06)).toEqual({ literal: 0, cross: 20, diagonal: 30 })
  })

  it("what is never reached is null", () => {
    expect(modeTimes({ ...series, strength: 200 }, 1e-12)).toEqual({ literal: null, cross: null, diagonal: null })
    expect(modeTimes(series, 0.001)).toMatchObject({ literal: 0, cross: null })
  })
})

describe("log spectra", () => {
  it("are floored, counted where they are, and divided by the first for their shape", () => {
    const found = logSpectrum(Float64Array.of(2, 1, 1e-40), 4, 1e-30)
    const expected = [Math.log(2), 0, Math.log(1e-30), Math.log(1e-30)]
    expect(Array.from(found.values)).toEqual(expected.map((value) => expect.closeTo(value, 12)))
    expect(found.shape[1]).toBeCloseTo(-Math.log(2), 14)
    expect(found.floored).toBe(2)
  })
})
