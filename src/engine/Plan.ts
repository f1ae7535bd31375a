/**
 * What a build will do, decided before anything runs: the steps that the roots need, inputs first, each with
 * whether it is there already and, where it is not, why.
 *
 * Calls of equal recipes are one step. Graphs may be deep: nothing here recurses.
 */
import type * as Column from "./Column.ts"
import type { Fingerprints } from "./Fingerprint.ts"
import { History } from "./History.ts"
import * as Key from "./Key.ts"
import type { Manifest } from "./Manifest.ts"
import { type Any, type Cell, inputs as inputsOf, nameOf, type Origin } from "./Node.ts"
import { placeInGrids } from "./placeInGrids.ts"
import * as Reason from "./Reason.ts"
import type { Call, Definition } from "./Stage.ts"
import type { Snapshot } from "./Store.ts"
import type { Trace } from "./Trace.ts"

export interface Plan {
  /** Inputs before what takes them. */
  readonly steps: ReadonlyArray<Step>
  /** Where each of the nodes comes from that the plan was made for. */
  readonly roots: ReadonlyArray<Link>
}

/** One output of a step, as another step takes it. */
export interface Link {
  readonly step: Step
  readonly output: string
}

export type Links = { readonly [input: string]: Link | ReadonlyArray<Link> }

/** The content addresses of what a call takes. */
export type Contents = { readonly [input: string]: string | ReadonlyArray<string> }

/** The content addresses of what a step gives, by output. */
export type Outputs = { readonly [output: string]: string }

export type Step = CallStep | GatherStep

interface Common {
  /** The recipe key, known before anything runs. */
  readonly key: string
  /** The stage; for a gathered table that of its parts. */
  readonly name: string
  /** Where it stands in the grids of this plan: what all that it is used for have in common. */
  readonly cell: Cell
  readonly state: "hit" | "build"
  readonly links: Links
  /** Known for hits, and for what was built before and lost. */
  readonly outputs: Outputs | undefined
}

export interface CallStep extends Common {
  readonly _tag: "Call"
  readonly call: Call
  readonly fingerprint: string
  /** The key of its trace, known once the contents of its inputs are. */
  readonly action: string | undefined
  /** Why it must be built. */
  readonly reason: Reason.Reason | undefined
  /** What it took before, in seconds, as far as there is history; of a hit what it saves. */
  readonly expected: number | undefined
}

/** A grid's table. It costs nothing: its address follows from those of its parts. */
export interface GatherStep extends Common {
  readonly _tag: "Gather"
  readonly cells: ReadonlyArray<Cell>
  readonly columns: ReadonlyArray<Column.Type>
  readonly links: { readonly parts: ReadonlyArray<Link> }
}

export interface Options {
  readonly fingerprints: Fingerprints["Service"]
  readonly snapshot: Snapshot
}

export const plan = (roots: ReadonlyArray<Any>, options: Options): Plan => {
  const known: Known = { ...options, codes: new Map(), history: new History(options.snapshot.traces) }
  const steps = new Map<string, Draft>()
  const placed = new Map<object, Draft>()
  const link = (node: Any): Link => ({ step: placed.get(placeOf(node))! as Step, output: outputOf(node) })
  for (const node of inputsFirst(roots)) {
    const { key, make } = node.origin._tag === "Gather" ? gather(node.origin, link, node.columns!) : callStep(node.origin.call, link, known)
    const step = steps.get(key) ?? make()
    steps.set(key, step)
    placed.set(placeOf(node), step)
  }
  const inOrder = [...steps.values()]
  placeInGrids(inOrder)
  return { steps: inOrder as ReadonlyArray<Step>, roots: roots.map(link) }
}

/** The calls that must be built. */
export const builds = (plan: Plan): ReadonlyArray<CallStep> => calls(plan).filter((step) => step.state === "build")

/** The calls: what is counted, told and waited for. */
export const calls = (plan: Plan): ReadonlyArray<CallStep> => plan.steps.filter((step) => step._tag === "Call")

