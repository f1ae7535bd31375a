import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix"
import { describe, expect, it } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { gaussian, shapes, statistics, training, weights } from "./problems.ts"

/** Eigenvalues of the Hessian, formed column by column. */
const spectrum = (widths: ReadonlyArray<number>, flat: Float64Array, teacher: Matrix.Matrix): Array<number> => {
  const told = { xx: Matrix.identity(teacher.columns), target: teacher }
  const columns = Array.from(flat, (_, i) => {
    const unit = new Float64Array(flat.length)
    unit[i] = 1
    return [...Kernel.hessianVectorProduct(widths, flat, told, unit)]
  })
  const hessian = new Dense(columns)
  expect(hessian.clone().sub(hessian.transpose()).norm()).toBeLessThan(1e-14)
  return new EigenvalueDecomposition(hessian, { assumeSymmetric: true }).realEigenvalues.toSorted((a, b) => a - b)
}

const expectClose = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>): void => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12))
}

describe("the Hessian of the full loss", () => {
  it("is the derivative of the gradient, for every shape", () => {
    for (const [label, widths] of shapes.entries()) {
      const problem = training(widths, label)
      const flat = weights(widths, label)
      const direction = gaussian(1, flat.length, "direction", label).data
      const step = 1e-5
      const moved = (by: number): Float64Array =>
        Kernel.gradient(problem, flat.map((weight, i) => weight + by * direction[i]!), 0)
      const [above, below] = [moved(step), moved(-step)]
      const product = Kernel.hessianVectorProduct(widths, flat, problem.statistics, direction)
      const scale = Math.max(...product.map(Math.abs))
      product.forEach((value, i) => {
        const difference = (above[i]! - below[i]!) / (2 * step)
        expect(Math.abs(value - difference)).toBeLessThan(1e-8 * scale)
      })
    }
  })

  it("has the known spectra at saddles of the teacher diag(3, 1)", () => {
    const teacher = Matrix.diagonal([3, 1])
    expectClose(spectrum([2, 2, 2], new Float64Array(8), teacher), [-3, -3, -1, -1, 1, 1, 3, 3])
    const root = Math.sqrt(3)
    const firstLearnt = Float64Array.of(root, 0, 0, 0, root, 0, 0, 0)
    expectClose(spectrum([2, 2, 2], firstLearnt, teacher), [-1, 0, 0, 0, 1, 2, 4, 6])
    expectClose(spectrum([2, 2, 2, 2], new Float64Array(12), teacher), new Array<number>(12).fill(0))
  })

  it("refuses a direction of another size", () => {
    const told = statistics([2, 2], 1)
    expect(() => Kernel.hessianVectorProduct([2, 2], new Float64Array(4), told, new Float64Array(3))).toThrow("4 entries")
  })
})
