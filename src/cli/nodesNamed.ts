/** The calls that a person means by a name: `stage`, `stage[axis=value,…]`, or the first digits of a key. */
import * as Effect from "effect/Effect"
import type * as Plan from "../engine/Plan.ts"
import { suggestion } from "../report/suggestion.ts"
import { nodeName } from "./Progress.ts"
import { WrongUse } from "./WrongUse.ts"

export interface Named {
  readonly calls: ReadonlyArray<Plan.CallStep>
  /** Where the name is that of one output: `stage.output[axis=value,…]`. */
  readonly output: string | undefined
}

export const nodesNamed = (calls: ReadonlyArray<Plan.CallStep>, name: string): Effect.Effect<Named, WrongUse> => {
  const called = calls.filter((step) => nodeName(step.name, step.cell) === name)
  if (called.length > 0) return Effect.succeed({ calls: called, output: undefined })
  const [, stage = name, cell = ""] = /^([^[\]]+)(?:\[(.*)\])?$/.exec(name) ?? []
  const stages = Map.groupBy(calls, (step) => step.name)
  const [, before = "", after] = /^(.*)\.([^.]+)$/.exec(stage) ?? []
  const ofStage = stages.get(stage)
  const ofOutput =
    ofStage === undefined && after !== undefined && after in (stages.get(before)?.[0]?.call.stage.outputs ?? {})
      ? stages.get(before)
      : undefined
  const wanted = cell
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => part.split("="))
  const found = (ofStage ?? ofOutput ?? []).filter((step) =>
    wanted.every(([axis = "", value]) => String(step.cell[axis]) === value)
  )
  if (found.length > 0) return Effect.succeed({ calls: found, output: ofStage === undefined ? after : undefined })
  const ofKey = /^[0-9a-f]{4,}$/.test(name) ? calls.filter(({ key }) => key.startsWith(name)) : []
  if (ofKey.length > 0) return Effect.succeed({ calls: ofKey, output: undefined })
  const like = ofStage ?? ofOutput
  const places = [...new Set(like?.map((step) => nodeName(stage, step.cell)))]
  return Effect.fail(
    new WrongUse({
      problem:
        like === undefined
          ? `there is no stage "${stage}"; ${suggestion(stage, [...stages.keys()])}`
          : `no ${stage} has ${cell}; they are ${places.slice(0, 4).join(", ")}${places.length > 4 ? ", …" : ""}`
    })
  )
}