/** The links of a step, whatever inputs they belong to. */
export const linksOf = (step: Step): ReadonlyArray<Link> => Object.values(step.links).flat()

/** The contents of what a step takes, `undefined` as long as one of them is not known. */
export const contentsOf = (links: Links, outputsOf: (step: Step) => Outputs | undefined): Contents | undefined => {
  const contents: Record<string, string | ReadonlyArray<string>> = {}
  const content = ({ output, step }: Link) => outputsOf(step)?.[output]
  for (const [input, link] of Object.entries(links)) {
    const found = "step" in link ? content(link) : link.map(content)
    if (found === undefined || (typeof found !== "string" && !found.every((address) => address !== undefined))) return undefined
    contents[input] = found as string | ReadonlyArray<string>
  }
  return contents
}

/** What a gathered table is stored as, once the addresses of its parts are known. */
export const manifestOf = ({ cells, columns }: Pick<GatherStep, "cells" | "columns">, parts: ReadonlyArray<string>): Manifest =>
  ({ columns, cells, parts })

/** What a call is made of, for its keys and its trace. */
export const recipeOf = ({ call, fingerprint }: Pick<CallStep, "call" | "fingerprint">, inputs: Contents): Key.Recipe =>
  ({ stage: call.stage.name, fingerprint, params: call.params, inputs })

/** The addresses of what a trace tells of. */
export const outputsOf = ({ outputs }: Pick<Trace, "outputs">): Outputs => {
  const addresses: Record<string, string> = {}
  for (const output of Object.keys(outputs)) addresses[output] = outputs[output]!.address
  return addresses
}

/** An output that a trace tells of and that is not in the store. */
export const lostOf = ({ outputs }: Trace, snapshot: Snapshot): string | undefined =>
  Object.keys(outputs).find((output) => !snapshot.has(outputs[output]!.address))

/** What a person calls a step: `stage[axis=value,…]`. */
export const label = ({ cell, name }: Pick<Step, "cell" | "name">): string => {
  const values = Object.entries(cell).map(([axis, value]) => `${axis}=${value}`)
  return values.length === 0 ? name : `${name}[${values.join()}]`
}

/** The only output of a gathered table. */
export const gathered = "table"

interface Known extends Options {
  readonly codes: Map<Definition, string>
  readonly history: History
}

/** A step whose place in the grids is still to be found. */
export type Draft = { -readonly [K in keyof CallStep]: CallStep[K] } | { -readonly [K in keyof GatherStep]: GatherStep[K] }

/** What nodes of one call share. */
const placeOf = ({ origin }: Any): object => origin._tag === "Gather" ? origin : origin.call

const outputOf = ({ origin }: Any): string => origin._tag === "Gather" ? gathered : origin.output

/** One node of each call and each grid, after those that it is made from. */
const inputsFirst = function*(roots: ReadonlyArray<Any>): Generator<Any> {
  const begun = new Set<object>()
  const done = new Set<object>()
  /** Nodes whose inputs are being taken, each needed by the one before it. */
  const open: Array<{ readonly node: Any | undefined; readonly inputs: ReadonlyArray<Any>; next: number }> = [{ node: undefined, inputs: roots, next: 0 }]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const input = last.inputs[last.next++]
    if (input !== undefined) {
      const place = placeOf(input)
      if (begun.has(place)) {
        if (!done.has(place)) throw new Cycle([...open.flatMap(({ node }) => node ?? []), input])
        continue
      }
      begun.add(place)
      open.push({ node: input, inputs: inputsOf(input), next: 0 })
    } else {
      open.pop()
      if (last.node === undefined) return
      done.add(placeOf(last.node))
      yield last.node
    }
  }
}

/** A node is made from itself: no call of stages can say this, but a list of inputs that is changed afterwards. */
export class Cycle extends Error {
  constructor(nodes: ReadonlyArray<Any>) {
    const from = nodes.findIndex((node) => placeOf(node) === placeOf(nodes.at(-1)!))
    super(`a node is made from itself: ${nodes.slice(from).map(nameOf).join(" ← ")}; change no list of inputs after a stage was called with it`)
  }
}

