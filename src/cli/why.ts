/** `dln why`: why a node would be built, or that it would not; where its code changed, what of it. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Builder } from "../engine/Builder.ts"
import * as Plan from "../engine/Plan.ts"
import * as Reason from "../engine/Reason.ts"
import { codeChanges, codeFolders } from "./codeChanges.ts"
import * as flags from "./flags.ts"
import { nodesNamed } from "./nodesNamed.ts"
import { nodeName } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"

const options = {
  pipeline: flags.pipeline,
  node: Argument.String("node").pipe(
    Argument.withDescription("a stage, stage[axis=value,…], or the first digits of a key")
  ),
  ...flags.choice,
  json: flags.json
}

export const why = (started: Started) =>
  Command.make(
    "why",
    options,
    Effect.fn("why")(function*(chosen) {
      const session = yield* Session.open(started, chosen)
      const found = yield* Effect.provide(
        Builder.use((builder) => builder.plan(session.roots)),
        Session.engine(started, chosen)
      )
      const { calls } = yield* nodesNamed(Plan.calls(found), chosen.node)
      const code = codeFolders(started, chosen.cache)
      if (chosen.json) {
        return yield* Console.log(
          JSON.stringify({
            nodes: calls.map((step) => ({
              ...recordOf(step, code),
              causes: causes(step).map((cause) => recordOf(cause, code))
            }))
          })
        )
      }
      for (const step of calls.slice(0, MOST)) {
        yield* Console.log(
          `${nameOf(step)}: ${step.reason === undefined ? "it is there, and nothing that it depends on changed" : `it will be built, because ${Reason.say(step.reason)}`}`
        )
        for (const change of changesOf(step, code)) yield* Console.log(`  ${change}`)
        for (const cause of causes(step)) {
          yield* Console.log(`  ${nameOf(cause)}: ${Reason.say(cause.reason!)}`)
          for (const change of changesOf(cause, code)) yield* Console.log(`    ${change}`)
        }
      }
      if (calls.length > MOST) {
        yield* Console.log(`… and ${calls.length - MOST} more; name one as ${nodeName(calls[0]!.name, calls[0]!.cell)}`)
      }
    })
  )

const MOST = 12

const nameOf = ({ cell, key, name }: Plan.CallStep): string => `${nodeName(name, cell)} ${key.slice(0, 12)}`

const changesOf = ({ reason }: Plan.CallStep, code: ReadonlyArray<string>): ReadonlyArray<string> =>
  reason?._tag === "CodeChanged" ? codeChanges(code, reason.old, reason.new) : []

const recordOf = (step: Plan.CallStep, code: ReadonlyArray<string>) => ({
  stage: step.name,
  cell: step.cell,
  key: step.key,
  state: step.state,
  reason: step.reason === undefined ? null : { ...step.reason, said: Reason.say(step.reason) },
  changes: changesOf(step, code)
})

/** What a build above a step goes back to: the steps that are built for a reason of their own. */
const causes = (step: Plan.CallStep): ReadonlyArray<Plan.CallStep> => {
  if (step.reason?._tag !== "InputMayChange") return []
  const seen = new Set<Plan.Step>([step])
  for (const one of seen) for (const { step: input } of Plan.linksOf(one)) if (input.state === "build") seen.add(input)
  return [...seen]
    .filter((one) => one._tag === "Call" && one.reason !== undefined && one.reason._tag !== "InputMayChange")
    .slice(0, 5) as ReadonlyArray<Plan.CallStep>
}
