/**
 * The log of a run, a line of JSON each: what was asked for, what happened, what came of it.
 *
 * It grows while the run goes on, so that a run that was killed has one. Of results that were there already only the
 * first digits of their keys are kept, many on a line: most runs of a large graph find nearly all of it built.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Event } from "./Event.ts"
import { Events } from "./Events.ts"
import type { Files } from "./Files.ts"
import { Store, type StoreFailure } from "./Store.ts"

const Addresses = Schema.Record(Schema.String, Schema.String)

/** The first line: all that a run depends on, and where it ran. */
export const Begun = Schema.TaggedStruct("begun", {
  run: Schema.String,
  pipeline: Schema.String,
  preset: Schema.String,
  /** What to type to have it again. */
  command: Schema.String,
  params: Schema.Record(Schema.String, Schema.Unknown),
  /** The fingerprint of each stage. */
  code: Schema.Record(Schema.String, Schema.String),
  /** The digest of the program that ran. */
  program: Schema.String,
  version: Schema.String,
  host: Schema.String,
  node: Schema.String,
  backend: Schema.String,
  threads: Schema.Int,
  /** An ISO date. */
  started: Schema.String
})
export type Begun = typeof Begun.Type

/** The last line of a run that came to its end: the addresses of what it published. */
export const Ended = Schema.TaggedStruct("ended", {
  seconds: Schema.Finite,
  tables: Addresses,
  /** The files of the report, by path. */
  files: Addresses,
  claims: Schema.Array(Schema.Struct({ name: Schema.String, kind: Schema.String, verdict: Schema.String }))
})
export type Ended = typeof Ended.Type

const Hits = Schema.TaggedStruct("hits", { actions: Schema.Array(Schema.String) })
const Built = Schema.TaggedStruct("built", { action: Schema.String })

/** How many digits of a key tell it from all others of a store. */
const digits = 16

/** Writes the log of a run until the scope ends; gives what writes its last line. */
export const keep = Effect.fnUntraced(function*(
  begun: Begun
): Effect.fn.Return<(ended: Ended) => Effect.Effect<void, StoreFailure>, StoreFailure, Events | Scope.Scope | Store> {
  const store = yield* Store
  const began = performance.now()
  const waiting = lines()
  const written = Effect.suspend(() => {
    const some = waiting.take()
    return some.length === 0 ? Effect.void : store.log(begun.run, ...some)
  })
  yield* store.log(begun.run, begun)
  yield* Effect.addFinalizer(() => Effect.ignore(written))
  yield* Events.use(({ listen }) => listen((event) => waiting.add(event, (performance.now() - began) / 1000)))
  yield* Effect.forkScoped(Effect.repeat(Effect.ignore(written), Schedule.spaced("1 second")))
  return (ended) => Effect.andThen(written, store.log(begun.run, ended))
})

/** Lines that are still to be written; hits that follow each other are one. */
const lines = () => {
  let all: Array<unknown> = []
  let hits: Array<string> | undefined
  return {
    take: () => {
      const taken = all
      all = []
      hits = undefined
      return taken
    },
    add: (event: Event, at: number) => {
      if (event._tag !== "hit") {
        all.push({ ...event, at })
        hits = undefined
        return
      }
      if (hits === undefined) all.push({ _tag: "hits", at, actions: (hits = []) })
      hits.push(event.action.slice(0, digits))
    }
  }
}

/** A run as its log tells of it. */
export interface Run {
  readonly begun: Begun
  /** `undefined` where the run was stopped, or still goes on. */
  readonly ended: Ended | undefined
  /** Whether it made or found the result of this action. */
  readonly used: (action: string) => boolean
}

/** The names of the runs that a store tells of. */
export const names = (files: Files): ReadonlyArray<string> =>
  files
    .list("runs")
    .flatMap((file) => /^(\w[\w.-]*)\.jsonl$/.exec(file)?.[1] ?? [])
    .toSorted()

/** `undefined` where there is no such log, or one that does not say what was run. A torn line is passed over. */
export const read = (files: Files, run: string): Run | undefined => readIn(files.read(pathOf(run)))

/** What the file of a log tells. */
export const readIn = (bytes: Uint8Array | undefined): Run | undefined => {
  const lines = bytes === undefined ? [] : Buffer.from(bytes).toString("utf8").split("\n").map(parsed)
  const begun = lines.find(isBegun)
  if (begun === undefined) return undefined
  const known = new Set(
    lines.flatMap((line) => {
      if (isHits(line)) return line.actions
      return isBuilt(line) ? [line.action.slice(0, digits)] : []
    })
  )
  return { begun, ended: lines.findLast(isEnded), used: (action) => known.has(action.slice(0, digits)) }
}

/** Every run whose log can be read, the oldest first. */
export const all = (files: Files): ReadonlyArray<Run> =>
  names(files)
    .flatMap((run) => read(files, run) ?? [])
    .toSorted((a, b) => Date.parse(a.begun.started) - Date.parse(b.begun.started))

/** Where the log of a run is kept. */
export const pathOf = (run: string): string => `runs/${run}.jsonl`

const isBegun = Schema.is(Begun)
const isEnded = Schema.is(Ended)
const isHits = Schema.is(Hits)
const isBuilt = Schema.is(Built)

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
