/**
 * The store: every object that was built, by the address of what it holds, and the trace of every action.
 *
 *   format.json                  the format of the folder
 *   objects/ab/<address>         .parquet a table, .json the manifest of a gathered table, .bin the bytes of a file
 *   actions/cd/<action>.json     a trace, written when all that it speaks of is there
 *   index.jsonl                  copies of the traces: a hint
 *   runs/<run>.jsonl             what happened in each run
 *   leases/ quarantine/ tmp/     who works on what, what was damaged, what is being written
 *
 * Several processes may use one folder: nothing is changed in place, readers never lock, and nothing but a lease
 * knows of the others.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { type Files, inMemory } from "./Files.ts"
import { filesOnDisk } from "./filesOnDisk.ts"
import * as Index from "./Index.ts"
import * as Lease from "./Lease.ts"
import * as Objects from "./Objects.ts"
import { checkWritable, openFolder } from "./openFolder.ts"
import { attempt, attemptPromise, type StoreFailure, WrongName } from "./StoreFailure.ts"
import { together } from "./together.ts"
import type { Trace } from "./Trace.ts"

export type { Snapshot } from "./Index.ts"
export { Damaged, Missing, NewerFormat, StoreFailure, Unusable, WrongName } from "./StoreFailure.ts"
export type { Stored, Trace } from "./Trace.ts"

export class Store extends Context.Service<Store, {
  /** Which traces and objects there are now: one read of the index, one listing of the folders. */
  readonly snapshot: Effect.Effect<Index.Snapshot, StoreFailure>
  /** One trace as it is now, such as that of an action which another process was working on. */
  readonly trace: (action: string) => Effect.Effect<Trace | undefined, StoreFailure>
  /** A table, verified; a gathered one is put together from its parts. */
  readonly table: Objects.Objects["table"]
  /** The bytes of a file, verified. */
  readonly bytes: Objects.Objects["bytes"]
  /** Keeps a table; where it is kept already, nothing is written. The same holds for bytes and manifests. */
  readonly putTable: Objects.Objects["putTable"]
  readonly putBytes: Objects.Objects["putBytes"]
  /** Keeps a gathered table as what it is gathered from. */
  readonly putManifest: Objects.Objects["putManifest"]
  /** Keeps a trace, after its outputs were put: then all of it is there for good. */
  readonly record: (trace: Trace) => Effect.Effect<void, StoreFailure>
  /** Whether this process may work on an action until the scope ends: it spares double work. */
  readonly lease: (action: string) => Effect.Effect<"mine" | "theirs", StoreFailure, Scope.Scope>
  /** Adds events to the log of a run. */
  readonly log: (run: string, ...events: ReadonlyArray<unknown>) => Effect.Effect<void, StoreFailure>
  /** Fails where nothing can be written: to be asked before work starts. Reading needs no such right. */
  readonly check: Effect.Effect<void, StoreFailure>
}>()("dln-lab/engine/Store") {
  /** A folder, made where it is not there. A thread that runs steps remembers so many bytes of the tables that it used. */
  static readonly layerDisk = (folder: string, remembered?: number): Layer.Layer<Store, StoreFailure> =>
    Layer.effect(Store, Effect.suspend(() => over(filesOnDisk(folder), remembered)))

  /** A store that is forgotten with the process. */
  static readonly layerMemory: Layer.Layer<Store> =
    Layer.effect(Store, Effect.orDie(Effect.suspend(() => over(inMemory()))))
}

/** The store that keeps its files in these, for as long as the scope lasts. */
export const over = Effect.fnUntraced(function*(
  files: Files,
  remembered?: number
): Effect.fn.Return<Store["Service"], StoreFailure, Scope.Scope> {
  yield* attempt(() => openFolder(files))
  const record = together((traces: ReadonlyArray<Trace>) => Index.recordAll(files, traces))
  const held = new Set<Lease.Lease>()
  const refresh = Effect.suspend(() =>
    Effect.forEach(held, (lease) => Effect.ignore(attempt(lease.refresh)), { discard: true }))
  yield* Effect.forkScoped(Effect.repeat(refresh, Schedule.spaced(`${Lease.refreshedEvery} seconds`)))

  const take = (action: string) => attempt(() => {
    const lease = Lease.take(files, action)
    if (lease !== undefined) held.add(lease)
    return lease
  })
  const release = (lease: Lease.Lease | undefined) => Effect.ignore(attempt(() => {
    if (lease === undefined || !held.delete(lease)) return
    lease.release()
  }))

  return Store.of({
    ...Objects.make(files, remembered),
    snapshot: attempt(() => Index.snapshot(files)),
    trace: (action) => attempt(() => Index.find(files, action)),
    record: (trace) => attemptPromise(() => record(trace)),
    lease: (action) =>
      Effect.map(Effect.acquireRelease(take(action), release), (lease) => lease === undefined ? "theirs" : "mine"),
    log: (run, ...events) =>
      attempt(() => files.append(`runs/${nameOf(run)}.jsonl`, events.map((event) => `${JSON.stringify(event)}\n`).join(""))),
    check: attempt(() => checkWritable(files))
  })
})

const nameOf = (run: string): string => {
  if (/^\w[\w.-]*$/.test(run)) return run
  throw new WrongName({ name: run, expected: "the name of a run: letters, digits, _, . and -" })
}
