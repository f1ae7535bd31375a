import { Matrix as Reference, pseudoInverse } from "ml-matrix"
import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import * as ConstraintEnergy from "../../../src/dln/saddle/ConstraintEnergy.ts"
import { criticality } from "../../../src/dln/saddle/criticality.ts"
import { gaussianResidual, UnknownLayer } from "../../../src/dln/saddle/gaussianResidual.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import { statistics } from "../../../src/dln/statistics.ts"
import * as Kernel from "../../../src/linalg/Kernel.ts"
import * as Matrix from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { empirical, layerSets, point, population, sample } from "./landscapes.ts"

/** Of depth 2 to 5, with bottlenecks, and with more outputs than inputs. */
const networks = [[4, 5, 3], [3, 4, 5], [4, 5, 6, 4], [6, 4, 4, 5], [5, 6, 4, 5, 4], [4, 5, 5, 4, 6, 5]]

const dense = ({ rows, columns, data }: Matrix.Matrix): Reference =>
  Reference.from1DArray(rows, columns, Array.from(data))

/** P_S A by ml-matrix: the projection of A on eigenvectors of Σ_yx Σ_xx⁻¹ Σ_xy. */
const projected = (yx: Reference, xx: Reference, U: Matrix.Matrix, modes: ReadonlyArray<number>): Reference => {
  const US = dense(U).subMatrixColumn(modes.map((m) => m - 1))
  return US.mmul(US.transpose()).mmul(yx).mmul(pseudoInverse(xx))
}

describe("the normal form", () => {
  it("is critical, and its product is the projection of the target, for every depth, width and set of modes", () => {
    for (const widths of networks) {
      for (const landscape of [population(widths, [3, 2, 1]), empirical(widths, [3, 2, 1])]) {
        const limit = Math.min(landscape.rank, ...widths)
        for (const modes of [[], [1], [2], [1, 2], [1, 3], [2, 3]].filter(({ length }) => length < limit)) {
          for (const zeros of [2, 3].flatMap((count) => layerSets(widths.length - 1, count))) {
            const { weights } = point(landscape, widths, modes, zeros)
            expect(criticality(widths, weights, landscape).relative).toBeLessThan(1e-14)
            const expected = projected(dense(landscape.xy).transpose(), dense(landscape.xx), landscape.U, modes)
            const product = dense(Network.endToEnd(widths, weights))
            expect(product.sub(expected).norm()).toBeLessThan(1e-11)
          }
        }
      }
    }
  })

  it("takes the modes of a sample from the sample: Σ_yx Σ_xx⁻¹ Σ_xy U = U diag(s²)", () => {
    const widths = [6, 5, 5, 4]
    const seen = statistics(sample(widths, [3, 2, 1]))
    const { U, s } = empirical(widths, [3, 2, 1])
    const [yx, xx] = [dense(seen.yx), dense(seen.xx)]
    const left = yx.mmul(pseudoInverse(xx)).mmul(yx.transpose()).mmul(dense(U))
    expect(left.sub(dense(U).mmul(Reference.diag(Array.from(s, (value) => value * value)))).norm()).toBeLessThan(1e-11)
  })

  it("completes the basis where the teacher is deficient or has more outputs than inputs", () => {
    const wide = [3, 4, 6]
    for (const landscape of [population([6, 5, 6], [2, 1]), population(wide, [3, 2, 1]), empirical(wide, [3, 2, 1])]) {
      const gram = Matrix.multiply(Matrix.transpose(landscape.U), landscape.U)
      expect(Matrix.frobenius(Matrix.subtract(gram, Matrix.identity(6)))).toBeLessThan(1e-13)
      expect(Array.from(landscape.s.slice(landscape.rank))).toEqual(new Array(6 - landscape.rank).fill(0))
    }
  })

  it("is critical exactly where the constraints hold: with μ = 0 and white inputs ‖∇ℓ‖² = Σ‖dμ_l‖²", () => {
    const widths = [5, 6, 4, 5, 4]
    const landscape = population(widths, [4, 3, 2, 1])
    for (let zero = 1; zero <= 4; zero++) {
      const { form, z, weights } = point(landscape, widths, [1, 3], [zero])
      const gradient = Kernel.gradient({ widths, learningRate: 0, statistics: landscape }, weights, 0)
      const square = gradient.reduce((sum, entry) => sum + entry * entry, 0)
      const energy = ConstraintEnergy.make(form.residualWidths, form.sigma).value(z)
      expect(energy).toBeGreaterThan(0.01)
      expect(Math.abs(square / (2 * energy) - 1)).toBeLessThan(1e-12)
    }
  })

  it("refuses ranks that no saddle has, and makes minima on request", () => {
    const widths = [5, 3, 5]
    const landscape = population(widths, [4, 3, 2, 1])
    const facts = (modes: ReadonlyArray<number>, minima = false) => {
      try {
        NormalForm.make({ landscape, widths, modes, minima })
        return "made"
      } catch (error) {
        return error
      }
    }
    expect(facts([1, 2])).toBe("made")
    expect(facts([1, 2, 3])).toMatchObject({ name: "RankTooLarge", rank: 3, limit: 3, widths, targetRank: 4 })
    expect(facts([1, 2, 3])).toBeInstanceOf(NormalForm.RankTooLarge)
    expect(facts([1, 2, 3], true)).toBe("made")
    expect(facts([1, 2, 3, 4], true)).toMatchObject({ name: "RankTooLarge", rank: 4, limit: 3 })
    expect(() => NormalForm.make({ landscape, widths, modes: [1, 2, 3] })).toThrow("at most 2, or ask for minima")
    const deficient = population([5, 6, 5], [2, 1])
    expect(() => NormalForm.make({ landscape: deficient, widths: [5, 6, 5], modes: [1, 2] })).toThrow("r_max = 2")
  })

  it("refuses modes that are named twice, that do not exist, or that divide equal singular values", () => {
    const widths = [5, 5, 5]
    const landscape = population(widths, [3, 2, 2, 1])
    const make = (modes: ReadonlyArray<number>) => () => NormalForm.make({ landscape, widths, modes })
    expect(make([1, 1])).toThrow(NormalForm.RepeatedMode)
    expect(make([4, 1, 4])).toThrow("names mode 4 more than once")
    expect(make([5])).toThrow(NormalForm.UnknownMode)
    expect(make([0])).toThrow("the target has the modes 1 … 4")
    expect(make([1.5])).toThrow(NormalForm.UnknownMode)
    expect(make([1, 2])).toThrow(NormalForm.DividedModes)
    expect(make([3])).toThrow("Modes 2 and 3 share the singular value 2")
    expect(make([2, 3])().modes).toEqual([2, 3])
    expect(make([3, 1, 2])().modes).toEqual([1, 2, 3])
  })

  it("refuses zero blocks in layers that do not exist", () => {
    const form = NormalForm.make({ landscape: population([3, 3, 3], [2, 1]), widths: [3, 3, 3], modes: [] })
    for (const layer of [0, 3, 1.5]) {
      expect(() => gaussianResidual(form, { stream: Random.stream(1), zeros: [1, layer] })).toThrow(UnknownLayer)
    }
    expect(() => gaussianResidual(form, { stream: Random.stream(1), zeros: [3] })).toThrow("the layers are 1 … 2")
  })
})
