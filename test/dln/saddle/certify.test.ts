import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import { certify, certifyAll, learntModes } from "../../../src/dln/saddle/certify.ts"
import * as Gauge from "../../../src/dln/saddle/Gauge.ts"
import { gaussianResidual } from "../../../src/dln/saddle/gaussianResidual.ts"
import type { Landscape } from "../../../src/dln/saddle/Landscape.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import { pivots } from "../../../src/dln/saddle/pivots.ts"
import { denseSpectrum, lanczosSpectrum } from "../../../src/dln/saddle/spectrum.ts"
import { zeroBlockSignature } from "../../../src/dln/saddle/zeroBlocks.ts"
import { balanced } from "../../../src/dln/start.ts"
import * as Matrix from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { eigenvalues } from "../../../src/linalg/Tridiagonal.ts"
import { hessian } from "../../../src/linalg/reference/hessianTridiagonal.ts"
import { tridiagonalize } from "../../../src/linalg/reference/tridiagonalize.ts"
import { eigenvaluesOf, empirical, hessianByProducts, layerSets, point, population } from "./landscapes.ts"

/** The population landscape of diag(3, 1). */
const threeAndOne: Landscape = {
  xx: Matrix.identity(2),
  target: Matrix.diagonal([3, 1]),
  xy: Matrix.diagonal([3, 1]),
  U: Matrix.identity(2),
  s: Float64Array.of(3, 1),
  rank: 2,
  inputRank: 2
}

describe("the Hessian as a matrix", () => {
  it("has the products of the kernel as its columns, at any weights", () => {
    for (const widths of [[3, 2], [2, 3, 4], [4, 3, 3, 2], [3, 4, 2, 3, 3]]) {
      const landscape = empirical(widths, [2, 1])
      const weights = Random.normals(Random.stream("weights", ...widths), 0, Network.size(widths))
      const found = hessian(widths, weights, landscape)
      const difference = Matrix.subtract(found, hessianByProducts(landscape, widths, weights))
      expect(Matrix.frobenius(difference)).toBeLessThan(1e-13 * Matrix.frobenius(found))
    }
  })

  it("has the known spectra at saddles of the target diag(3, 1), and so find both methods", () => {
    const root = Math.sqrt(3)
    const cases: ReadonlyArray<readonly [ReadonlyArray<number>, Float64Array, ReadonlyArray<number>, string]> = [
      [[2, 2, 2], new Float64Array(8), [-3, -3, -1, -1, 1, 1, 3, 3], "strict saddle"],
      [[2, 2, 2], Float64Array.of(root, 0, 0, 0, root, 0, 0, 0), [-1, 0, 0, 0, 1, 2, 4, 6], "strict saddle"],
      [[2, 2, 2, 2], new Float64Array(12), new Array(12).fill(0), "non-strict saddle"]
    ]
    for (const [widths, weights, expected, verdict] of cases) {
      const found = eigenvalues(tridiagonalize(hessian(widths, weights, threeAndOne)))
      found.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-9))
      const { least, largest, index, nullity } = denseSpectrum(widths, weights, threeAndOne)
      expect(index).toBe(expected.filter((value) => value < 0).length)
      expect(nullity).toBe(expected.filter((value) => value === 0).length)
      const lanczos = lanczosSpectrum(widths, weights, threeAndOne)
      const [lowest, highest] = [expected[0]!, expected.at(-1)!]
      for (const value of [least, lanczos.least]) expect(Math.abs(value - lowest)).toBeLessThan(1e-9)
      for (const value of [largest, lanczos.largest]) expect(Math.abs(value - highest)).toBeLessThan(1e-9)
      for (const method of ["dense", "lanczos"] as const) {
        expect(certify(threeAndOne, widths, weights, { method })).toMatchObject({ verdict, byRanks: verdict })
      }
    }
  })
})

it("Many points are certified as each of them is alone", () => {
  const points = [0, 1, 2].map((k) => Random.normals(Random.stream("many", k), 0, 8).map((x) => (k === 0 ? 0 : x)))
  expect(certifyAll(threeAndOne, [2, 2, 2], points)).toEqual(points.map((weights) => certify(threeAndOne, [2, 2, 2], weights)))
})

