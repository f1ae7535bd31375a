/**
 * The engine against an evaluator that keeps nothing: random graphs are built, edited, damaged and built again,
 * and each time every node must give what plain recursion gives.
 *
 * The stages give few values, so that an edit often changes nothing below; they fail, declared or not, by what they are given.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as fc from "../fc.ts"
import { expect } from "vitest"
import { Builder, type Run } from "../../src/engine/Builder.ts"
import { Executor } from "../../src/engine/Executor.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any, Node } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { over, Store } from "../../src/engine/Store.ts"
import type { Table } from "../../src/engine/Table.ts"
import { lab } from "./lab.ts"

const Row = Schema.Struct({ value: Schema.Int })

class Odd extends Schema.TaggedError<Odd>()("Odd", { value: Schema.Int }) {
  override get message() {
    return `${this.value} is odd; give another parameter`
  }
}

/** What a stage makes of what it is given: the same in the engine and in the evaluator. */
const mix = (kind: number, version: number, param: number, given: ReadonlyArray<number>): { readonly one: number; readonly two: number } => {
  const hash = given.reduce((sum, value) => (sum * 31 + value + 7) % 10_007, kind * 1_009 + version * 101 + param * 11)
  if (hash % 13 === 1) throw new Odd({ value: hash })
  if (hash % 29 === 2) throw new RangeError(`${hash}`)
  return { one: hash % 3, two: hash % 2 }
}

/** The version of each stage's code; a test edits them. */
const versions = [0, 0, 0]

/** What ran, and how it ended. */
const ran: Array<{ readonly what: string; readonly well: boolean }> = []

const kinds = versions.map((_, kind) => Stage.make(import.meta.url, `mix ${kind}`, {
  params: { param: Schema.Int },
  inputs: { from: Stage.many(Row) },
  outputs: { one: Row, two: Row },
  errors: [Odd],
  run: Effect.fnUntraced(function*({ param }, { from }) {
    const given = from.flatMap((table) => Array.from(table.column("value")))
    const what = `${kind}.${versions[kind]} ${param} ${from.map((table) => table.column("value").join()).join(";")}`
    for (let pause = 0; pause < (given.length + param) % 3; pause++) yield* Effect.yieldNow
    const exit = yield* Effect.exit(Effect.sync(() => mix(kind, versions[kind]!, param, given)))
    ran.push({ what, well: Exit.isSuccess(exit) })
    if (Exit.isSuccess(exit)) return { one: [{ value: exit.value.one }], two: [{ value: exit.value.two }] }
    const error = Cause.squash(exit.cause)
    return error instanceof Odd ? yield* error : yield* Effect.die(error)
  })
}))

/** A call: its inputs are outputs of calls before it, each alone or several as one table. */
interface Call {
  readonly kind: number
  readonly param: number
  readonly from: ReadonlyArray<{ readonly calls: ReadonlyArray<number>; readonly output: "one" | "two" }>
}

type Edit =
  | { readonly _tag: "param"; readonly call: number; readonly param: number }
  | { readonly _tag: "code"; readonly kind: number; readonly version: number }
  /** The first graph again, under the first code. */
  | { readonly _tag: "back" }
  /** A file of the store is deleted, or one of its bytes changed. */
  | { readonly _tag: "lose"; readonly file: number; readonly byte: number }
  /** A build is interrupted after some steps of its fibres. */
  | { readonly _tag: "interrupt"; readonly after: number }

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.nat(2),
  param: fc.nat(2),
  from: fc.array(fc.record({ calls: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), output: fc.constantFrom("one", "two") }), { maxLength: 3 })
})

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ _tag: fc.constant("param" as const), call: fc.nat(), param: fc.nat(2) }),
  fc.record({ _tag: fc.constant("code" as const), kind: fc.nat(2), version: fc.nat(2) }),
  fc.record({ _tag: fc.constant("back" as const) }),
  fc.record({ _tag: fc.constant("lose" as const), file: fc.nat(), byte: fc.nat() }),
  fc.record({ _tag: fc.constant("interrupt" as const), after: fc.nat(30) })
)

