/** `dln plan`: what a run would do, and why, before anything runs. */
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Builder } from "../engine/Builder.ts"
import * as Plan from "../engine/Plan.ts"
import * as Reason from "../engine/Reason.ts"
import * as flags from "./flags.ts"
import { duration } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"

export const plan = (started: Started) =>
  Command.make("plan", { pipeline: flags.pipeline, ...flags.choice, json: flags.json }, Effect.fn("plan")(function*(chosen) {
    const session = yield* Session.open(started, chosen)
    const found = yield* Effect.provide(Builder.use((builder) => builder.plan(session.roots)), Session.engine(started, chosen))
    if (chosen.json) {
      return yield* Console.log(JSON.stringify({
        nodes: Plan.calls(found).map(({ name, key, cell, state, reason, expected }) => ({
          stage: name, key, state, reason: reason === undefined ? null : Reason.say(reason), cell, expected: expected ?? null
        }))
      }))
    }
    for (const line of lines(found)) yield* Console.log(line)
  }))

/** A line for each stage: how many of its calls are there, how many are built, and why. */
const lines = (found: Plan.Plan): ReadonlyArray<string> => {
  const stages = [...Map.groupBy(Plan.calls(found), ({ name }) => name)]
  const width = Math.max(5, ...stages.map(([name]) => name.length))
  const missing = Plan.builds(found)
  const expected = missing.reduce((sum, step) => sum + (step.expected ?? 0), 0)
  const unknown = missing.filter((step) => step.expected === undefined).length
  return [
    `${"stage".padEnd(width)}    hit  build  why`,
    ...stages.map(([name, steps]) => {
      const builds = steps.filter(({ state }) => state === "build")
      return `${name.padEnd(width)} ${String(steps.length - builds.length).padStart(6)} ${String(builds.length).padStart(6)}  ${whyAll(builds)}`
    }),
    "",
    missing.length === 0
      ? "everything is there: a run builds nothing"
      : `${missing.length} to build, ${Plan.calls(found).length - missing.length} already there` +
        (expected === 0 ? "" : `; about ${duration(expected)} of computing by earlier runs${unknown === 0 ? "" : `, and ${unknown} of which nothing is known`}`)
  ]
}

/** The reasons of one stage's builds, each once, the commonest first. */
const whyAll = (builds: ReadonlyArray<Plan.CallStep>): string => {
  const reasons = [...Map.groupBy(builds, ({ reason }) => kindOf(reason)).values()].toSorted((a, b) => b.length - a.length)
  return reasons.slice(0, 3).map((same) => `${Reason.say(same[0]!.reason!)}${same.length === 1 || reasons.length === 1 ? "" : ` (${same.length})`}`).join("; ")
}

const kindOf = (reason: Reason.Reason | undefined): string =>
  reason?._tag === "ParameterChanged" ? `parameter ${reason.parameter}` : reason?._tag === "InputMayChange" ? `input ${reason.input}` : reason?._tag ?? ""