/** A step that is made only where there is none of its key. */
interface Keyed {
  readonly key: string
  readonly make: () => Draft
}

const gather = (origin: Origin & { readonly _tag: "Gather" }, link: (node: Any) => Link, columns: ReadonlyArray<Column.Type>): Keyed => {
  const parts = origin.parts.map(link)
  const key = Key.gatherKey(origin.cells, parts.map(keyOf))
  const make = (): Draft => {
    const contents = contentsOf({ parts }, ({ outputs }) => outputs)?.["parts"] as ReadonlyArray<string> | undefined
    return {
      _tag: "Gather",
      key,
      name: parts[0]!.step.name,
      cell: {},
      state: parts.every(({ step }) => step.state === "hit") ? "hit" : "build",
      cells: origin.cells,
      columns,
      links: { parts },
      outputs: contents && { [gathered]: Key.manifestAddress(manifestOf({ ...origin, columns }, contents)) }
    }
  }
  return { key, make }
}

/** The identity of one output of a step. */
const keyOf = ({ output, step }: Link): string => step._tag === "Gather" ? step.key : Key.nodeKey(step.key, output)

const callStep = (call: Call, link: (node: Any) => Link, known: Known): Keyed => {
  const links = mapValues(call.inputs, link) as Links
  const fingerprint = known.codes.get(call.stage) ?? known.fingerprints.of(call.stage)
  known.codes.set(call.stage, fingerprint)
  const step = { call, fingerprint }
  const key = Key.recipeKey(recipeOf(step, mapValues(links, keyOf)))
  const make = (): Draft => ({ _tag: "Call", key, name: call.stage.name, cell: {}, ...step, links, ...decide(step, links, known) })
  return { key, make }
}

type Decision = Pick<CallStep, "state" | "action" | "outputs" | "reason" | "expected">

/** Whether a call is a hit, and why not. */
const decide = (step: Pick<CallStep, "call" | "fingerprint">, links: Links, { history, snapshot }: Known): Decision => {
  const build = { state: "build" as const, action: undefined, outputs: undefined }
  const contents = contentsOf(links, ({ outputs }) => outputs)
  const expected = () => history.of(step.call.stage.name)?.seconds(step.call.params)
  if (contents === undefined) {
    const reason = history.of(step.call.stage.name) === undefined ? Reason.neverBuilt : inputMayChange(links)
    return { ...build, reason, expected: expected() }
  }
  const recipe = recipeOf(step, contents)
  const action = Key.actionKey(recipe)
  const trace = snapshot.trace(action)
  if (trace === undefined) {
    const past = history.of(step.call.stage.name)
    return { ...build, action, reason: Reason.of({ ...step, params: step.call.params, inputs: contents }, past), expected: expected() }
  }
  const outputs = outputsOf(trace)
  const lost = lostOf(trace, snapshot)
  return {
    state: lost === undefined ? "hit" : "build",
    action,
    outputs,
    reason: lost === undefined ? undefined : { _tag: "OutputMissing", output: lost, address: outputs[lost]! },
    expected: trace.seconds
  }
}

const inputMayChange = (links: Links): Reason.Reason => {
  const unknown = ({ step }: Link) => step.outputs === undefined
  const [input, link] = Object.entries(links).find(([, link]) => [link].flat().some(unknown))!
  return { _tag: "InputMayChange", input, step: [link].flat().find(unknown)!.step.name }
}

const mapValues = <A, B>(
  record: { readonly [name: string]: A | ReadonlyArray<A> },
  f: (value: A) => B
): { readonly [name: string]: B | ReadonlyArray<B> } => {
  const mapped: Record<string, B | ReadonlyArray<B>> = {}
  for (const name of Object.keys(record)) {
    const value = record[name]!
    mapped[name] = isList(value) ? value.map(f) : f(value)
  }
  return mapped
}

const isList = <A>(value: A | ReadonlyArray<A>): value is ReadonlyArray<A> => Array.isArray(value)