/** A graph, what happens to it between builds, and how it is built: `split` builds two halves of the nodes at the same time. */
export const scenario = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 10 }),
  edits: fc.array(edit, { maxLength: 4 }),
  width: fc.integer({ min: 1, max: 4 }),
  split: fc.boolean()
})

type Scenario = typeof scenario extends fc.Arbitrary<infer A> ? A : never

type Made = { readonly one: Node<Table<{ value: number }>, Odd>; readonly two: Node<Table<{ value: number }>, Odd> }

/** The calls that one takes its inputs from: some of those before it. */
const inputsOf = ({ from }: Call, index: number) =>
  index === 0 ? [] : from.map(({ calls, output }) => ({ calls: calls.map((call) => call % index), output }))

const nodesOf = (calls: ReadonlyArray<Call>): ReadonlyArray<Made> =>
  calls.reduce<ReadonlyArray<Made>>((made, call, index) => {
    const from = inputsOf(call, index).map(({ calls, output }) => {
      const parts = calls.map((call) => made[call]![output])
      return parts.length === 1 ? parts[0]! : Grid.map(Grid.range("part", 1, parts.length), ({ part }) => parts[part - 1]!)
    })
    return [...made, kinds[call.kind]!({ param: call.param, from })]
  }, [])

/** What becomes of a call: its values, the tag of its failure, or that it cannot be tried. */
type Result = { readonly one: number; readonly two: number } | "Odd" | "StageDefect" | "skipped"

const evaluate = (calls: ReadonlyArray<Call>): ReadonlyArray<Result> =>
  calls.reduce<ReadonlyArray<Result>>((results, call, index) => {
    const given = inputsOf(call, index).flatMap(({ calls, output }) => calls.map((call) => {
      const result = results[call]!
      return typeof result === "string" ? undefined : result[output]
    }))
    return [...results, given.every((value) => value !== undefined) ? tried(call, given) : "skipped"]
  }, [])

/** The failure because of which a call gives nothing: its own, else that of the first of its inputs that gives nothing. */
const causeOf = (graph: ReadonlyArray<Call>, results: ReadonlyArray<Result>, index: number): Result =>
  results[index] !== "skipped"
    ? results[index]!
    : causeOf(graph, results, inputsOf(graph[index]!, index).flatMap(({ calls }) => calls).find((call) => typeof results[call] === "string")!)

const tried = ({ kind, param }: Call, given: ReadonlyArray<number>): Result => {
  try {
    return mix(kind, versions[kind]!, param, given)
  } catch (error) {
    return error instanceof Odd ? "Odd" : "StageDefect"
  }
}

/** Every file of the store that may be lost. */
const filesOf = (files: Files): ReadonlyArray<string> => [
  "index.jsonl",
  ...["objects", "actions"].flatMap((folder) => files.list(folder).flatMap((prefix) => files.list(`${folder}/${prefix}`).map((name) => `${folder}/${prefix}/${name}`)))
]

const lose = (files: Files, { byte, file }: Edit & { readonly _tag: "lose" }) => {
  const all = filesOf(files)
  const path = all[file % all.length]!
  const bytes = files.read(path)
  if (bytes === undefined || byte % 2 === 0) files.remove(path)
  else files.write(path, bytes.map((value, index) => index === byte % bytes.length ? value ^ 1 << byte % 8 : value))
}

