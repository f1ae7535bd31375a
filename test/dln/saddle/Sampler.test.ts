import { describe, expect, it } from "vitest"
import type { Dataset } from "../../../src/dln/dataset.ts"
import { diagnose } from "../../../src/dln/saddle/diagnose.ts"
import { gaussianResidual } from "../../../src/dln/saddle/gaussianResidual.ts"
import * as Langevin from "../../../src/dln/saddle/Langevin.ts"
import * as Landscape from "../../../src/dln/saddle/Landscape.ts"
import { minibatchSigma } from "../../../src/dln/saddle/minibatchSigma.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import * as Prior from "../../../src/dln/saddle/Prior.ts"
import * as Sampler from "../../../src/dln/saddle/Sampler.ts"
import { statistics } from "../../../src/dln/statistics.ts"
import * as Matrix from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { bound, kolmogorovSmirnov } from "../../../src/stats/kolmogorovSmirnov.ts"
import * as Normal from "../../../src/stats/Normal.ts"
import { population, sample } from "./landscapes.ts"

const widths = [4, 4, 4, 4]
const form = NormalForm.make({ landscape: population(widths, [3, 2, 1]), widths, modes: [1] })
const sampler: Sampler.Sampler = {
  form,
  beta: 300,
  prior: { kind: "norm", precision: 60, norm: 1.5 },
  stepSize: { kind: "constant", size: 5e-4 },
  corrected: true,
  burnIn: 200,
  thinning: 10,
  seed: 7
}
const start = gaussianResidual(form, { stream: Random.stream("start"), scale: 0.8 })

/** Data of three examples, small enough to list every minibatch. */
const three: Dataset = (() => {
  const { x, y } = sample(widths, [3, 2, 1])
  return { x: Matrix.rows(x, 0, 3), y: Matrix.rows(y, 0, 3) }
})()
const seenOfThree = NormalForm.make({ landscape: Landscape.empirical(statistics(three)), widths, modes: [1] })

describe("the sampler", () => {
  it("goes to low energy and stays there, with blocks kept from collapsing", () => {
    const { chain, snapshots } = Sampler.advance(sampler, Sampler.begin(1, start), 2000)
    const samples = snapshots.filter(({ isSample }) => isSample)
    expect(snapshots.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, k) => 10 * (k + 1)))
    expect(samples[0]!.step).toBe(210)
    // At inverse temperature β the 33 coordinates of Z hold less than ½ of 1/β each.
    const mean = samples.reduce((sum, { energy }) => sum + energy, 0) / samples.length
    expect(mean).toBeLessThan(33 / (2 * 300))
    expect(samples.every(({ z }) => Prior.norms(form.residualWidths, z).every((norm) => norm > 0.75))).toBe(true)
    expect(chain.state.accepted / 2000).toBeGreaterThan(0.3)
    const last = snapshots.at(-1)!
    const square = last.z.reduce((sum, value, i) => sum + (value - start[i]!) ** 2, 0)
    expect(last.distance).toBeCloseTo(Math.sqrt(square), 12)
  })

  it("continues a chain to the same bits, and gives every chain draws of its own", () => {
    const { x, y } = sample(widths, [3, 2, 1])
    const stepSize = { kind: "constant", size: 2e-5 } as const
    for (const options of [sampler, { ...sampler, corrected: false, stepSize, minibatch: { x, y, size: 4 } }]) {
      const whole = Sampler.advance(options, Sampler.begin(1, start), 300)
      let chain = Sampler.begin(1, start)
      const snapshots = [7, 200, 93].flatMap((steps) => {
        const part = Sampler.advance(options, chain, steps)
        chain = part.chain
        return part.snapshots
      })
      expect(chain).toEqual(whole.chain)
      expect(snapshots).toEqual(whole.snapshots)
      for (const [seed, number] of [[7, 2], [8, 1]] as const) {
        const other = Sampler.advance({ ...options, seed }, Sampler.begin(number, start), 300)
        expect(other.chain.state.z).not.toEqual(whole.chain.state.z)
      }
    }
  })

  it("samples the prior where there is nothing to constrain", () => {
    // A layer as wide as the rank has no residual: every product is empty, and E = 0.
    const narrow = [40, 1, 40, 40]
    const none = NormalForm.make({ landscape: population(narrow, [3, 2]), widths: narrow, modes: [1], minima: true })
    const size = 39 * 39
    const alone: Sampler.Sampler = {
      ...sampler,
      form: none,
      prior: { kind: "gaussian", precision: 4 },
      stepSize: { kind: "constant", size: 0.25 },
      corrected: false,
      thinning: 60
    }
    const { snapshots } = Sampler.advance(alone, Sampler.begin(1, new Float64Array(size)), 60)
    expect(snapshots[0]!.energy).toBe(0)
    const deviation = Math.sqrt(1 / (4 * (1 - 0.25)))
    expect(kolmogorovSmirnov(snapshots[0]!.z, (x) => Normal.cumulative(x / deviation))).toBeLessThan(bound(size, 0.999))
  })

  it("takes gradients of minibatches that are right on average, though E is quadratic in σ", () => {
    // The mean over all pairs of single examples is the gradient of all three.
    const { residualWidths } = seenOfThree
    const z = gaussianResidual(seenOfThree, { stream: Random.stream("z") })
    const options = { form: seenOfThree, beta: 2, prior: { kind: "gaussian", precision: 0.5 } as const, seed: 3 }
    const full = new Float64Array(z.length)
    Sampler.potential(options, 1)(z, 0, full)
    const stochastic = Sampler.potential({ ...options, minibatch: { ...three, size: 1 } }, 1)
    const rows = Random.stream(3, "minibatch", 1)
    const pairs = new Map<string, Float64Array>()
    for (let step = 0; pairs.size < 9; step++) {
      const gradient = new Float64Array(z.length)
      stochastic(z, step, gradient)
      pairs.set([...Random.integers(rows, 2 * step, 2, 3)].join(), gradient)
    }
    const mean = full.map((_, i) => [...pairs.values()].reduce((sum, gradient) => sum + gradient[i]!, 0) / 9)
    const scale = Math.max(...full.map(Math.abs))
    mean.forEach((value, i) => expect(Math.abs(value - full[i]!)).toBeLessThan(1e-13 * scale))
    expect(residualWidths).toEqual([4, 3, 3, 3])
  })

  it("draws σ of minibatches whose mean is the empirical σ", () => {
    const estimate = minibatchSigma(seenOfThree, three, 1, Random.stream("rows"))
    const rows = Random.integers(Random.stream("rows"), 0, 60, 3)
    const singles = new Map<number, Matrix.Matrix>()
    rows.forEach((row, draw) => {
      const sigma = Matrix.make(4, 3)
      estimate(draw, sigma)
      if (singles.has(row)) expect(sigma).toEqual(singles.get(row))
      singles.set(row, sigma)
    })
    const mean = Matrix.scale([...singles.values()].reduce(Matrix.add), 1 / 3)
    expect(Matrix.frobenius(Matrix.subtract(mean, seenOfThree.sigma))).toBeLessThan(1e-14)
  })

  it("refuses β ≤ 0, a correction of minibatches, and priors and steps that are none", () => {
    const advance = (changes: Partial<Sampler.Sampler>) => () =>
      Sampler.advance({ ...sampler, ...changes }, Sampler.begin(1, start), 1)
    for (const beta of [0, -1, NaN, Infinity]) expect(advance({ beta })).toThrow(Sampler.BetaNotPositive)
    expect(advance({ beta: -2 })).toThrow("β is -2")
    expect(advance({ minibatch: { ...sample(widths, [3, 2, 1]), size: 5 } })).toThrow(Sampler.CorrectionNeedsAll)
    expect(advance({ minibatch: { ...sample(widths, [3, 2, 1]), size: 5 } })).toThrow("5 out of 60 examples")
    expect(advance({ prior: { kind: "gaussian", precision: 0 } })).toThrow("precision > 0")
    expect(advance({ stepSize: { kind: "constant", size: -1 } })).toThrow("above 0")
    expect(advance({ thinning: 0 })).toThrow("thinning")
  })

  it("says at which step a chain with too large a step size diverges", () => {
    const rough = { ...sampler, corrected: false, stepSize: { kind: "constant", size: 1 } as const }
    expect(() => Sampler.advance(rough, Sampler.begin(1, start), 200)).toThrow(Langevin.StepDiverged)
  })
})

