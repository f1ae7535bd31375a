import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import * as ConstraintEnergy from "../../../src/dln/saddle/ConstraintEnergy.ts"
import * as Matrix from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { layerSets, point, population } from "./landscapes.ts"

const shapes = [[3, 2, 2], [2, 3, 1], [3, 2, 4, 2], [2, 1, 3, 3], [3, 2, 2, 3, 2]]

/** Integers −2 … 2, whose energies are exact multiples of ½. */
const whole = (count: number, ...labels: ReadonlyArray<number | string>): Float64Array =>
  Float64Array.from(Random.integers(Random.stream("whole", ...labels), 0, count, 5), (value) => value - 2)

const problem = (widths: ReadonlyArray<number>) => {
  const sigma = Matrix.make(widths[0]!, widths.at(-1)!, whole(widths[0]! * widths.at(-1)!, "sigma", ...widths))
  const size = Network.size(widths)
  return { sigma, energy: ConstraintEnergy.make(widths, sigma), size, z: whole(size, "z", ...widths) }
}

/**
 * p'(0) of a polynomial of degree ≤ 2m from its values at −m … m, exactly but for one rounding: the weights of the
 * central difference of order 2m are (−1)^(k+1) (m!)²/(k (m−k)! (m+k)!).
 */
const derivativeAtZero = (p: (t: number) => number, m: number): number => {
  let sum = 0
  for (let k = 1; k <= m; k++) {
    let ratio = 1
    for (let f = 0; f < k; f++) ratio *= (m - f) / (m + f + 1)
    sum += (k % 2 === 1 ? 1 : -1) * ((ratio * (p(k) - p(-k))) / k)
  }
  return sum
}

describe("the constraint energy", () => {
  it("is half the squares of μ and of every dμ_l", () => {
    for (const widths of shapes) {
      const { sigma, energy, z } = problem(widths)
      const depth = Network.depth(widths)
      const factors = [sigma, ...Network.layers(widths, z)]
      let sum = 0
      for (let out = 0; out <= depth; out++) {
        let product: Matrix.Matrix | undefined
        for (let k = 1; k <= depth; k++) {
          const factor = factors[(out + k) % (depth + 1)]!
          product = product === undefined ? factor : Matrix.multiply(factor, product)
        }
        sum += 0.5 * Matrix.dot(product!, product!)
      }
      expect(energy.value(z)).toBe(sum)
      expect(sum).toBeGreaterThan(0)
      const stated = ConstraintEnergy.constraints(widths, sigma, z)
      expect(stated.length).toBe(depth + 1)
      expect(stated.reduce((total, constraint) => total + 0.5 * Matrix.dot(constraint, constraint), 0)).toBe(sum)
    }
  })

  it("has the gradient of its exact polynomial along every line", () => {
    for (const widths of shapes) {
      const { energy, size, z } = problem(widths)
      const gradient = new Float64Array(size)
      expect(energy.addGradient(z, gradient)).toBe(energy.value(z))
      for (let line = 0; line < 5; line++) {
        const direction = whole(size, "direction", line)
        const along = direction.reduce((sum, value, i) => sum + value * gradient[i]!, 0)
        const onLine = (t: number): number => energy.value(z.map((value, i) => value + t * direction[i]!))
        const exact = derivativeAtZero(onLine, Network.depth(widths))
        expect(Math.abs(along - exact)).toBeLessThan(1e-9 * Math.max(1, Math.abs(exact)))
      }
    }
  })

  it("adds a multiple of its gradient, with the fibre's part or without", () => {
    const widths = [3, 2, 4, 2]
    const { sigma, energy, size, z } = problem(widths)
    const added = (weight: number, fibre: boolean, of = energy) => {
      const gradient = new Float64Array(size).fill(1)
      of.addGradient(z, gradient, weight, fibre)
      return gradient.map((value) => value - 1)
    }
    const fibre = added(1, true, ConstraintEnergy.make(widths, Matrix.scale(sigma, 0)))
    expect(added(-3, true)).toEqual(added(1, true).map((value) => -3 * value))
    expect(added(1, false)).toEqual(added(1, true).map((value, i) => value - fibre[i]!))
    expect(fibre.some((value) => value !== 0)).toBe(true)
  })

  it("is exactly zero wherever two blocks or more are, and not where only one is", () => {
    for (const widths of [[5, 4, 5], [5, 6, 4, 5], [4, 5, 6, 5, 4]]) {
      const landscape = population(widths, [3, 2, 1])
      for (const count of [1, 2, 3]) {
        for (const zeros of layerSets(widths.length - 1, count)) {
          const { form, z } = point(landscape, widths, [1], zeros)
          const energy = ConstraintEnergy.make(form.residualWidths, form.sigma).value(z)
          if (count === 1) expect(energy).toBeGreaterThan(1e-3)
          else expect(energy).toBe(0)
        }
      }
    }
  })
})
