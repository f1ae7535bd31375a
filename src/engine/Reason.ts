/**
 * Why a step must be built: the first part of its key that differs from an earlier build, old and new.
 * The names here are those that `dln why` prints.
 */
import type { Past, Sought } from "./History.ts"
import { canonical } from "./Key.ts"

export type Reason =
  | { readonly _tag: "NeverBuilt" }
  | { readonly _tag: "CodeChanged"; readonly old: string; readonly new: string }
  | { readonly _tag: "ParameterChanged"; readonly parameter: string; readonly old: unknown; readonly new: unknown }
  | { readonly _tag: "InputChanged"; readonly input: string; readonly old: Content; readonly new: Content }
  /** An input is built first; where it comes out as before, the step is a hit after all. */
  | { readonly _tag: "InputMayChange"; readonly input: string; readonly step: string }
  | { readonly _tag: "OutputMissing"; readonly output: string; readonly address: string }

type Content = string | ReadonlyArray<string> | undefined

/** Why a step is built that has no trace under its key. */
export const of = (sought: Sought, past: Past | undefined): Reason =>
  past === undefined
    ? neverBuilt
    : codeChanged(sought, past) ?? parameterChanged(sought, past) ?? inputChanged(sought, past) ?? neverBuilt

export const neverBuilt: Reason = { _tag: "NeverBuilt" }

const codeChanged = (sought: Sought, past: Past): Reason | undefined => {
  const trace = past.ofAnyCode(sought)
  return trace && { _tag: "CodeChanged", old: trace.fingerprint, new: sought.fingerprint }
}

const parameterChanged = (sought: Sought, past: Past): Reason | undefined => {
  const found = past.ofAnyValue(sought)
  return found && {
    _tag: "ParameterChanged",
    parameter: found.parameter,
    old: found.trace.params[found.parameter],
    new: sought.params[found.parameter]
  }
}

const inputChanged = (sought: Sought, past: Past): Reason | undefined => {
  const old = past.ofAnyInputs(sought)?.inputs
  const input = old && Object.keys(sought.inputs).find((name) => canonical(old[name] ?? null) !== canonical(sought.inputs[name]))
  return input === undefined ? undefined : { _tag: "InputChanged", input, old: old?.[input], new: sought.inputs[input] }
}

/** The reason in words. */
export const say = (reason: Reason): string => {
  switch (reason._tag) {
    case "NeverBuilt":
      return "it was never built"
    case "CodeChanged":
      return `its code changed (${short(reason.old)} → ${short(reason.new)})`
    case "ParameterChanged": {
      const { name, now, old } = innermost(reason.parameter, reason.old, reason.new)
      return `its parameter ${name} changed (${spelt(old)} → ${spelt(now)})`
    }
    case "InputChanged":
      return `its input ${reason.input} changed (${between(reason.old, reason.new)})`
    case "InputMayChange":
      return `its input ${reason.input} may change: ${reason.step} is built first`
    case "OutputMissing":
      return `its ${reason.output === "output" ? "output" : `output ${reason.output}`} (${short(reason.address)}) is no longer in the store`
  }
}

/** Where a parameter is a record or a list of which one entry alone differs, that entry: `steps.late`, `widths[2]`. */
const innermost = (name: string, old: unknown, now: unknown): { readonly name: string; readonly old: unknown; readonly now: unknown } => {
  const [one, other] = [entriesOf(old), entriesOf(now)]
  if (one === undefined || other === undefined || Array.isArray(old) !== Array.isArray(now)) return { name, old, now }
  const differing = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((key) => canonical(one[key] ?? null) !== canonical(other[key] ?? null))
  const [key] = differing
  if (key === undefined || differing.length > 1 || Array.isArray(old) && Object.keys(one).length !== Object.keys(other).length) return { name, old, now }
  return innermost(Array.isArray(old) ? `${name}[${Number(key) + 1}]` : `${name}.${key}`, one[key], other[key])
}

const entriesOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null ? { ...value } : undefined

const short = (digest: string) => digest.slice(0, 8)
const spelt = (value: unknown) => value === undefined ? "none" : canonical(value)
/** Of two lists, the first element that differs, or their lengths. */
const between = (old: Content, now: Content): string => {
  if (typeof old === "string" && typeof now === "string") return `${short(old)} → ${short(now)}`
  const [some, others] = [[old ?? []].flat(), [now ?? []].flat()]
  const index = some.findIndex((address, index) => address !== others[index])
  return some.length === others.length ? `number ${index + 1}: ${short(some[index]!)} → ${short(others[index]!)}` : `${some.length} → ${others.length} of them`
}