/** Plays a scenario, and throws where the engine does not do what it should. */
export const play = Effect.fnUntraced(function*({ calls, edits, split, width }: Scenario) {
  const files = inMemory()
  /** A process of its own on the same files. */
  const inProcess = <A, E>(effect: Effect.Effect<A, E, Builder | Store>) => Effect.provide(effect, lab({
    code: Object.fromEntries(versions.map((version, kind): [string, string] => [`mix ${kind}`, `${version}`])),
    executor: Executor.layerInlineOf(width),
    store: Layer.effect(Store, over(files))
  }))
  versions.fill(0)
  let graph = calls
  let whole = true
  const done = new Set<string>()

  for (const edit of [undefined, ...edits]) {
    switch (edit?._tag) {
      case "param":
        graph = graph.map((call, index) => index === edit.call % graph.length ? { ...call, param: edit.param } : call)
        break
      case "code":
        versions[edit.kind] = edit.version
        break
      case "back":
        graph = calls
        versions.fill(0)
        break
      case "lose":
        lose(files, edit)
        whole = false
    }
    const nodes = nodesOf(graph)
    const results = evaluate(graph)
    const all = nodes.flatMap(({ one, two }) => [one, two])
    if (edit?._tag === "interrupt") {
      ran.length = 0
      yield* inProcess(interrupted(all, edit.after))
      if (whole) once(done)
    }

    ran.length = 0
    const runs = yield* inProcess(Builder.use(({ build }) => {
      const half = all.length >> 1
      return Effect.forEach(split ? [all.slice(0, half), all.slice(half)] : [all], build, { concurrency: "unbounded" })
    }))
    expect(outcomesOf(runs)).toEqual(results.flatMap((result) => Array(2).fill(typeof result === "string" ? result : "there")))
    if (whole) {
      once(done)
      expect(ran.filter(({ well }) => well).length).toBe(runs.flatMap((run) => [...run.outcomes.values()]).filter((outcome) => outcome._tag === "built" && outcome.seconds > 0).length)
    }
    for (const { what, well } of ran) if (well) done.add(what)

    ran.length = 0
    const [again, ...values] = yield* inProcess(Effect.gen(function*() {
      const run = yield* Builder.use(({ build }) => build(all))
      const read = yield* Effect.forEach(nodes, (made, index) => Effect.exit(Effect.map(made[outputOf(index)], (table) => table.column("value")[0]!)))
      return [run, ...read] as const
    }))
    if (whole) {
      expect(ran.filter(({ well }) => well)).toEqual([])
      expect(Plan.builds(again.plan).length).toBe(new Set(results.flatMap((result, index) => typeof result === "string" ? [again.plan.roots[2 * index]!.step] : [])).size)
    }
    expect(values.map(valueOf)).toEqual(results.map((result, index) => typeof result === "string" ? causeOf(graph, results, index) : result[outputOf(index)]))
  }
})

/** The output of a call that is read: one of them is enough, since the other is read by calls. */
const outputOf = (index: number) => index % 2 === 0 ? "one" : "two"

/** Starts a build and interrupts it. */
const interrupted = Effect.fnUntraced(function*(nodes: ReadonlyArray<Any>, after: number) {
  const fiber = yield* Effect.forkChild(Builder.use(({ build }) => build(nodes)))
  for (let step = 0; step < after; step++) yield* Effect.yieldNow
  yield* Fiber.interrupt(fiber)
})

/** Nothing that was done is done again, and nothing twice. */
const once = (done: ReadonlySet<string>) => {
  const well = ran.filter((run) => run.well).map(({ what }) => what)
  expect(well.filter((what) => done.has(what))).toEqual([])
  expect(new Set(well).size).toBe(well.length)
}

/** What became of each root. */
const outcomesOf = (runs: ReadonlyArray<Run>) => runs.flatMap(({ outcomes, plan }) => plan.roots.map(({ step }) => {
  const outcome = outcomes.get(step.key)!
  return outcome._tag === "failed" ? outcome.failure._tag : outcome._tag === "skipped" ? "skipped" : "there"
}))

/** A node's value, or the tag of what it fails with or dies of. */
const valueOf = (exit: Exit.Exit<number, Odd>) => Exit.isSuccess(exit) ? exit.value : (Cause.squash(exit.cause) as { readonly _tag: string })._tag
