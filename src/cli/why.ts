/** `dln why`: why a node would be built, or that it would not. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Builder } from "../engine/Builder.ts"
import * as Plan from "../engine/Plan.ts"
import * as Reason from "../engine/Reason.ts"
import { suggestion } from "../report/Pipeline.ts"
import * as flags from "./flags.ts"
import { nodeName } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { WrongUse } from "./WrongUse.ts"

const node = Argument.String("node").pipe(
  Argument.withDescription("a stage, stage[axis=value,…], or the first digits of a key")
)

export const why = (started: Started) =>
  Command.make("why", { pipeline: flags.pipeline, node, ...flags.choice }, Effect.fn("why")(function*(chosen) {
    const session = yield* Session.open(started, chosen)
    const found = yield* Effect.provide(Builder.use((builder) => builder.plan(session.roots)), Session.engine(started, chosen))
    const calls = Plan.calls(found)
    const named = yield* select(calls, chosen.node)
    for (const step of named.slice(0, MOST)) {
      yield* Console.log(`${nodeName(step.name, step.cell)} ${step.key.slice(0, 12)}: ${step.reason === undefined ? "it is there, and nothing that it depends on changed" : `it will be built, because ${Reason.say(step.reason)}`}`)
      for (const cause of causes(step)) yield* Console.log(`  ${nodeName(cause.name, cause.cell)} ${cause.key.slice(0, 12)}: ${Reason.say(cause.reason!)}`)
    }
    if (named.length > MOST) yield* Console.log(`… and ${named.length - MOST} more; name one as ${nodeName(named[0]!.name, named[0]!.cell)}`)
  }))

const MOST = 12

/** What a build above a step goes back to: the steps that are built for a reason of their own. */
const causes = (step: Plan.CallStep): ReadonlyArray<Plan.CallStep> => {
  if (step.reason?._tag !== "InputMayChange") return []
  const seen = new Set<Plan.Step>([step])
  for (const one of seen) for (const { step: input } of Plan.linksOf(one)) if (input.state === "build") seen.add(input)
  return [...seen].filter((one) => one._tag === "Call" && one.reason !== undefined && one.reason._tag !== "InputMayChange").slice(0, 5) as ReadonlyArray<Plan.CallStep>
}

/** The calls that a name means. */
const select = (calls: ReadonlyArray<Plan.CallStep>, name: string): Effect.Effect<ReadonlyArray<Plan.CallStep>, WrongUse> => {
  const [, stage, cell] = /^([^[\]]+)(?:\[(.*)\])?$/.exec(name) ?? []
  const wanted = (cell ?? "").split(",").filter((part) => part !== "").map((part) => part.split("=") as [string, string])
  const ofStage = calls.filter((step) => step.name === stage && wanted.every(([axis, value]) => String(step.cell[axis]) === value))
  const ofKey = /^[0-9a-f]{4,}$/.test(name) ? calls.filter(({ key }) => key.startsWith(name)) : []
  const found = ofStage.length > 0 ? ofStage : ofKey
  if (found.length > 0) return Effect.succeed(found)
  const names = [...new Set(calls.map((step) => step.name))]
  return Effect.fail(new WrongUse({
    problem: names.includes(stage ?? "")
      ? `no ${stage} has ${cell}; they are ${calls.filter((step) => step.name === stage).slice(0, 4).map((step) => nodeName(step.name, step.cell)).join(", ")}, …`
      : `there is no stage "${stage ?? name}"; ${suggestion(stage ?? name, names)}`
  }))
}
