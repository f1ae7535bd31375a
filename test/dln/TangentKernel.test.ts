import { Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { laziness } from "../../src/dln/laziness.ts"
import * as Network from "../../src/dln/Network.ts"
import * as TangentKernel from "../../src/dln/TangentKernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"

// Deterministic entries of order one without a pattern: fractional parts of multiples of the golden ratio.
const scatter = (count: number, shift: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => 2 * (((index + shift) * 0.6180339887498949) % 1) - 1)

const shapes = [[2, 3, 2], [3, 4, 5, 2], [4, 2, 3, 1, 3], [1, 1, 1]].map((widths) => ({ widths }))

/** Σ A ⊗ B, written out: entry ((a, b), (a', b')) is Σ A_aa' B_bb', for the row-major vec of a d_L × d_0 matrix. */
const formed = (kernel: TangentKernel.TangentKernel): Reference =>
  kernel.left
    .map((a, term) => {
      const b = kernel.right[term]!
      return Reference.from1DArray(a.rows, a.columns, Array.from(a.data))
        .kroneckerProduct(Reference.from1DArray(b.rows, b.columns, Array.from(b.data)))
    })
    .reduce((sum, part) => sum.add(part))

/** J = ∂vec(W)/∂θ by central differences: exact but for round-off at h = 1/2, since W is linear in each weight. */
const jacobian = (widths: ReadonlyArray<number>, weights: Float64Array): Reference => {
  const columns = Array.from(weights, (_, index) => {
    const [up, down] = [0.5, -0.5].map((shift) => {
      const moved = weights.slice()
      moved[index] = moved[index]! + shift
      return Network.endToEnd(widths, moved)
    })
    return Array.from(Matrix.subtract(up!, down!).data)
  })
  return new Reference(columns).transpose()
}

describe.each(shapes)("a network of widths $widths", ({ widths }) => {
  const weights = scatter(Network.size(widths), 1)
  const kernel = TangentKernel.of(widths, weights)

  test("its kernel is J Jᵀ of the Jacobian by finite differences", () => {
    const J = jacobian(widths, weights)
    const difference = Reference.sub(formed(kernel), J.mmul(J.transpose()))
    expect(difference.norm()).toBeLessThan(1e-13 * formed(kernel).norm())
  })

  test("applying the kernel, its norm and inner products agree with the formed matrix", () => {
    const other = TangentKernel.of(widths, scatter(Network.size(widths), 100))
    const x = Matrix.make(widths.at(-1)!, widths[0]!, scatter(widths.at(-1)! * widths[0]!, 7))
    const expected = formed(kernel).mmul(Reference.columnVector(Array.from(x.data))).to1DArray()
    TangentKernel.apply(kernel, x).data.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12))
    const inner = Reference.mul(formed(kernel), formed(other)).sum()
    expect(TangentKernel.dot(kernel, other) / inner).toBeCloseTo(1, 12)
    expect(TangentKernel.frobenius(kernel) / formed(kernel).norm()).toBeCloseTo(1, 12)
  })

  test("the difference of two kernels is the difference of the formed matrices", () => {
    const other = TangentKernel.of(widths, scatter(Network.size(widths), 100))
    const expected = Reference.sub(formed(other), formed(kernel))
    const difference = TangentKernel.subtract(other, kernel)
    expect(Reference.sub(formed(difference), expected).norm()).toBeLessThan(1e-13 * formed(other).norm())
    expect(TangentKernel.frobenius(difference) / expected.norm()).toBeCloseTo(1, 10)
  })
})

describe("laziness", () => {
  const widths = [3, 4, 5, 2]
  const start = scatter(Network.size(widths), 1)

  test("a run that has not moved is perfectly lazy", () => {
    expect(laziness(widths, start, start.slice())).toEqual({ weights: 0, kernel: 0 })
  })

  test("scaling all weights by c moves them by |c − 1| and the kernel by |c^(2L−2) − 1|", () => {
    // 1 + 2^-30 tells whether small changes keep their digits.
    for (const c of [0, 0.5, 1 + 2 ** -30, 2]) {
      const moved = laziness(widths, start, start.map((value) => c * value))
      expect(moved.weights! / Math.abs(c - 1)).toBeCloseTo(1, 6)
      expect(moved.kernel! / Math.abs(c ** 4 - 1)).toBeCloseTo(1, 6)
    }
    // Three layers change sign: W does, its kernel does not.
    expect(laziness(widths, start, start.map((value) => -value))).toEqual({ weights: 2, kernel: 0 })
  })

  test("a start of zeros has no scale to be relative to", () => {
    expect(laziness(widths, new Float64Array(start.length), start)).toEqual({ weights: null, kernel: null })
  })
})
