import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { reference } from "../../src/linalg/compiled/derivatives.ts"
import { begin } from "../../src/linalg/lanczos.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { bits, dice, entries, network, type Roll } from "./anyMatrices.ts"
import { batches } from "./problems.ts"

const built = (["wasm", "native"] as const).map((name) => [name, load(name)] as const)
  .filter(([, backend]) => backend !== undefined)

/** Which NaN it is no backend promises. */
const oneNaN = (values: Float64Array): Float64Array => values.map((value) => (Number.isNaN(value) ? NaN : value))

/** A network of any shape, and statistics of any size. */
const problem = (roll: Roll, label: string, widest: number) => {
  const widths = Array.from({ length: roll(2, 6) }, () => roll(1, widest))
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  const statistics = {
    xx: Matrix.make(inputs, inputs, entries(roll, `xx ${label}`, inputs * inputs, 0)),
    target: Matrix.make(outputs, inputs, entries(roll, `target ${label}`, inputs * outputs, roll(0, 3)))
  }
  return { widths, statistics, weights: network(roll, label, widths), about: `widths ${widths}, ${label}` }
}

describe.each(built)("%s finds the bits of the reference:", (_, loaded) => {
  const backend = loaded!

  it("the excess loss and its gradient, for any network", () => {
    const roll = dice("gradient")
    for (let label = 0; label < 300; label++) {
      const { widths, statistics, weights, about } = problem(roll, `gradient ${label}`, [3, 6, 13, 40][label % 4]!)
      const given = weights.slice()
      const outcome = (kernel: typeof reference): string => bits([
        Float64Array.of(kernel.excessLoss(widths, given, statistics)),
        kernel.gradient({ widths, learningRate: 1, statistics }, given, 3)
      ].map(oneNaN))
      expect(outcome(backend), about).toBe(outcome(reference))
      expect(given, about).toEqual(weights)
    }
  })

  it("the gradient of a batch, and of weights that are not finite", () => {
    const { widths, statistics, weights } = problem(dice("batch"), "batch", 5)
    const drawn = batches(widths, 20, 1, { size: 3, sampler: "shuffle", labelNoise: 0.1 })
    const training = { widths, learningRate: 1, statistics }
    expect(backend.gradient({ ...training, batches: drawn }, weights, 3))
      .toEqual(reference.gradient({ ...training, batches: drawn }, weights, 3))
    for (const bad of [NaN, Infinity]) {
      const lost = weights.with(1, bad)
      expect(backend.gradient(training, lost, 0)).toEqual(reference.gradient(training, lost, 0))
      expect(backend.excessLoss(widths, lost, statistics)).toBe(reference.excessLoss(widths, lost, statistics))
    }
  })

  it("the Hessian as a tridiagonal matrix, for any network", () => {
    const roll = dice("Hessian")
    for (let label = 0; label < 150; label++) {
      const { widths, statistics, weights, about } = problem(roll, `Hessian ${label}`, 6)
      const outcome = (kernel: typeof reference): unknown => {
        try {
          const { diagonal, off } = kernel.hessianTridiagonal(widths, weights, statistics)
          return bits([diagonal, off].map((values) => Float64Array.from(values)))
        } catch (failure) {
          return failure
        }
      }
      expect(outcome(backend), about).toEqual(outcome(reference))
    }
  })

  it("products of the Hessian with directions, for any network", () => {
    const roll = dice("products")
    for (let label = 0; label < 300; label++) {
      const { widths, statistics, weights, about } = problem(roll, `products ${label}`, [3, 6, 13, 40][label % 4]!)
      const direction = entries(roll, `direction ${label}`, weights.length)
      const outcome = ({ hessianVectorProduct }: typeof reference): string =>
        bits(oneNaN(hessianVectorProduct(widths, weights, statistics, direction)))
      expect(outcome(backend), about).toBe(outcome(reference))
    }
  })

  it("Krylov spaces of the Hessian, grown at once and in parts, up to where they are invariant", () => {
    const roll = dice("krylov")
    let invariant = 0
    for (let label = 0; label < 120; label++) {
      const { widths, statistics, weights, about } = problem(roll, `krylov ${label}`, [2, 4, 9, 20][label % 4]!)
      const small = weights.map((weight) => Math.max(-4, Math.min(4, weight))) // so that nothing overflows
      const start = entries(roll, `start ${label}`, weights.length, 0)
      const parts = [roll(1, 5), roll(6, 12)]
      const outcome = ({ growHessianKrylov }: typeof reference): ReadonlyArray<unknown> => {
        const space = begin(start, 12)
        for (const to of parts) growHessianKrylov(widths, small, statistics, space, to)
        const { basis, count, diagonal, off, size } = space
        invariant += off[count - 1] === 0 ? 1 : 0
        return [count, size, bits([basis, diagonal, off])]
      }
      expect(outcome(backend), about).toEqual(outcome(reference))
    }
    expect(invariant).toBeGreaterThan(40)
  })

  it("the same of weights and of starts that are not finite, and refuses half a space", () => {
    const { widths, statistics, weights } = problem(dice("lost"), "lost", 5)
    const lost = weights.with(0, NaN)
    expect(backend.hessianVectorProduct(widths, lost, statistics, weights))
      .toEqual(reference.hessianVectorProduct(widths, lost, statistics, weights))
    const outcome = ({ growHessianKrylov }: typeof reference): unknown => {
      const space = begin(lost, 3)
      growHessianKrylov(widths, weights, statistics, space, 3)
      return { ...space, basis: undefined }
    }
    expect(outcome(backend)).toEqual(outcome(reference))
    const space = begin(weights, 2)
    expect(() => backend.growHessianKrylov(widths, weights, statistics, space, 3)).toThrow("room for 2 vectors, not 3")
    expect(() => backend.growHessianKrylov(widths, weights, statistics, begin(lost.slice(1), 3), 3)).toThrow("entries")
  })

  it("the refusal of what does not fit", () => {
    const statistics = { xx: Matrix.identity(2), target: Matrix.make(2, 2) }
    for (const refused of [
      () => backend.excessLoss([2, 3], new Float64Array(6), statistics),
      () => backend.gradient({ widths: [2, 3], learningRate: 1, statistics }, new Float64Array(6), 0),
      () => backend.hessianTridiagonal([2, 3], new Float64Array(6), statistics),
      () => backend.hessianVectorProduct([2, 3], new Float64Array(6), statistics, new Float64Array(6)),
      () => backend.growHessianKrylov([2, 3], new Float64Array(6), statistics, begin(new Float64Array(6), 2), 1)
    ]) expect(refused).toThrow("3 × 2")
  })
})
