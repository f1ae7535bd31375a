/**
 * Runs one task: reads its inputs from the store, runs its stage, checks what that made, and writes it.
 * Executors differ only in where this happens.
 */
import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Column from "./Column.ts"
import * as Key from "./Key.ts"
import * as Stage from "./Stage.ts"
import { Store } from "./Store.ts"
import type { StoreFailure } from "./StoreFailure.ts"
import * as Table from "./Table.ts"
import { declares, type Done, type Failure, StageDefect, type Task, WrongOutput } from "./Task.ts"
import type { Stored } from "./Trace.ts"

export const perform = Effect.fnUntraced(function*(task: Task): Effect.fn.Return<Done, Failure, Store> {
  const started = performance.now()
  const stage = Stage.made.get(task.stage)
  if (stage === undefined) return yield* new StageDefect({ stage: task.stage, problem: "is not exported by any module of this program" })
  const inputs = yield* each(stage.inputs, (name, port) => read(port, task.inputs[name]!))
  const made = yield* run(stage, Key.parse(task.params), inputs)
  const outputs = yield* each(stage.outputs, (name, schema) => write(stage.name, name, schema, stage.single ? made : made?.[name]))
  return { outputs, seconds: (performance.now() - started) / 1000 }
}, (result, task) => Effect.catchDefect(result, (thrown) => Effect.fail(defect(task.stage, "threw", thrown))))

const read = (port: Stage.Definition["inputs"][string], address: string | ReadonlyArray<string>): Effect.Effect<unknown, StoreFailure, Store> => {
  const schema: Schema.Constraint = Stage.isMany(port) ? port.each : port as Schema.Constraint
  const one = Effect.fnUntraced(function*(address: string): Effect.fn.Return<unknown, StoreFailure, Store> {
    const store = yield* Store
    return Stage.isBytes(schema) ? yield* store.bytes(address) : asDeclared(schema, yield* store.table(address))
  })
  return typeof address === "string" ? one(address) : Effect.forEach(address, one)
}

/** A stage sees the columns that it declares; one that takes any table sees all. */
const asDeclared = (schema: Schema.Constraint, table: Table.Table<any>) => {
  const types = Column.typesOf(schema)
  return types.length === 0 ? table : Table.select(table, types)
}

/** Fails with what the stage declares; everything else that ends it is a defect. */
const run = (stage: Stage.Definition, params: unknown, inputs: unknown): Effect.Effect<any, Failure> =>
  Effect.suspend(() => {
    const running: unknown = stage.run(params, inputs)
    if (!Effect.isEffect(running)) return Effect.fail(defect(stage.name, "returned no Effect, such as Effect.succeed(rows), but", running))
    return (running as Effect.Effect<any, unknown>).pipe(
      Effect.mapError((failure) => declares(stage, failure) ? failure : defect(stage.name, "failed with what it does not declare", failure)),
      Effect.catchCauseIf(Cause.hasInterruptsOnly, () => Effect.fail(defect(stage.name, "interrupted itself", undefined)))
    )
  })

const defect = (stage: string, how: string, error: unknown) =>
  error instanceof Error
    ? new StageDefect({ stage, problem: `${how}: ${error.message || error.name}`, ...(error.stack !== undefined && { trace: error.stack }) })
    : new StageDefect({ stage, problem: error === undefined ? how : `${how}: ${inspect(error)}` })

const write = Effect.fnUntraced(function*(
  stage: string,
  output: string,
  schema: Schema.Constraint,
  made: unknown
): Effect.fn.Return<Stored, Failure, Store> {
  const store = yield* Store
  const wrong = (problem: string) => new WrongOutput({ stage, output, problem })
  if (Stage.isBytes(schema)) return made instanceof Uint8Array ? yield* store.putBytes(made) : yield* wrong(`it is no Uint8Array but ${typeof made}`)
  if (typeof made !== "object" || made === null) return yield* wrong(`it is no table but ${String(made)}`)
  const table = yield* Effect.try({ try: () => Table.make(Column.typesOf(schema), made), catch: (error) => wrong((error as Error).message) })
  return yield* store.putTable(table)
})

/** One effect a field, in their order. */
const each = <A, B, E, R>(
  record: { readonly [name: string]: A },
  f: (name: string, value: A) => Effect.Effect<B, E, R>
): Effect.Effect<{ readonly [name: string]: B }, E, R> =>
  Effect.map(Effect.forEach(Object.entries(record), ([name, value]) => Effect.map(f(name, value), (made) => [name, made] as const)), Object.fromEntries)
