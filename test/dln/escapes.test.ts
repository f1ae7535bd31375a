import { describe, expect, it } from "vitest"
import { blindEscapes, type Escape, escapes } from "../../src/dln/escapes.ts"
import { drops, plateaus } from "../../src/dln/levels.ts"
import type { LossCurve } from "../../src/dln/LossCurve.ts"
import { modeStrengths, passageTime } from "../../src/dln/modeFlow.ts"
import * as Random from "../../src/linalg/Random.ts"

const eta = 0.015

/** Excess loss at every `every`-th step. */
const curveOf = (steps: number, every: number, loss: (time: number, index: number) => number): LossCurve => {
  const at = Int32Array.from({ length: Math.floor(steps / every) + 1 }, (_, index) => index * every)
  return { steps: at, excess: Float64Array.from(at, (step, index) => loss(eta * step, index)) }
}
/** That of independent modes, Σ ½ (s − u(t))². */
const modes = (
  depth: number,
  s: ReadonlyArray<number>,
  starts: ReadonlyArray<number>,
  steps: number,
  every = 1
): LossCurve => {
  const times = curveOf(steps, every, (time) => time).excess
  const u = s.map((teacher, k) => modeStrengths({ depth, teacher, start: starts[k]! }, times))
  return curveOf(steps, every, (_, index) =>
    s.reduce((sum, teacher, k) => sum + 0.5 * (teacher - u[k]![index]!) ** 2, 0))
}

const bothWays = (curve: LossCurve, s: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<Escape>> => {
  const single = drops(Float64Array.from(s), s.length, 0)
  return [escapes(curve, single), blindEscapes(curve, single)]
}
const learnt = (found: ReadonlyArray<Escape>) =>
  found.map(({ learntBefore, learntAfter }) => [learntBefore, learntAfter])

describe("escapes from saddles", () => {
  const s = [6, 4, 2.5, 1.5]

  it("saddle-to-saddle flow has one escape a mode, at the step where half of its drop is done", () => {
    const start = 0.02 ** 3
    const curve = modes(3, s, [start, start, start, start], 6000)
    const [aware, blind] = bothWays(curve, s)
    const heights = plateaus(Float64Array.from(s))
    for (const found of [aware!, blind!]) {
      expect(found.map(({ escape }) => escape)).toEqual([1, 2, 3, 4])
      expect(learnt(found)).toEqual([[0, 1], [1, 2], [2, 3], [3, 4]])
    }
    s.forEach((teacher, k) => {
      // Half of the drop of ½(s − u)² is done where u = (1 − √½) s.
      const predicted = passageTime({ depth: 3, teacher, start }, (1 - Math.SQRT1_2) * teacher) / eta
      expect(Math.abs(aware![k]!.step - predicted)).toBeLessThan(0.01 * predicted)
      expect(Math.abs(blind![k]!.step - predicted)).toBeLessThan(0.01 * predicted)
      expect([aware![k]!.before, aware![k]!.after]).toEqual([heights[k], heights[k + 1]])
      expect(blind![k]!.before).toBeCloseTo(heights[k]!, 0)
    })
  })

  it("two layers escape as well, from a start that is small enough", () => {
    const start = 1e-24
    for (const found of bothWays(modes(2, s, [start, start, start, start], 2500), s)) {
      expect(learnt(found)).toEqual([[0, 1], [1, 2], [2, 3], [3, 4]])
    }
  })

  it("are found at the resolution of a curve that is sampled every 10 steps", () => {
    const starts = s.map(() => 0.02 ** 3)
    const [fine] = bothWays(modes(3, s, starts, 6000), s)
    for (const coarse of bothWays(modes(3, s, starts, 6000, 10), s)) {
      expect(learnt(coarse)).toEqual(learnt(fine!))
      coarse.forEach(({ step }, k) => expect(Math.abs(step - fine![k]!.step)).toBeLessThanOrEqual(20))
    }
  })

  it("survive noise on the plateaus that falls by more in a step than a drop must to begin", () => {
    const clean = modes(3, s, s.map(() => 0.02 ** 3), 6000)
    const normals = Random.normals(Random.stream(6, "noise"), 0, clean.excess.length)
    const noise = normals.map((value) => 0.1 * Math.abs(value))
    const noisy = { ...clean, excess: clean.excess.map((excess, at) => excess * (1 + noise[at]!) + noise[at]!) }
    for (const found of bothWays(noisy, s)) expect(learnt(found)).toEqual([[0, 1], [1, 2], [2, 3], [3, 4]])
  })

  it("exponential decay has none, at any rate and for rates far apart or close", () => {
    for (const strengths of [[3], [3, 2, 1], [6, 4, 2.5, 1.5], [3, 0.3]]) {
      for (const rate of [0.003, 0.1, 1, 30]) {
        for (const spread of [0, 0.5, 1, 3]) {
          const curve = curveOf(20_000, 1, (time) =>
            strengths.reduce((sum, teacher, k) =>
              sum + 0.5 * teacher ** 2 * Math.exp(-2 * rate * time * 10 ** (-spread * k)), 0))
          expect(bothWays(curve, strengths), `rate ${rate}, spread ${spread}`).toEqual([[], []])
        }
      }
    }
  })

  it("modes of equal strength that start alike escape once, those that start unlike one after another", () => {
    for (const found of bothWays(modes(3, [5, 5, 5], [1e-6, 1e-6, 1e-6], 3000), [5, 5, 5])) {
      expect(learnt(found)).toEqual([[0, 3]])
    }
    for (const found of bothWays(modes(3, [5, 5, 5], [1e-4, 1e-5, 1e-6], 3000), [5, 5, 5])) {
      expect(learnt(found)).toEqual([[0, 1], [1, 2], [2, 3]])
    }
  })

  it("modes without a plateau between them are merged", () => {
    const [aware, blind] = bothWays(modes(3, [6, 5.9, 2], [1e-6, 1e-6, 1e-6], 6000), [6, 5.9, 2])
    expect(learnt(aware!)).toEqual([[0, 2], [2, 3]])
    expect(learnt(blind!)).toEqual([[0, 2], [2, 3]])
  })

  it("a start away from every saddle has no plateau to escape from", () => {
    expect(bothWays(modes(3, s, s.map(() => 0.5), 1500), s)).toEqual([[], []])
  })

  it("a drop within 10 steps of the start does not count, nor one that the run never completes", () => {
    const jump = (at: number) => curveOf(200, 1, (time) => (time < eta * at ? 4.5 : 0))
    expect(bothWays(jump(9), [3])).toEqual([[], []])
    for (const found of bothWays(jump(30), [3])) expect(found).toMatchObject([{ step: 30, dwell: 30 }])
    const starts = s.map(() => 0.02 ** 3)
    const whole = bothWays(modes(3, s, starts, 6000), s)[0]!
    const cut = modes(3, s, starts, whole[2]!.step)
    for (const found of bothWays(cut, s)) expect(learnt(found)).toEqual([[0, 1], [1, 2]])
    // So slow that a step alone loses less than a hundredth.
    const slow = (steps: number) => bothWays(modes(3, [0.5], [1e-6], steps), [0.5])
    const [aware, blind] = slow(60_000)
    expect([learnt(aware!), learnt(blind!)]).toEqual([[[0, 1]], [[0, 1]]])
    expect(slow(aware![0]!.step)).toEqual([[], []])
  })
})
