/**
 * How far a build has come: what became of each step, and which can be taken next.
 *
 * A step is ready when all its inputs are there; it is skipped when they are decided and one of them failed.
 */
import * as Key from "./Key.ts"
import { type CallStep, contentsOf, gathered, linksOf, manifestOf, type Outputs, type Plan, type Step } from "./Plan.ts"
import type { Failure } from "./Task.ts"

/** What became of a step; times in seconds. */
export type Outcome =
  | { readonly _tag: "hit"; readonly outputs: Outputs } & Traced
  | { readonly _tag: "built"; readonly outputs: Outputs; readonly seconds: number } & Traced
  | { readonly _tag: "failed"; readonly failure: Failure; readonly seconds: number }
  /** Because of a step that failed, however far up. */
  | { readonly _tag: "skipped"; readonly because: CallStep }

interface Traced {
  /** The key of the trace of a call, where the plan did not know it. */
  readonly action?: string
}

export class Frontier {
  /** The steps that can be taken before any other is. */
  readonly ready: ReadonlyArray<CallStep>
  readonly #outcomes = new Map<Step, Outcome>()
  readonly #waiting = new Map<Step, number>()
  readonly #users = new Map<Step, Array<Step>>()

  constructor(plan: Plan) {
    for (const step of plan.steps) {
      if (step.state === "hit") this.#outcomes.set(step, { _tag: "hit", outputs: step.outputs! })
      else this.#await(step)
    }
    this.ready = [...this.#waiting].flatMap(([step, count]) => count === 0 && step._tag === "Call" ? [step] : [])
  }

  /** What became of a step, as far as it is decided. */
  outcome(step: Step): Outcome | undefined {
    return this.#outcomes.get(step)
  }

  readonly outputs = (step: Step): Outputs | undefined => {
    const outcome = this.#outcomes.get(step)
    return outcome !== undefined && "outputs" in outcome ? outcome.outputs : undefined
  }

  /** A step that gives what has this address. */
  maker(address: string): Step | undefined {
    return [...this.#outcomes.keys()].find((step) => Object.values(this.outputs(step) ?? {}).includes(address))
  }

  /** Decides a step, and all that follows from it: what can be taken now, and what never will be. */
  settle(step: CallStep, outcome: Outcome): { readonly ready: ReadonlyArray<CallStep>; readonly skipped: ReadonlyArray<CallStep> } {
    const ready: Array<CallStep> = []
    const decided: Array<Step> = [step]
    this.#outcomes.set(step, outcome)
    for (const input of decided) {
      for (const user of this.#users.get(input) ?? []) {
        const left = this.#waiting.get(user)! - 1
        this.#waiting.set(user, left)
        if (left > 0) continue
        const follows = this.#follows(user)
        if (follows === undefined) ready.push(user as CallStep)
        else {
          this.#outcomes.set(user, follows)
          decided.push(user)
        }
      }
    }
    return { ready, skipped: decided.slice(1).filter((step) => step._tag === "Call") }
  }

  #await(step: Step) {
    const open = new Set(linksOf(step).map((link) => link.step).filter((input) => !this.#outcomes.has(input)))
    this.#waiting.set(step, open.size)
    for (const input of open) {
      const users = this.#users.get(input)
      if (users === undefined) this.#users.set(input, [step])
      else users.push(step)
    }
  }

  /** What the outcomes of its inputs decide about a step; nothing about a call that has them all. */
  #follows(step: Step): Outcome | undefined {
    const failed = linksOf(step).find((link) => this.outputs(link.step) === undefined)?.step
    if (failed !== undefined) {
      const outcome = this.#outcomes.get(failed)!
      return { _tag: "skipped", because: outcome._tag === "skipped" ? outcome.because : failed as CallStep }
    }
    if (step._tag === "Call") return undefined
    const parts = contentsOf(step.links, this.outputs)!["parts"] as ReadonlyArray<string>
    return { _tag: "built", outputs: { [gathered]: Key.manifestAddress(manifestOf(step, parts)) }, seconds: 0 }
  }
}
