/**
 * A stage is a named, pure step from parameters and input tables to output tables (or bytes).
 *
 * Calling a stage runs nothing: it gives the nodes of its outputs. What a call is made of, the stage's code,
 * its parameters and its inputs, is its identity. A stage must be exported from the module that makes it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Column from "./Column.ts"
import { type Any, type Failure, Node } from "./Node.ts"
import type { Made as MadeTable, Table } from "./Table.ts"
import { wrongFields } from "./wrongFields.ts"

type Fields = Schema.Struct.Fields
type Params<P extends Fields> = Schema.Struct<P>["Type"]

/** The schema of an output that is a file, such as a figure or a page. */
export const Bytes: Schema.Uint8Array = Schema.Uint8Array

/** An input of any table, whatever its columns. */
export const AnyTable: Schema.Struct<{}> = Schema.Struct({})

/** An input of several nodes of one kind: `Stage.many(Stage.Bytes)` takes a list of files. */
export const many = <S extends Schema.Constraint>(each: S): Many<S> => ({ each })
export interface Many<S extends Schema.Constraint> {
  readonly each: S
}

type Port = Schema.Constraint | Many<any>
type Ports = { readonly [name: string]: Port }

/** What a node of this schema holds: the bytes of a file, or a table. */
export type Held<S> = S extends { readonly Type: Uint8Array } ? Uint8Array : S extends Schema.Constraint ? Table<S["Type"]> : never

type Taken<P> = P extends Many<infer S> ? ReadonlyArray<Held<S>> : Held<P>
type Given<P> = P extends Many<infer S> ? ReadonlyArray<Node<Held<S>, any>> : Node<Held<P>, any>

/** What `run` may return for an output: rows, columns, a table, or bytes. */
export type Made<S> = S extends { readonly Type: Uint8Array } ? Uint8Array
  : S extends Schema.Constraint ? MadeTable<S["Type"]>
  : never

/** One output (`outputs: Schema.Struct({…})`) or several by name (`outputs: { curve: …, state: … }`). */
type Outputs = Schema.Constraint | { readonly [name: string]: Schema.Constraint }
type MadeOutputs<O> = O extends Schema.Constraint ? Made<O> : { readonly [K in keyof O]: Made<O[K]> }
type Nodes<O, E> = O extends Schema.Constraint ? Node<Held<O>, E> : { readonly [K in keyof O]: Node<Held<O[K]>, E> }

type Arguments<P extends Fields, I extends Ports> = Schema.Struct<P>["~type.make.in"] & { readonly [K in keyof I]: Given<I[K]> }
type Exact<A, B> = A & { readonly [K in Exclude<keyof A, keyof B>]: never }

type FailureClass = Schema.Constraint & { readonly Type: { readonly _tag: string } }

export interface Stage<P extends Fields, I extends Ports, O extends Outputs, E> {
  <const A extends Arguments<P, I>>(call: Exact<A, Arguments<P, I>>): Nodes<O, E | Failure<A[keyof I & keyof A]>>
  /** The schema of each output, to be used as another stage's input. */
  readonly output: O
  readonly definition: Definition
}

/** A stage's declaration, without its types. */
export interface Definition {
  readonly name: string
  /** The module that makes it: `import.meta.url`. */
  readonly module: string
  readonly params: Schema.Struct<Fields>
  readonly inputs: Ports
  readonly outputs: { readonly [name: string]: Schema.Constraint }
  readonly errors: ReadonlyArray<FailureClass>
  /** True where `outputs` was given as one schema: its only output is called "output". */
  readonly single: boolean
  readonly limits: Limits
  readonly run: (params: any, inputs: any) => Effect.Effect<any, unknown>
}

/** How a stage asks to be run. No result depends on it, and so no key. */
export interface Limits {
  /** How many processors a call takes. */
  readonly cpu: number
  /** How much memory a call takes, in MiB. */
  readonly memory: number
  /** How often a call that fails is tried again. */
  readonly times: number
  /** How long a call may take. */
  readonly timeout: Duration.Duration | undefined
}

