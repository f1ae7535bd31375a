/** What a figure or a table rests on: the stages behind it, their code, and the parameters that they were called with. */
import type { Outcome } from "../engine/Frontier.ts"
import { canonical } from "../engine/Key.ts"
import { type CallStep, type Link, linksOf, type Step } from "../engine/Plan.ts"
import type { Made } from "./page/Content.ts"

export const provenance = ({ output, step }: Link, outcomes: ReadonlyMap<string, Outcome>): Made => {
  const outcome = outcomes.get(step.key)
  const calls = upstream(step).filter((other) => other._tag === "Call")
  return {
    address: outcome !== undefined && "outputs" in outcome ? outcome.outputs[output]! : "",
    stages: [...Map.groupBy(calls, ({ name }) => name).values()].map((group) => ({
      stage: group[0]!.name,
      fingerprint: group[0]!.fingerprint,
      params: paramsOf(group),
      calls: group.length
    })).toSorted((a, b) => a.stage < b.stage ? -1 : 1)
  }
}

/** A step and all that it is made from. */
const upstream = (step: Step): ReadonlyArray<Step> => {
  const found = new Set([step])
  for (const one of found) for (const link of linksOf(one)) found.add(link.step)
  return [...found]
}

/** Each parameter with its value, or with its values where the calls differ. */
const paramsOf = (calls: ReadonlyArray<CallStep>): string =>
  Object.keys(calls[0]!.call.params).map((name) => {
    const values = [...new Set(calls.map(({ call }) => canonical(call.params[name] ?? null)))]
    return `${name} = ${values.length > 4 ? `${values.slice(0, 3).join(" | ")} | … (${values.length} values)` : values.join(" | ")}`
  }).map((text) => text.length > 300 ? `${text.slice(0, 300)}…` : text).join("; ")