describe("the signature at zero blocks in closed form", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<number>, Landscape]> = [
    ["a full teacher, L = 2", [4, 5, 4], population([4, 5, 4], [4, 3, 2, 1])],
    ["a full teacher, L = 3", [4, 5, 3, 4], population([4, 5, 3, 4], [4, 3, 2, 1])],
    ["a deficient teacher, L = 4", [4, 3, 5, 4, 4], population([4, 3, 5, 4, 4], [4, 3, 2])],
    ["a degenerate teacher, L = 3", [4, 4, 4, 5], population([4, 4, 4, 5], [3, 2, 2, 1])],
    ["a sample with Σ_xx ≠ I, L = 3", [5, 4, 5, 3], empirical([5, 4, 5, 3], [3, 2])],
    ["fewer examples than inputs, L = 3", [6, 5, 4, 4], empirical([6, 5, 4, 4], [3, 2, 1], 0.3, 4)],
    ["a sample with Σ_xx ≠ I, L = 4", [3, 4, 3, 3, 4], empirical([3, 4, 3, 3, 4], [3, 2])]
  ]
  for (const [name, widths, landscape] of cases) {
    it(`is that of ml-matrix, for ${name}`, () => {
      for (const modes of [[], [1], [2, 3], [1, 2, 3], [3]]) {
        const fits = modes.length < Math.min(landscape.rank, ...widths) && modes.every((m) => m <= landscape.rank)
        const divides = landscape.s[1] === landscape.s[2] && modes.includes(2) !== modes.includes(3)
        if (!fits || divides) continue
        for (const zeros of [2, 3].flatMap((count) => layerSets(widths.length - 1, count))) {
          const { form, z, weights } = point(landscape, widths, modes, zeros)
          const values = eigenvaluesOf(hessian(widths, weights, landscape))
          const tolerance = 1e-8 * Math.max(-values[0]!, values.at(-1)!)
          const signature = zeroBlockSignature(form, z)!
          expect(signature).toMatchObject({ zeros, isClear: true })
          expect(signature.index).toBe(values.filter((value) => value < -tolerance).length)
          expect(signature.nullity).toBe(values.filter((value) => Math.abs(value) <= tolerance).length)
          if (signature.least === null) expect(modes.every((m, k) => m === k + 1)).toBe(false)
          else expect(Math.abs(signature.least - values[0]!)).toBeLessThan(1e-9)
        }
      }
    })
  }

  it("does not speak of points with fewer than two zero blocks", () => {
    const { form, z } = point(population([4, 4, 4, 4], [3, 2, 1]), [4, 4, 4, 4], [1], [2])
    expect(zeroBlockSignature(form, z)).toBeNull()
  })
})