export const unlimited: Limits = { cpu: 1, memory: 0, times: 0, timeout: undefined }

/** A stage with its parameters and inputs: what is planned, keyed and run. */
export interface Call {
  readonly stage: Definition
  readonly params: { readonly [name: string]: unknown }
  readonly inputs: { readonly [name: string]: Any | ReadonlyArray<Any> }
}

/** Every stage that has been made in this process, by name: how a worker finds the one that its task names. */
export const made: Map<string, Definition> = new Map()

/**
 * A stage. Beside what it is, its options say how it asks to be run: `cpu: 2` takes the place of two calls,
 * `memory: 4000` waits until so many MiB of the machine's memory are not asked for by others, `retry: { times: 3 }` tries a call that fails up to three times more, unless it returned what it does not declare or
 * the store cannot be used, and `timeout: "30 seconds"` stops each try that takes longer, with the thread that it runs
 * in: the call fails as `TimedOut`. An edit of these builds nothing again.
 */
export const make = <
  const P extends Fields,
  const I extends Ports,
  const O extends Outputs,
  const X extends ReadonlyArray<FailureClass> = [],
  R = never
>(
  module: string,
  name: string,
  options: {
    readonly params: P
    readonly inputs: I
    readonly outputs: O
    /** The schemas of the failures, so that they cross threads and machines with their fields. */
    readonly errors?: X
    /** The layer of the services that `run` needs: it belongs to the stage's code. */
    readonly layer?: Layer.Layer<R>
    /** How many processors a call takes (1); where there are fewer, it takes all. */
    readonly cpu?: number
    /** How much memory a call takes, in MiB (0); where there is less, it runs alone among those that ask for some. */
    readonly memory?: number
    /** How often a call that fails is tried again (never). */
    readonly retry?: { readonly times: number }
    /** How long one try may take, such as "30 seconds" (for ever). */
    readonly timeout?: Duration.Input
    readonly run: (params: Params<P>, inputs: { readonly [K in keyof I]: Taken<I[K]> }) => Effect.Effect<MadeOutputs<O>, X[number]["Type"], R>
  }
): Stage<P, I, O, X[number]["Type"]> => {
  const single = Schema.isSchema(options.outputs)
  const outputs: Definition["outputs"] = single ? { output: options.outputs } : options.outputs as any
  const { layer, run } = options
  const definition: Definition = {
    name,
    module,
    params: Schema.Struct(options.params),
    inputs: options.inputs,
    outputs,
    single,
    errors: options.errors ?? [],
    limits: limitsOf(name, options),
    run: layer === undefined ? run as Definition["run"] : (params, inputs) => Effect.provide(run(params, inputs), layer)
  }
  register(definition)
  const columns = Object.entries(outputs).map(([output, schema]) => [output, isBytes(schema) ? undefined : Column.typesOf(schema)] as const)
  const call = (given: Readonly<Record<string, any>>) => {
    const call = { stage: definition, params: paramsOf(definition, given), inputs: inputsOf(definition, given) }
    const nodes = Object.fromEntries(columns.map(([output, types]) => [output, new Node({ _tag: "Output", call, output }, types)]))
    return single ? nodes["output"] : nodes
  }
  return Object.assign(call, { output: options.outputs, definition }) as any
}

interface Asked {
  readonly cpu?: number
  readonly memory?: number
  readonly retry?: { readonly times: number }
  readonly timeout?: Duration.Input
}

const limitsOf = (name: string, { cpu = 1, memory = 0, retry, timeout }: Asked): Limits => {
  const times = retry?.times ?? 0
  if (!Number.isInteger(cpu) || cpu < 1) throw new WrongLimit(name, "cpu", "a whole number from 1 on")
  if (!Number.isInteger(memory) || memory < 0) throw new WrongLimit(name, "memory", "MiB as a whole number from 0 on")
  if (!Number.isInteger(times) || times < 0) throw new WrongLimit(name, "retry.times", "a whole number from 0 on")
  const duration = timeout === undefined ? undefined : Option.getOrUndefined(Duration.fromInput(timeout))
  if (timeout !== undefined && (duration === undefined || Duration.toMillis(duration) <= 0)) throw new WrongLimit(name, "timeout", `a time such as "30 seconds"`)
  return { cpu, memory, times, timeout: duration }
}

