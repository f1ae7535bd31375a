/** When a build will be finished, against schedules that are known and bounds that hold for all. */
import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import { forecast } from "../../src/engine/Forecast.ts"
import type * as Node from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import type { Trace } from "../../src/engine/Store.ts"
import { Numbers, Sum } from "./sums.ts"
import { fingerprints } from "./lab.ts"

const traceOf = (facts: Partial<Trace>): Trace => ({
  action: "", recipe: "", stage: "numbers", fingerprint: "", params: {}, inputs: {}, outputs: {}, seconds: 0, host: "", node: "", backend: "", finished: "", ...facts
})

/** A plan of calls that take so long, each with the numbers of those that it waits for. */
const planOf = (calls: ReadonlyArray<{ readonly seconds: number | undefined; readonly after: ReadonlyArray<number> }>): Plan.Plan => {
  const [{ step: like }] = Plan.plan([Numbers({ seed: 1 })], { fingerprints: fingerprints({}), snapshot: { trace: () => undefined, has: () => false, traces: () => [], damaged: [] } }).roots as [Plan.Link]
  const steps: Array<Plan.CallStep> = []
  for (const [index, { after, seconds }] of calls.entries()) {
    steps.push({ ...like as Plan.CallStep, key: String(index), expected: seconds, links: { inputs: after.map((input) => ({ step: steps[input]!, output: "output" })) } })
  }
  return { steps, roots: [] }
}
const finish = (calls: Parameters<typeof planOf>[0], workers: number) => forecast(planOf(calls), [], workers).finish
const alone = (...seconds: ReadonlyArray<number>) => seconds.map((seconds) => ({ seconds, after: [] }))

describe("a forecast", () => {
  it("is the sum along a chain, however many workers there are", () => {
    const chain = Array.from({ length: 5 }, (_, index) => ({ seconds: index + 1, after: index === 0 ? [] : [index - 1] }))
    for (const workers of [1, 2, 8]) expect(finish(chain, workers)).toBe(15)
  })

  it("shares what does not wait between the workers", () => {
    expect(finish(alone(2, 2, 2, 2, 2), 1)).toBe(10)
    expect(finish(alone(2, 2, 2, 2, 2), 2)).toBe(6)
    expect(finish(alone(2, 2, 2, 2, 2), 5)).toBe(2)
    expect(finish(alone(5, 1, 1, 1), 2)).toBe(5)
  })

  it("is the finish of each call, in the order of the plan", () => {
    const { calls } = forecast(planOf([...alone(3, 1), { seconds: 2, after: [1] }, { seconds: 1, after: [0, 2] }]), [], 2)
    expect([...calls.values()].map(({ finish }) => finish)).toEqual([3, 1, 3, 4])
  })

  it("takes what nothing is known of for nothing, and says so", () => {
    const { calls, finish } = forecast(planOf([{ seconds: undefined, after: [] }, { seconds: 2, after: [0] }]), [], 1)
    expect(finish).toBe(2)
    expect([...calls.values()][0]).toEqual({ seconds: undefined, bytes: undefined, finish: 0 })
  })

  it("keeps to the bounds of every list schedule: work, critical path, and Graham's", () => fc.assert(fc.property(
    fc.array(fc.record({ seconds: fc.integer({ min: 0, max: 9 }), after: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 4 }),
    (drawn, workers) => {
      const calls = drawn.map(({ after, seconds }, index) => ({ seconds, after: index === 0 ? [] : [...new Set(after.map((input) => input % index))] }))
      const paths: Array<number> = []
      for (const { after, seconds } of calls) paths.push(seconds + Math.max(0, ...after.map((input) => paths[input]!)))
      const [work, path] = [calls.reduce((sum, { seconds }) => sum + seconds, 0), Math.max(...paths)]
      const found = finish(calls, workers)
      expect(found).toBeGreaterThanOrEqual(Math.max(path, work / workers))
      expect(found).toBeLessThanOrEqual(work / workers + (1 - 1 / workers) * path + 1e-9)
      if (workers === 1) expect(found).toBe(work)
    }
  )))

  it("expects the bytes of calls with the same parameters, else the mean of the stage, else nothing", () => {
    const stored = (bytes: number) => ({ address: "", bytes, sha256: "" })
    const traces = [
      traceOf({ params: { seed: 1, count: 3 }, outputs: { a: stored(10), b: stored(5) } }),
      traceOf({ params: { seed: 1, count: 3 }, outputs: { a: stored(20), b: stored(5) } }),
      traceOf({ params: { seed: 2, count: 3 }, outputs: { a: stored(200) } })
    ]
    const roots: ReadonlyArray<Node.Any> = [Numbers({ seed: 1 }), Numbers({ seed: 7 }), Sum({ of: Numbers({ seed: 1 }) })]
    const plan = Plan.plan(roots, { fingerprints: fingerprints({}), snapshot: { trace: () => undefined, has: () => false, traces: () => traces, damaged: [] } })
    const { calls } = forecast(plan, traces, 1)
    expect(Array.from(calls, ([{ name }, { bytes }]) => `${name} ${bytes}`)).toEqual(["numbers 20", "numbers 80", "sum undefined"])
  })

  it("of ten thousand calls takes no time to speak of", () => {
    const calls = Array.from({ length: 10_000 }, (_, index) => ({ seconds: 1, after: index < 100 ? [] : [index - 100] }))
    expect(finish(calls, 4)).toBe(2500)
  })
})
