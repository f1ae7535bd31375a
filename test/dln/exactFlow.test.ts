import { describe, expect, it } from "vitest"
import { alignedStart } from "../../src/dln/alignedStart.ts"
import { exactFlow } from "../../src/dln/exactFlow.ts"
import { haar } from "../../src/dln/haar.ts"
import { modeRuns, modesOf, stepNoises, strengthsOf } from "../../src/dln/modeRun.ts"
import * as Network from "../../src/dln/Network.ts"
import { passage } from "../../src/dln/passage.ts"
import { balanced } from "../../src/dln/start.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"
import { rungeKutta } from "./rungeKutta.ts"

const stream = Random.stream(1, "flow")
const frame = { U: haar(5, 2, stream), V: haar(4, 2, stream, 100) }
const target = Matrix.multiply(Matrix.multiply(frame.U, Matrix.diagonal([2, 1])), Matrix.transpose(frame.V))
const statistics = { xx: Matrix.identity(4), target }

/** W(t) by integrating the gradient of all weights. */
const integrated = (widths: ReadonlyArray<number>, start: Float64Array, time: number) =>
  Network.endToEnd(
    widths,
    Float64Array.from(
      rungeKutta(
        (weights) =>
          [...Kernel.gradient({ widths, learningRate: 1, statistics }, Float64Array.from(weights), 0)].map((g) => -g),
        [...start],
        time,
        400
      )
    )
  )

describe("the exact flow of a network", () => {
  it("is the integral of its gradient: of two layers from any balanced start, of more from an aligned one", () => {
    for (const [widths, start] of [
      [[4, 3, 5], balanced({ widths: [4, 3, 5], scale: 0.4, stream }).weights],
      [[4, 2, 3, 5], alignedStart([4, 2, 3, 5], frame, [0.05, 0.1])],
      [[4, 2, 3, 2, 5], alignedStart([4, 2, 3, 2, 5], frame, [0.1, 0.1])]
    ] as const) {
      const found = exactFlow(widths, start, svd(target), [0, 0.5, 2])
      ;[0, 0.5, 2].forEach((time, at) =>
        expect(Matrix.frobenius(Matrix.subtract(found[at]!, integrated(widths, start, time)))).toBeLessThan(1e-8)
      )
    }
  })

  it("refuses deep networks that are not aligned, or not balanced", () => {
    const widths = [4, 3, 3, 5]
    expect(() => exactFlow(widths, balanced({ widths, scale: 0.4, stream }).weights, svd(target), [1])).toThrow(
      "aligned"
    )
    const lopsided = alignedStart(widths, frame, [0.1, 0.1]).map((w, at) => (at < 12 ? 2 * w : w))
    expect(() => exactFlow(widths, lopsided, svd(target), [1])).toThrow("balanced")
  })
})

describe("a run as its modes see it", () => {
  const widths = [4, 3, 5]
  const x = Matrix.make(30, 4, Random.normals(stream, 0, 120))
  const batches = {
    x,
    y: Matrix.multiply(x, Matrix.transpose(target)),
    size: 3,
    sampler: "shuffle" as const,
    stream,
    labelNoise: 0
  }
  const training = { widths, learningRate: 0.02, statistics, batches }
  const start = balanced({ widths, scale: 0.5, stream }).weights

  it("reads the weights that training gives, every so many steps, and leaves the start as it was", () => {
    const before = start.slice()
    const other = { ...training, learningRate: 0.01 }
    const [run, beside] = modeRuns([training, other], start, { steps: 50, every: 20 }, (weights) => weights.slice())
    const { divergedAt, readings } = run!
    expect([...start]).toEqual([...before])
    expect(divergedAt).toBeUndefined()
    expect(readings.map(({ step }) => step)).toEqual([0, 20, 40])
    Kernel.train(training, before, 0, 40, 1)
    expect([...readings[2]!.read]).toEqual([...before])
    const slower = start.slice()
    Kernel.train(other, slower, 0, 40, 1)
    expect([...beside!.readings[2]!.read]).toEqual([...slower])
    const w = modesOf(widths, frame, before)
    expect([...strengthsOf(widths, frame, before)]).toEqual([Matrix.at(w, 0, 0), Matrix.at(w, 1, 1)])
    expect(Matrix.at(w, 1, 0)).toBeCloseTo(
      Matrix.dot(
        Network.endToEnd(widths, before),
        Matrix.multiply(Matrix.columns(frame.U, 1, 2), Matrix.transpose(Matrix.columns(frame.V, 0, 1)))
      ),
      12
    )
  })

  it("that diverges says when, with what it read before", () => {
    const wild = { ...training, learningRate: 1e3 }
    const [lost, kept] = modeRuns([wild, training], start, { steps: 100, every: 10 }, (_, step) => step)
    expect(lost!.divergedAt).toBeLessThan(20)
    expect(lost!.readings.map(({ read }) => read)).toEqual([0, 10].filter((step) => step < lost!.divergedAt!))
    expect(kept!.divergedAt).toBeUndefined()
    expect(kept!.readings.length).toBe(11)
  })

  it("has as its noise what a step of SGD does beyond one of GD", () => {
    const strength = (weights: Float64Array) =>
      Matrix.at(
        Matrix.multiply(Matrix.multiply(Matrix.transpose(frame.U), Network.endToEnd(widths, weights)), frame.V),
        1,
        1
      )
    const moved = (gradient: Float64Array) => start.map((w, at) => w - 0.02 * gradient[at]!)
    const { batches: _, ...full } = training
    const expected =
      strength(moved(Kernel.gradient(training, start, 7))) - strength(moved(Kernel.gradient(full, start, 0)))
    expect(stepNoises([training], frame, [start], 7)[0]![1]).toBeCloseTo(expected, 13)
    expect(Math.abs(expected)).toBeGreaterThan(1e-5)
  })
})

describe("a passage", () => {
  it("is straight between two readings, and null where the level is never reached", () => {
    expect(passage([0, 1, 3, 4], [0, 0.2, 1, 0.5], 0.6)).toBeCloseTo(2, 14)
    expect(passage([2, 3], [1, 2], 0.5)).toBe(2)
    expect(passage([0, 1], [0, 1], 1)).toBe(1)
    expect(passage([0, 1], [0, 1], 1.1)).toBeNull()
    expect(passage([0, 1], [NaN, NaN], 1)).toBeNull()
  })
})