/** Whether an output or an input is a file rather than a table. */
export const isBytes = (schema: Schema.Constraint): boolean => schema.ast === Bytes.ast

const register = (definition: Definition) => {
  const other = made.get(definition.name)
  if (other !== undefined && other.module !== definition.module) throw new StageTwice(definition.name, other.module, definition.module)
  made.set(definition.name, definition)
}

const paramsOf = (stage: Definition, given: Readonly<Record<string, unknown>>): Call["params"] => {
  const unknown = Object.keys(given).find((name) => !(name in stage.params.fields) && !(name in stage.inputs))
  if (unknown !== undefined) throw new WrongCall(stage.name, `has no parameter or input "${unknown}"`)
  const params = Object.fromEntries(Object.keys(stage.params.fields).flatMap((name) => name in given ? [[name, given[name]]] : []))
  try {
    return stage.params.make(params as any, { parseOptions: { errors: "all" } })
  } catch (error) {
    const issue = error instanceof Error ? error.cause : undefined
    if (!SchemaIssue.isIssue(issue)) throw error
    throw new WrongCall(stage.name, `was given wrong parameters: ${wrongFields(stage.params, params, issue).join("; ")}`)
  }
}

const inputsOf = (stage: Definition, given: Readonly<Record<string, unknown>>): Call["inputs"] =>
  Object.fromEntries(Object.entries(stage.inputs).map(([name, port]) => {
    const value = given[name]
    const list = isMany(port) ? value : [value]
    if (!Array.isArray(list)) throw new WrongCall(stage.name, `takes a list of nodes as its input "${name}"`)
    const each = isMany(port) ? port.each : port as Schema.Constraint
    for (const node of list) fits(stage, name, each, node)
    return [name, value as Any | ReadonlyArray<Any>]
  }))

/** Whether an input takes a list of nodes. */
export const isMany = (port: Port): port is Many<Schema.Constraint> => !Schema.isSchema(port)

const fits = (stage: Definition, input: string, schema: Schema.Constraint, node: unknown) => {
  if (!(node instanceof Node)) throw new WrongCall(stage.name, `needs a node as its input "${input}"`)
  if (isBytes(schema) !== (node.columns === undefined)) throw new WrongCall(stage.name, `takes ${isBytes(schema) ? "a file" : "a table"} as its input "${input}"`)
  if (node.columns === undefined) return
  for (const wanted of Column.typesOf(schema)) {
    const column = node.columns.find(({ name }) => name === wanted.name)
    if (column === undefined) throw new WrongCall(stage.name, `reads the column "${wanted.name}" of its input "${input}", which has ${node.columns.map(({ name }) => name).join(", ")}`)
    if (!Column.fits(column, wanted)) throw new WrongCall(stage.name, `reads the column "${wanted.name}" of its input "${input}" as ${wanted.kind}, which is ${column.kind}${column.nullable ? " or null" : ""}`)
  }
}

/** A stage was called with what it does not take. */
export class WrongCall extends Error {
  constructor(stage: string, what: string) {
    super(`stage "${stage}" ${what}`)
  }
}

/** A stage asks to be run as nothing can be. */
export class WrongLimit extends Error {
  constructor(stage: string, limit: string, expected: string) {
    super(`stage "${stage}" has a wrong ${limit}: give ${expected}`)
  }
}

/** Two modules make a stage of the same name. */
export class StageTwice extends Error {
  constructor(name: string, one: string, other: string) {
    super(`two stages are called "${name}": one in ${one}, one in ${other}; rename one of them`)
  }
}
