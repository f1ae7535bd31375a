import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import { dataset } from "../../../src/dln/dataset.ts"
import { certify } from "../../../src/dln/saddle/certify.ts"
import { constraintCurvature } from "../../../src/dln/saddle/constraintCurvature.ts"
import * as ConstraintEnergy from "../../../src/dln/saddle/ConstraintEnergy.ts"
import { criticality } from "../../../src/dln/saddle/criticality.ts"
import { gaussianResidual } from "../../../src/dln/saddle/gaussianResidual.ts"
import * as Landscape from "../../../src/dln/saddle/Landscape.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import { NotProjected, project } from "../../../src/dln/saddle/project.ts"
import * as Sampler from "../../../src/dln/saddle/Sampler.ts"
import { statistics } from "../../../src/dln/statistics.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { empirical, point, population, teacher } from "./landscapes.ts"

const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!)

describe("the curvature of the constraints", () => {
  it("is JᵀJ of their exact differences: each constraint is linear in every block", () => {
    for (const [widths, modes] of [[[4, 5, 3, 4], [1]], [[5, 4, 4, 3, 4], [1, 3]], [[3, 4, 3], []]] as const) {
      const form = NormalForm.make({ landscape: empirical(widths, [4, 3, 2]), widths, modes })
      const z = gaussianResidual(form, { stream: Random.stream("curvature") })
      const { residualWidths, sigma } = form
      const flat = (at: Float64Array): ReadonlyArray<number> =>
        ConstraintEnergy.constraints(residualWidths, sigma, at).flatMap(({ data }) => [...data])
      const here = flat(z)
      const J = Array.from(z, (_, i) => flat(z.map((value, k) => k === i ? value + 1 : value)).map((value, k) => value - here[k]!))
      const { data } = constraintCurvature(residualWidths, sigma, z)
      J.forEach((a, row) => J.forEach((b, column) =>
        expect(data[row * z.length + column]!).toBeCloseTo(a.reduce((sum, value, k) => sum + value * b[k]!, 0), 10)))
    }
  })
})

describe("projection", () => {
  const widths = [5, 4, 5, 4]
  const landscape = population(widths, [4, 3, 2, 1])

  it("leaves the residual of a critical point as it is, to the bit", () => {
    const { form, z } = point(landscape, widths, [1, 2], [1, 3])
    expect(project(form, z)).toEqual({ z, moved: 0, steps: 0 })
  })

  it("brings a disturbed strict saddle back to a critical point as near as the disturbance", () => {
    for (const modes of [[1], [2], [1, 2]]) {
      const { form, weights, z } = point(landscape, widths, modes, [1, 2], modes.length)
      const noise = Random.normals(Random.stream("disturbance"), 0, z.length)
      for (const size of [1e-8, 1e-5, 1e-3]) {
        const disturbed = z.map((value, i) => value + (size * noise[i]!) / norm(noise))
        const { moved, steps, z: found } = project(form, disturbed)
        expect(moved).toBeLessThan(1.01 * size)
        expect(moved).toBeCloseTo(norm(difference(found, disturbed)), 14)
        expect(steps).toBeLessThan(10)
        const refined = NormalForm.assemble(form, found)
        expect(criticality(widths, refined, landscape).relative).toBeLessThanOrEqual(1e-13)
        const [one, other] = [certify(landscape, widths, weights), certify(landscape, widths, refined)]
        expect([other.verdict, other.modes, other.spectrum.index, other.spectrum.nullity])
          .toEqual([one.verdict, modes, one.spectrum.index, one.spectrum.nullity])
      }
    }
  })

  it("turns what the sampler finds at low energy into certified saddles with the same modes, wherever sheets meet too", () => {
    for (const seen of [landscape, empirical(widths, [4, 3, 2, 1])]) {
      const form = NormalForm.make({ landscape: seen, widths, modes: [1] })
      const sampler: Sampler.Sampler = {
        form, beta: 500, prior: { kind: "norm", precision: 20, norm: 1.5 }, stepSize: { kind: "constant", size: 1e-4 },
        corrected: true, burnIn: 1000, thinning: 100, seed: 1
      }
      const start = gaussianResidual(form, { stream: Random.stream("start"), scale: 0.6 })
      const { snapshots } = Sampler.advance(sampler, Sampler.begin(1, start), 6000)
      const samples = snapshots.filter(({ isSample }) => isSample)
      expect(samples.length).toBe(50)
      for (const { z } of samples) {
        const { moved, z: found } = project(form, z)
        expect(moved).toBeLessThan(0.5 * norm(z))
        const weights = NormalForm.assemble(form, found)
        expect(criticality(widths, NormalForm.assemble(form, z), seen).relative).toBeGreaterThan(1e-6)
        expect(criticality(widths, weights, seen).relative).toBeLessThanOrEqual(1e-13)
        expect(certify(seen, widths, weights)).toMatchObject({ verdict: "strict saddle", byRanks: "strict saddle", modes: [1] })
        // No block is zero: these are not the saddles of the cheap construction.
        expect(Network.layers(form.residualWidths, found).every((Z) => norm(Z.data) > 0.1)).toBe(true)
      }
    }
  })

  it("takes a saddle of the teacher to one of a sample of it, which has modes of its own", () => {
    const teaching = teacher(widths, [4, 3, 2, 1])
    const seen = Landscape.empirical(statistics(dataset({
      teacher: teaching, samples: 100, noise: 0.1, covariance: "isotropic", condition: 1, whiten: "exact",
      stream: Random.stream("data")
    })))
    const [known, form] = [Landscape.population(teaching), seen].map((landscape) =>
      NormalForm.make({ landscape, widths, modes: [1, 2] }))
    const z = gaussianResidual(known!, { stream: Random.stream("teacher's saddle"), zeros: [2] })
    const near = project(known!, z).z
    const { moved, z: found } = project(form!, near)
    expect(moved).toBeGreaterThan(1e-6)
    expect(moved).toBeLessThan(0.05 * norm(near))
    expect(certify(seen, widths, NormalForm.assemble(form!, found))).toMatchObject({ verdict: "strict saddle", modes: [1, 2] })
  })

  it("fails with how far it came where steps run out, and says what to do", () => {
    const form = NormalForm.make({ landscape, widths, modes: [1] })
    const z = gaussianResidual(form, { stream: Random.stream("anywhere") })
    expect(() => project(form, z, { limit: 1 })).toThrow(NotProjected)
    expect(() => project(form, z, { limit: 1 })).toThrow(/after 1 steps at .* larger β/)
  })
})
