import { describe, expect, it } from "vitest"
import { type Backend, load } from "../../src/linalg/compiled/Backend.ts"
import { integers, stream } from "../../src/linalg/Random.ts"
import type { Course, Training } from "../../src/linalg/Training.ts"
import { training, weights } from "./problems.ts"

/** Equality of bits: −0 is not 0; a NaN is a NaN. */
const bits = (numbers: Float64Array): string =>
  Buffer.from(numbers.map((x) => (Number.isNaN(x) ? NaN : x)).buffer).toString("base64")

/** A random sequence of integers from `low` to `high`, the same in every run of the tests. */
const dice = (label: string): ((low: number, high: number) => number) => {
  let place = 0
  return (low, high) => low + integers(stream("dice of runs", label), place++, 1, high - low + 1)[0]!
}

interface Ensemble {
  readonly trainings: ReadonlyArray<Training>
  readonly starts: ReadonlyArray<Float64Array>
}

/** Runs of one shape; some diverge, some begin where no number is, each has a sampler, noise and stream of its own. */
const ensemble = (roll: ReturnType<typeof dice>, label: number): Ensemble => {
  const widest = [2, 5, 10, 24, 26][label % 5]!
  const widths = Array.from({ length: roll(1, 4) + 1 }, () => roll(1, widest))
  const n = roll(1, 30)
  const size = roll(0, 2) === 0 ? 0 : roll(1, Math.min(n, 9))
  const base = training(widths, label, size === 0 ? undefined : { n, size, sampler: "shuffle", labelNoise: 0 })
  const trainings = Array.from({ length: roll(1, 11) }, (_, run): Training => ({
    ...base,
    learningRate: roll(0, 6) === 0 ? 4 : 0.01 * (1 + run),
    ...(base.batches && {
      batches: {
        ...base.batches,
        sampler: roll(0, 1) === 0 ? "shuffle" : "replacement",
        labelNoise: 0.3 * roll(0, 1),
        stream: stream("runs", label, run)
      }
    })
  }))
  const starts = trainings.map((_, run) => {
    const start = weights(widths, label + 1000 * run)
    return roll(0, 20) === 0 ? start.with(0, NaN) : start
  })
  return { trainings, starts }
}

const told = ({ steps, values, divergedAt, states }: Course, end: Float64Array): object =>
  ({ steps: [...steps], values: bits(values), divergedAt, states: bits(states), end: bits(end) })

type When = readonly [from: number, steps: number, lossEvery: number, stateEvery: number]

const together = ({ trainRuns }: Backend, { trainings, starts }: Ensemble, ...when: When) => {
  const ends = starts.map((start) => start.slice())
  return trainRuns(trainings, ends, ...when).map((course, run) => told(course, ends[run]!))
}

const js = load("js")!
const backends = (["js", "wasm", "native"] as const).flatMap((name) => load(name) ?? [])

describe.each(backends.map((backend) => [backend.name, backend] as const))("%s trains many runs", (_, backend) => {
  it("as if each were alone, whatever becomes of the others", () => {
    const roll = dice("alone")
    let diverged = 0
    for (let label = 0; label < 160; label++) {
      const { trainings, starts } = ensemble(roll, label)
      const when = [roll(0, 40), roll(0, 70), roll(1, 5)] as const
      const alone = trainings.map((training, run) => {
        const end = starts[run]!.slice()
        const losses = js.train(training, end, ...when)
        return told({ ...losses, states: new Float64Array(0) }, end)
      })
      expect(together(backend, { trainings, starts }, ...when, 0), `number ${label}`).toEqual(alone)
      diverged += alone.filter((one) => "divergedAt" in one && one.divergedAt !== undefined).length
    }
    expect(diverged).toBeGreaterThan(50)
  })

  it("to the states that a run in pieces passes", () => {
    const roll = dice("states")
    for (let label = 0; label < 60; label++) {
      const { trainings, starts } = ensemble(roll, label)
      const [from, steps, every] = [roll(0, 9), roll(0, 30), roll(1, 6)]
      const ends = starts.map((start) => start.slice())
      const courses = backend.trainRuns(trainings, ends, from, steps, 1, every)
      trainings.forEach((training, run) => {
        const flat = starts[run]!.slice()
        const passed: Array<number> = []
        for (let step = from; step < from + steps; step++) {
          const before = flat.slice()
          if (js.train(training, flat, step, 1, 1).divergedAt === step) break
          if (step % every === 0) passed.push(...before)
        }
        const { divergedAt = Infinity, states } = courses[run]!
        if (divergedAt === Infinity) expect(bits(states), `number ${label}`).toBe(bits(Float64Array.from(passed)))
        else expect(bits(states)).toBe(bits(Float64Array.from(passed.slice(0, states.length))))
      })
    }
  })

  it("to the same bits in one call and in two", () => {
    const roll = dice("pieces")
    for (let label = 0; label < 60; label++) {
      const { trainings, starts } = ensemble(roll, label)
      const [from, first, second] = [roll(0, 30), roll(0, 20), roll(0, 20)]
      const whole = starts.map((start) => start.slice())
      const parts = starts.map((start) => start.slice())
      const ended = backend.trainRuns(trainings, whole, from, first + second, 3).map(({ divergedAt }) => divergedAt)
      backend.trainRuns(trainings, parts, from, first, 3)
      backend.trainRuns(trainings, parts, from + first, second, 3)
      whole.forEach((end, run) => { if (ended[run] === undefined) expect(bits(parts[run]!)).toBe(bits(end)) })
    }
  })

  it("of different shapes and data as well, and none at all", () => {
    const roll = dice("shapes")
    const several = [0, 1, 2, 5].map((label) => ensemble(roll, label))
    const trainings = several.flatMap((one) => one.trainings).toReversed()
    const starts = several.flatMap((one) => one.starts).toReversed()
    const when = [0, 20, 4, 5] as const
    expect(together(backend, { trainings, starts }, ...when)).toEqual(together(js, { trainings, starts }, ...when))
    expect(backend.trainRuns([], [], 0, 10, 1)).toEqual([])
  })

  it("and refuses what one training would be refused for", () => {
    const { trainings, starts } = ensemble(dice("refused"), 1)
    expect(() => backend.trainRuns(trainings, starts.map(() => new Float64Array(1)), 0, 1, 1)).toThrow("weights")
    expect(() => backend.trainRuns(trainings, starts, 0, 1, 0)).toThrow("Take the loss every")
  })
})