describe("the certificate", () => {
  for (const widths of [[4, 5, 4, 4], [5, 4, 6, 4], [4, 5, 4, 5, 4], [5, 4, 5, 4, 6]]) {
    it(`finds saddles strict at two zero blocks, non-strict at three, both ways, for widths ${widths.join(", ")}`, () => {
      for (const landscape of [population(widths, [4, 3, 2, 1]), empirical(widths, [4, 3, 2, 1])]) {
        for (const modes of [[], [1], [1, 2]]) {
          for (const count of [2, 3]) {
            for (const zeros of layerSets(widths.length - 1, count)) {
              const { weights } = point(landscape, widths, modes, zeros)
              const stream = Random.stream("certify", ...zeros)
              const moved = Gauge.move(widths, weights, Gauge.random(widths, { condition: 8, stream }))
              const verdict = count === 2 ? "strict saddle" : "non-strict saddle"
              const bySpectrum = count === 2 ? "negative eigenvalue" : "no negative eigenvalue"
              const expected = { verdict, byRanks: verdict, bySpectrum, modes }
              for (const flat of [weights, moved]) {
                for (const method of ["dense", "lanczos"] as const) {
                  expect(certify(landscape, widths, flat, { method })).toMatchObject(expected)
                }
              }
            }
          }
        }
      }
    })
  }

  it("finds every saddle strict whose modes are not the strongest, and every saddle of two layers", () => {
    const widths = [4, 5, 4, 4]
    const landscape = population(widths, [4, 3, 2, 1])
    for (const modes of [[2], [1, 3], [3, 4]]) {
      for (const zeros of [[1, 2], [1, 2, 3]]) {
        const { weights } = point(landscape, widths, modes, zeros)
        const verdict = "strict saddle"
        expect(certify(landscape, widths, weights))
          .toMatchObject({ verdict, byRanks: verdict, bySpectrum: "negative eigenvalue", modes })
      }
    }
    const shallow = [5, 4, 4]
    for (const modes of [[], [1], [1, 2], [2, 3]]) {
      const { weights } = point(population(shallow, [4, 3, 2, 1]), shallow, modes, [1, 2])
      expect(certify(population(shallow, [4, 3, 2, 1]), shallow, weights).verdict).toBe("strict saddle")
    }
  })

  it("finds the balanced saddles of a deep network non-strict", () => {
    // W_l = diag(s_1^(1/3), 0, …): between teacher frames, as gradient descent from a small start meets them.
    const widths = [3, 3, 3, 3]
    const landscape = population(widths, [8, 2, 1])
    const u = Matrix.column(landscape.U, 0)
    const v = Matrix.multiply(landscape.xy, Matrix.make(3, 1, u)).data.map((entry) => entry / 8)
    const first = Matrix.make(3, 3)
    v.forEach((value, k) => { first.data[k] = 2 * value })
    const last = Matrix.make(3, 3)
    u.forEach((value, k) => { last.data[3 * k] = 2 * value })
    const weights = Float64Array.of(...first.data, ...Matrix.diagonal([2, 0, 0]).data, ...last.data)
    expect(certify(landscape, widths, weights))
      .toMatchObject({ verdict: "non-strict saddle", bySpectrum: "no negative eigenvalue", modes: [1] })
  })

  it("tells global minima, and minima of networks too narrow for the target, from saddles", () => {
    const random = (landscape: Landscape, widths: ReadonlyArray<number>, modes: ReadonlyArray<number>) => {
      const form = NormalForm.make({ landscape, widths, modes, minima: true })
      const zeros = layerSets(widths.length - 1, 2)[0]!
      return NormalForm.assemble(form, gaussianResidual(form, { stream: Random.stream("minimum"), zeros }))
    }
    const wide = [4, 4, 5, 4]
    const full = population(wide, [3, 2, 1])
    expect(certify(full, wide, random(full, wide, [1, 2, 3])))
      .toMatchObject({ verdict: "global minimum", byRanks: "global minimum", bySpectrum: "no negative eigenvalue" })
    const narrow = [4, 5, 2, 4]
    expect(certify(full, narrow, random(full, narrow, [1, 2])))
      .toMatchObject({ verdict: "bottleneck minimum", bySpectrum: "no negative eigenvalue", modes: [1, 2] })
    expect(certify(full, narrow, random(full, narrow, [1, 3])))
      .toMatchObject({ verdict: "strict saddle", byRanks: "strict saddle", bySpectrum: "negative eigenvalue" })
  })

  it("is undecided, and says why, where the point is not critical or its ranks are unclear", () => {
    const widths = [4, 4, 4, 4]
    const landscape = population(widths, [3, 2, 1])
    const { weights: start } = balanced({ widths, scale: 0.5, stream: Random.stream("start") })
    const away = certify(landscape, widths, start)
    expect(away).toMatchObject({ verdict: "undecided", modes: null })
    expect(away.reason).toMatch(/gradient .* refine the point first/)
    // A third block that is nearly zero: λ_min is within round-off of zero, and the rank of that block is unclear.
    const { form, z } = point(landscape, widths, [1], [1, 2])
    const withLast = (factor: number): Float64Array =>
      NormalForm.assemble(form, z.map((value, i) => (i >= z.length - 9 ? factor * value : value)))
    const doubtful = certify(landscape, widths, withLast(1e-9))
    expect(doubtful).toMatchObject({ verdict: "undecided", byRanks: "undecided", bySpectrum: "no negative eigenvalue" })
    expect(doubtful.reason).toContain("unclear")
    // A little larger, the rank test sees what the tolerance of the spectrum hides.
    const seen = certify(landscape, widths, withLast(3e-6))
    expect(seen).toMatchObject({ verdict: "strict saddle", byRanks: "strict saddle" })
    expect(seen.spectrum.isClear).toBe(false)
  })

  it("claims no modes where the product is no projection, or divides equal singular values", () => {
    const widths = [4, 4, 4]
    const degenerate = population(widths, [3, 2, 2, 1])
    const projection = (modes: ReadonlyArray<number>) => {
      const U = Matrix.columns(degenerate.U, modes[0]! - 1, modes.at(-1)!)
      return Matrix.multiply(Matrix.multiply(U, Matrix.transpose(U)), degenerate.target)
    }
    expect(learntModes(degenerate, projection([1]))).toEqual([1])
    expect(learntModes(degenerate, projection([2, 3]))).toEqual([2, 3])
    expect(learntModes(degenerate, projection([1, 2]))).toBeNull()
    expect(learntModes(degenerate, Matrix.scale(projection([1]), 0.9))).toBeNull()
    expect(learntModes(degenerate, Matrix.make(4, 4))).toEqual([])
  })
})

describe("the pivots", () => {
  it("count the ranks of their two blocks: all of r or more, tightened where one is r", () => {
    const widths = [5, 4, 5, 4, 5]
    const landscape = population(widths, [4, 3, 2, 1])
    const { weights } = point(landscape, widths, [1, 2], [2, 3])
    const found = pivots(widths, weights, landscape.xy, 2)
    const ranks = Object.fromEntries(found.map(({ i, j, outer, inner }) => [`${i},${j}`, [outer.rank, inner.rank]]))
    // Z_2 = Z_3 = 0: an outer block keeps more than r if it leaves out both, an inner one if it holds neither.
    expect(ranks).toEqual({ "2,1": [2, 4], "3,1": [4, 2], "3,2": [4, 5], "4,1": [4, 2], "4,2": [4, 2], "4,3": [2, 4] })
    expect(found.filter(({ isTightened }) => !isTightened).map(({ i, j }) => [i, j])).toEqual([[3, 2]])
    expect(found.every(({ isClear }) => isClear)).toBe(true)
  })
})
