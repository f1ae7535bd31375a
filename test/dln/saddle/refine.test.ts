import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import { dataset } from "../../../src/dln/dataset.ts"
import { certify } from "../../../src/dln/saddle/certify.ts"
import { gaussianResidual } from "../../../src/dln/saddle/gaussianResidual.ts"
import * as Landscape from "../../../src/dln/saddle/Landscape.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import { NotRefined, refine } from "../../../src/dln/saddle/refine.ts"
import * as Sampler from "../../../src/dln/saddle/Sampler.ts"
import { statistics } from "../../../src/dln/statistics.ts"
import * as Kernel from "../../../src/linalg/Kernel.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { point, population, teacher } from "./landscapes.ts"

const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))

describe("refinement", () => {
  const widths = [5, 4, 5, 4]
  const landscape = population(widths, [4, 3, 2, 1])

  it("leaves a critical point as it is, to the bit", () => {
    const { weights } = point(landscape, widths, [1, 2], [1, 3])
    const refined = refine(widths, weights, landscape)
    expect(refined).toMatchObject({ steps: 0, moved: 0, movedRelative: 0 })
    expect(refined.weights).toEqual(weights)
  })

  it("brings a disturbed strict saddle back to a critical point as near as the disturbance", () => {
    for (const modes of [[1], [2], [1, 2]]) {
      const { weights } = point(landscape, widths, modes, [1, 2], modes.length)
      for (const size of [1e-8, 1e-5, 1e-3]) {
        const noise = Random.normals(Random.stream("disturbance"), 0, weights.length)
        const disturbed = weights.map((weight, i) => weight + (size * noise[i]!) / norm(noise))
        const { weights: found, before, after, moved, movedRelative, steps } = refine(widths, disturbed, landscape)
        expect(before).toBeGreaterThan(1e-3 * size)
        expect(after).toBeLessThanOrEqual(1e-12)
        expect(moved).toBeLessThan(1.01 * size)
        expect(moved).toBeCloseTo(norm(found.map((weight, i) => weight - disturbed[i]!)), 14)
        expect(movedRelative).toBeCloseTo(moved / norm(disturbed), 12)
        expect(steps).toBeLessThan(5)
        expect(norm(Kernel.gradient({ widths, learningRate: 0, statistics: landscape }, found, 0))).toBeLessThan(1e-10)
        const [one, other] = [certify(landscape, widths, weights), certify(landscape, widths, found)]
        expect([other.verdict, other.modes, other.spectrum.index, other.spectrum.nullity])
          .toEqual([one.verdict, modes, one.spectrum.index, one.spectrum.nullity])
      }
    }
  })

  it("turns what the sampler finds at low energy into certified saddles of the same rank", () => {
    const form = NormalForm.make({ landscape, widths, modes: [1] })
    const sampler: Sampler.Sampler = {
      form, beta: 2000, prior: { kind: "norm", precision: 5, norm: 2 }, stepSize: { kind: "constant", size: 5e-5 },
      corrected: true, burnIn: 2000, thinning: 500, seed: 1
    }
    const start = gaussianResidual(form, { stream: Random.stream("start"), scale: 0.6 })
    const { snapshots } = Sampler.advance(sampler, Sampler.begin(1, start), 6000)
    const samples = snapshots.filter(({ isSample }) => isSample)
    expect(samples.length).toBe(8)
    for (const { z } of samples) {
      const { weights, before, after, movedRelative } = refine(widths, NormalForm.assemble(form, z), landscape)
      expect(before).toBeGreaterThan(1e-6)
      expect(after).toBeLessThanOrEqual(1e-12)
      expect(movedRelative).toBeLessThan(0.1)
      expect(certify(landscape, widths, weights))
        .toMatchObject({ verdict: "strict saddle", byRanks: "strict saddle", modes: [1] })
      // No block of the sample is zero: these are not the saddles of the cheap construction.
      expect(Network.layers(form.residualWidths, z).every((Z) => norm(Z.data) > 0.1)).toBe(true)
    }
  })

  it("takes a saddle of the teacher to one of a sample of it, which has modes of its own", () => {
    const teaching = teacher(widths, [4, 3, 2, 1])
    const seen = Landscape.empirical(statistics(dataset({
      teacher: teaching,
      samples: 100,
      noise: 0.1,
      covariance: "isotropic",
      condition: 1,
      whiten: "exact",
      stream: Random.stream("data")
    })))
    const form = NormalForm.make({ landscape: Landscape.population(teaching), widths, modes: [1, 2] })
    const z = gaussianResidual(form, { stream: Random.stream("teacher's saddle"), zeros: [2, 3] })
    const { weights, before, after, movedRelative } = refine(widths, NormalForm.assemble(form, z), seen)
    expect(before).toBeGreaterThan(1e-6)
    expect(after).toBeLessThanOrEqual(1e-12)
    expect(movedRelative).toBeLessThan(0.05)
    expect(certify(seen, widths, weights)).toMatchObject({ verdict: "strict saddle", modes: [1, 2] })
  })

  it("fails with how far it came where steps run out, and says what to do", () => {
    const weights = Random.normals(Random.stream("anywhere"), 0, Network.size(widths))
    expect(() => refine(widths, weights, landscape, { limit: 1 })).toThrow(NotRefined)
    expect(() => refine(widths, weights, landscape, { limit: 1 })).toThrow(/after 1 steps at .* larger β/)
  })
})
