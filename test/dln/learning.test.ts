// What the measures say about networks that were really trained: the preset "quick" of the protocol.
import { describe, expect, it } from "vitest"
import { dataset } from "../../src/dln/dataset.ts"
import { blindEscapes, type Escape, escapes } from "../../src/dln/escapes.ts"
import { drops, levels } from "../../src/dln/levels.ts"
import { firstPassage, type LossCurve } from "../../src/dln/LossCurve.ts"
import * as Pattern from "../../src/dln/Pattern.ts"
import { multiplicity } from "../../src/dln/multiplicity.ts"
import { quick } from "../../src/dln/protocol.ts"
import { anchoredRank } from "../../src/dln/rank.ts"
import * as Regime from "../../src/dln/Regime.ts"
import { gaussian } from "../../src/dln/start.ts"
import { statistics } from "../../src/dln/statistics.ts"
import * as Teacher from "../../src/dln/Teacher.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Random from "../../src/linalg/Random.ts"
import type { Training } from "../../src/linalg/Training.ts"

const widths = quick.widths
const algorithms = ["gd", "sgd"] as const

/** One run, and the weights at any of its steps. */
const run = (kind: Teacher.Kind, regime: Regime.Name, algorithm: (typeof algorithms)[number], seed: number) => {
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  const singularValues = quick.spectra[kind]
  const teacher = Teacher.make({ singularValues, outputs, inputs, stream: Random.stream(seed, "teacher") })
  const data = dataset({
    teacher, samples: quick.samples, noise: quick.noise, covariance: "isotropic", condition: 1, whiten: quick.whiten,
    stream: Random.stream(seed, "data")
  })
  const seen = statistics(data)
  const { exponent, learningRate, steps } = quick.schedules[regime]
  const start = gaussian({ widths, exponent, stream: Random.stream(seed, "start") })
  const order = { sampler: "shuffle", stream: Random.stream(seed, "order") } as const
  const batches = { ...data, ...order, size: quick.batch, labelNoise: 0 }
  const training: Training = { widths, learningRate, statistics: seen, ...(algorithm === "sgd" ? { batches } : {}) }
  const trained = (until: number, lossEvery: number) => {
    const weights = start.slice()
    return { weights, losses: Kernel.train(training, weights, 0, until, lossEvery) }
  }
  const { steps: at, values } = trained(steps, 1).losses
  const curve: LossCurve = { steps: at, excess: values }
  return {
    curve,
    s: seen.modes.s,
    rank: singularValues.length,
    drops: drops(seen.modes.s, singularValues.length, 0),
    weightsAt: (step: number) => trained(step, steps).weights
  }
}

const learnt = (found: ReadonlyArray<Escape>) =>
  found.map(({ learntBefore, learntAfter }) => [learntBefore, learntAfter])

describe("training at the protocol's settings", () => {
  it("saddle-to-saddle runs escape once a mode, and both searches agree on when", () => {
    for (const seed of [1, 2, 3]) {
      for (const algorithm of algorithms) {
        const { curve, drops } = run("deficient", "saddle-to-saddle", algorithm, seed)
        const [aware, blind] = [escapes(curve, drops), blindEscapes(curve, drops)]
        expect(learnt(aware)).toEqual([[0, 1], [1, 2], [2, 3], [3, 4]])
        expect(learnt(blind)).toEqual(learnt(aware))
        blind.forEach(({ step }, k) => expect(Math.abs(step - aware[k]!.step)).toBeLessThan(5))
      }
    }
  })

  it("modes of equal strength escape one after another from a random start, and all are learnt", () => {
    for (const seed of [1, 2]) {
      const { curve, drops } = run("degenerate", "saddle-to-saddle", "gd", seed)
      const found = escapes(curve, drops)
      expect(found.length).toBeGreaterThan(3)
      found.slice(1).forEach(({ learntBefore }, index) => expect(learntBefore).toBe(found[index]!.learntAfter))
      expect(found.at(-1)!.learntAfter).toBe(10)
    }
  })

  it("intermediate and NTK runs have no escape", () => {
    for (const regime of ["intermediate", "ntk"] as const) {
      for (const kind of Teacher.kinds) {
        for (const algorithm of algorithms) {
          const { curve, drops } = run(kind, regime, algorithm, 1)
          const found = [escapes(curve, drops), blindEscapes(curve, drops)]
          expect(found, `${kind}, ${regime}, ${algorithm}`).toEqual([[], []])
        }
      }
    }
  })

  it("with k modes learnt, every partial product has anchored rank k, and k modes run through all layers", () => {
    for (const algorithm of algorithms) {
      const { curve, drops, s, weightsAt } = run("deficient", "saddle-to-saddle", algorithm, 1)
      for (const { excess, lastMode } of levels(drops, [0.9])) {
        const spectra = Kernel.allProductSpectra(widths, weightsAt(firstPassage(curve, excess)!))
        for (const epsilon of [1e-1, 1e-2, 1e-3]) {
          const ranks = Float64Array.from(Pattern.pairs(3), ({ i, j }, entry) =>
            anchoredRank(spectra[entry]!, { epsilon, s1: s[0]!, factors: j - i + 1, depth: 3 }).rank)
          expect(ranks).toEqual(new Float64Array(6).fill(lastMode))
          expect(multiplicity(ranks).raw).toEqual(Float64Array.of(0, 0, lastMode, 0, 0, 0))
        }
      }
    }
  })
})
