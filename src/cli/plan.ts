/** `dln plan`: what a run would do, and why, what it will take, before anything runs. */
import { availableParallelism } from "node:os"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Builder } from "../engine/Builder.ts"
import * as Forecast from "../engine/Forecast.ts"
import * as Plan from "../engine/Plan.ts"
import * as Reason from "../engine/Reason.ts"
import { Store } from "../engine/Store.ts"
import { suggestion } from "../report/suggestion.ts"
import * as flags from "./flags.ts"
import { duration } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { WrongUse } from "./WrongUse.ts"
import { columns, several, size } from "./words.ts"

const options = {
  pipeline: flags.pipeline,
  ...flags.choice,
  by: Flag.String("by").pipe(
    Flag.withDescription("a line for each stage, cell, or value of an axis; several by commas: stage,regime"),
    Flag.withDefault("stage")
  ),
  jobs: flags.jobs,
  json: flags.json
}

export const plan = (started: Started) =>
  Command.make(
    "plan",
    options,
    Effect.fn("plan")(function*(chosen) {
      const session = yield* Session.open(started, chosen)
      const workers = chosen.jobs ?? availableParallelism()
      const [found, forecast] = yield* Effect.provide(
        Effect.gen(function*() {
          const found = yield* Builder.use((builder) => builder.plan(session.roots))
          const { traces } = yield* Store.use((store) => store.snapshot)
          return [found, Forecast.forecast(found, traces(), workers)] as const
        }),
        Session.engine(started, chosen)
      )
      const groups = yield* groupsOf(found, chosen.by.split(","))
      if (chosen.json) {
        return yield* Console.log(
          JSON.stringify({ finish: forecast.finish, nodes: Plan.calls(found).map((step) => nodeOf(step, forecast)) })
        )
      }
      for (const line of table(groups, forecast)) yield* Console.log(line)
      yield* Console.log("")
      yield* Console.log(sum(found, forecast, workers))
    })
  )

const nodeOf = (step: Plan.CallStep, { calls }: Forecast.Forecast) => {
  const { cell, key, name, reason, state } = step
  const { bytes = null, finish = null } = calls.get(step) ?? {}
  return {
    stage: name,
    key,
    state,
    reason: reason === undefined ? null : Reason.say(reason),
    cell,
    expected: step.expected ?? null,
    bytes,
    finish
  }
}

type Groups = ReadonlyMap<string, ReadonlyArray<Plan.CallStep>>

/** The calls that share a stage, a cell, or the value of an axis. */
const groupsOf = (found: Plan.Plan, by: ReadonlyArray<string>): Effect.Effect<Groups, WrongUse> => {
  const calls = Plan.calls(found)
  const axes = [...new Set(calls.flatMap(({ cell }) => Object.keys(cell)))]
  const unknown = by.find((name) => name !== "stage" && name !== "cell" && !axes.includes(name))
  if (unknown !== undefined) {
    return Effect.fail(
      new WrongUse({
        problem: `--by ${unknown}: no grid has such an axis; ${suggestion(unknown, ["stage", "cell", ...axes])}`
      })
    )
  }
  const part =
    (step: Plan.CallStep) =>
    (name: string): string => {
      if (name === "stage") return step.name
      if (name === "cell") return Plan.label({ name: "", cell: step.cell }) || "[]"
      return step.cell[name] === undefined ? `${name}: all` : `${name}=${step.cell[name]}`
    }
  return Effect.succeed(Map.groupBy(calls, (step) => by.map(part(step)).join(" ")))
}

/** A line for each group: how many calls are there, how many are built, what that takes, until when, and why. */
const table = (groups: Groups, forecast: Forecast.Forecast): ReadonlyArray<string> => {
  const told = [...groups].map(([name, steps]) => {
    const builds = steps.filter(({ state }) => state === "build")
    const expected = builds.map((step) => forecast.calls.get(step)!)
    const finish = Math.max(0, ...expected.map((one) => one.finish))
    return {
      why: reasons(builds),
      cells: [
        name,
        String(steps.length - builds.length),
        String(builds.length),
        atLeast(
          expected.map(({ seconds }) => seconds),
          duration
        ),
        atLeast(
          expected.map(({ bytes }) => bytes),
          (bytes) => size(Math.round(bytes))
        ),
        expected.some(({ seconds }) => seconds !== undefined) ? duration(finish) : ""
      ]
    }
  })
  const lines = columns([["", "hit", "build", "work", "bytes", "done in"], ...told.map(({ cells }) => cells)])
  const width = Math.max(...lines.map((line) => line.length))
  return lines.map((line, index) => `${line.padEnd(width)}  ${index === 0 ? "why" : told[index - 1]!.why}`.trimEnd())
}

/** The sum of what is known, with a sign where not all is; a question mark where nothing is. */
const atLeast = (values: ReadonlyArray<number | undefined>, say: (sum: number) => string): string => {
  const known = values.filter((value) => value !== undefined)
  if (values.length === 0) return ""
  return known.length === 0
    ? "?"
    : `${known.length < values.length ? "> " : ""}${say(known.reduce((sum, value) => sum + value, 0))}`
}

const sum = (found: Plan.Plan, { calls, finish }: Forecast.Forecast, workers: number): string => {
  const expected = [...calls.values()]
  if (expected.length === 0) return "everything is there: a run builds nothing"
  const unknown = expected.filter(({ seconds }) => seconds === undefined).length
  const counts = `${expected.length} to build, ${Plan.calls(found).length - expected.length} already there`
  if (unknown === expected.length) return `${counts}; nothing like it was built before, so its time is not known`
  const work = expected.reduce((sum, { seconds = 0 }) => sum + seconds, 0)
  const at = new Date(Date.now() + 1000 * finish)
  return (
    `${counts}; by earlier runs ${duration(work)} of computing, done on ${several(workers, "thread")} in ${duration(finish)}, at ${clock(at)}`
    + (unknown === 0 ? "" : `, and ${unknown} of which nothing is known`)
  )
}

/** The time of the day, after the date where it is another one. */
const clock = (at: Date): string => {
  const [date, time] = local(at).split("T")
  return date === local(new Date()).split("T")[0] ? time! : `${date} ${time}`
}

/** To the minute, where the reader is. */
const local = (at: Date): string => new Date(at.getTime() - 60_000 * at.getTimezoneOffset()).toISOString().slice(0, 16)

/** The reasons of builds, each once, the commonest first. */
export const reasons = (builds: ReadonlyArray<Plan.CallStep>): string => {
  const kinds = [...Map.groupBy(builds, ({ reason }) => kindOf(reason)).values()].toSorted(
    (a, b) => b.length - a.length
  )
  return kinds
    .slice(0, 3)
    .map(
      (same) =>
        `${short(Reason.say(same[0]!.reason!))}${same.length === 1 || kinds.length === 1 ? "" : ` (${same.length})`}`
    )
    .join("; ")
}

/** Of values that fill lines the beginning: `dln why` tells all. */
const short = (reason: string): string => reason.length <= 100 ? reason : `${reason.slice(0, 99)}…`

const kindOf = (reason: Reason.Reason | undefined): string =>
  reason?._tag === "ParameterChanged"
    ? `parameter ${reason.parameter}`
    : reason?._tag === "InputMayChange"
      ? `input ${reason.input}`
      : (reason?._tag ?? "")