describe("the priors", () => {
  it("have the gradients of their values, by central differences", () => {
    for (const prior of [{ kind: "gaussian", precision: 1.7 }, { kind: "norm", precision: 1.7, norm: 2 }] as const) {
      const gradient = new Float64Array(start.length)
      Prior.addGradient(prior, form.residualWidths, start, gradient)
      for (let i = 0; i < start.length; i++) {
        const at = (step: number) =>
          Prior.value(prior, form.residualWidths, start.map((value, k) => (k === i ? value + step : value)))
        expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8)
      }
    }
    expect(Prior.value({ kind: "gaussian", precision: 2 }, [1, 2, 1], Float64Array.of(1, 2, 3, 4))).toBe(30)
    expect(Prior.value({ kind: "norm", precision: 2, norm: 3 }, [1, 2, 1], Float64Array.of(0, 2, 3, 4))).toBe(1 + 4)
  })
})

describe("the diagnosis", () => {
  it("reports acceptance, distance, and that chains of one law agree", () => {
    const free: Sampler.Sampler = {
      ...sampler,
      beta: 1e-9,
      prior: { kind: "gaussian", precision: 1 },
      stepSize: { kind: "constant", size: 1 }
    }
    const runs = [1, 2, 3, 4].map((chain) => Sampler.advance(free, Sampler.begin(chain, start), 4000))
    const { acceptance, distance, mixing } = diagnose(form, runs)
    acceptance.forEach((share, c) => expect(share).toBe(runs[c]!.chain.state.accepted / 4000))
    distance.forEach((length, c) => expect(length).toBe(runs[c]!.snapshots.at(-1)!.distance))
    expect(mixing.map(({ quantity }) => quantity)).toEqual(["E", "‖Z_1‖", "‖Z_2‖", "‖Z_3‖"])
    mixing.forEach(({ rHat, bulkSize }) => {
      expect(rHat!).toBeLessThan(1.02)
      expect(bulkSize!).toBeGreaterThan(300)
    })
  })

  it("tells chains that were caught in different places", () => {
    const runs = [0.2, 3].map((scale, c) =>
      Sampler.advance({ ...sampler, burnIn: 0, stepSize: { kind: "constant", size: 1e-6 } },
        Sampler.begin(c + 1, gaussianResidual(form, { stream: Random.stream("apart"), scale })), 400))
    expect(diagnose(form, runs).mixing[1]!.rHat!).toBeGreaterThan(1.5)
  })
})
