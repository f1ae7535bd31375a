/**
 * What a build will take, by what earlier builds took: the work of each call, the bytes of its results, and when it
 * will be finished where so many calls run at once.
 *
 * Calls are taken as a build takes them: in the order of the plan as soon as their inputs are there. Where nothing is
 * known of a call it is taken for nothing, so that a forecast is a lower bound; an input that comes out as it was makes
 * it an upper one.
 */
import { canonical } from "./Key.ts"
import * as Plan from "./Plan.ts"
import type { Trace } from "./Trace.ts"

export interface Forecast {
  /** Of each call that is built, in the order of the plan. */
  readonly calls: ReadonlyMap<Plan.CallStep, Expected>
  /** When the last is finished, in seconds from the start. */
  readonly finish: number
}

export interface Expected {
  readonly seconds: number | undefined
  /** Of what it will write. */
  readonly bytes: number | undefined
  /** In seconds from the start of the build. */
  readonly finish: number
}

export const forecast = (plan: Plan.Plan, traces: Iterable<Trace>, workers: number): Forecast => {
  const builds = Plan.builds(plan)
  const bytes = builds.length === 0 ? () => undefined : sizes(traces)
  const finish = schedule(plan, workers)
  const calls = new Map(
    builds.map((step) => [step, { seconds: step.expected, bytes: bytes(step), finish: finish.get(step)! }])
  )
  return { calls, finish: Math.max(0, ...Iterator.from(calls.values()).map((expected) => expected.finish)) }
}

/** The mean bytes of what a stage gave with these parameters, else of all that it gave. */
const sizes = (traces: Iterable<Trace>): ((step: Plan.CallStep) => number | undefined) => {
  const means = new Map<string, { readonly count: number; readonly mean: number }>()
  for (const { outputs, params, stage } of traces) {
    const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0)
    for (const key of [stage, `${stage} ${canonical(params)}`]) {
      const { count, mean } = means.get(key) ?? { count: 0, mean: 0 }
      means.set(key, { count: count + 1, mean: mean + (bytes - mean) / (count + 1) })
    }
  }
  return ({ call: { params }, name }) => (means.get(`${name} ${canonical(params)}`) ?? means.get(name))?.mean
}

/** When each step that is built is finished: each worker takes the first of the plan that is ready. */
const schedule = (plan: Plan.Plan, workers: number): ReadonlyMap<Plan.Step, number> => {
  const order = new Map(plan.steps.map((step, index) => [step, index]))
  const open = plan.steps.filter(({ state }) => state === "build")
  const waiting = new Map(
    open.map((step) => [
      step,
      new Set(
        Plan.linksOf(step)
          .map((link) => link.step)
          .filter((input) => input.state === "build")
      )
    ])
  )
  const users = new Map<Plan.Step, Array<Plan.Step>>()
  for (const [step, inputs] of waiting) {
    for (const input of inputs) {
      const known = users.get(input)
      if (known === undefined) users.set(input, [step])
      else known.push(step)
    }
  }
  const finished = new Map<Plan.Step, number>()
  const ready = new Queue<Plan.Step>((step) => order.get(step)!)
  const running = new Queue<{ readonly step: Plan.Step; readonly at: number }>(({ at }) => at)
  for (const [step, inputs] of waiting) if (inputs.size === 0) ready.add(step)
  for (let now = 0; ready.size + running.size > 0;) {
    while (running.size < workers && ready.size > 0) {
      const step = ready.take()!
      running.add({ step, at: now + (step._tag === "Call" ? (step.expected ?? 0) : 0) })
    }
    const { at, step } = running.take()!
    now = at
    finished.set(step, at)
    for (const user of users.get(step) ?? []) {
      const inputs = waiting.get(user)!
      inputs.delete(step)
      if (inputs.size === 0) ready.add(user)
    }
  }
  return finished
}

/** Gives the least first: a binary heap. */
class Queue<A> {
  readonly #heap: Array<A> = []
  readonly #order: (value: A) => number

  constructor(order: (value: A) => number) {
    this.#order = order
  }

  get size(): number {
    return this.#heap.length
  }

  add(value: A): void {
    const heap = this.#heap
    let at = heap.push(value) - 1
    for (let above = (at - 1) >> 1; at > 0 && this.#less(at, above); at = above, above = (at - 1) >> 1) {
      this.#swap(at, above)
    }
  }

  take(): A | undefined {
    const heap = this.#heap
    if (heap.length <= 1) return heap.pop()
    const first = heap[0]
    heap[0] = heap.pop()!
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = right < heap.length && this.#less(right, left) ? right : left
      if (least >= heap.length || !this.#less(least, at)) return first
      this.#swap(at, least)
      at = least
    }
  }

  #less(one: number, other: number): boolean {
    return this.#order(this.#heap[one]!) < this.#order(this.#heap[other]!)
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap
    ;[heap[one], heap[other]] = [heap[other]!, heap[one]!]
  }
}
