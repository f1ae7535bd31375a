/**
 * An archive is one file with all that a run used: its results and what they were made from, the program that ran, the
 * sources of the pipeline, the page of its report. It is a tar file, the same bytes for the same run.
 *
 * Nothing in it is believed: every object and trace is checked against its name, and every file against the list that
 * ends it, before the first of them is taken into a store.
 */
import { hash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Tar from "effect/encoding/Tar"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { problemIn } from "./checkFile.ts"
import type { Files } from "./Files.ts"
import * as Index from "./Index.ts"
import * as Inventory from "./Inventory.ts"
import { canonical } from "./Key.ts"
import * as RunLog from "./RunLog.ts"
import { attempt, Missing, type StoreFailure } from "./StoreFailure.ts"
import * as Trace from "./Trace.ts"

/** The last file of an archive: what it holds. */
const Cover = Schema.Struct({
  format: Schema.Literal(1),
  run: Schema.String,
  /** What the pipeline is called in a command: a name of dln-lab's, or the path of its source in the archive. */
  pipeline: Schema.String,
  /** What follows the pipeline in the command that makes the run again. */
  options: Schema.String,
  /** The SHA-256 of each other file. */
  files: Schema.Record(Schema.String, Schema.String),
  /** Of all that stands above. */
  sha256: Schema.String
})
export type Cover = typeof Cover.Type

/** A file of an archive that comes from no store. */
export interface Enclosed {
  readonly path: string
  readonly bytes: Uint8Array
}

const cover = "archive.json"

/** Everything that a run used, and what is enclosed with it. */
export const pack = (
  files: Files,
  run: RunLog.Run,
  enclosed: ReadonlyArray<Enclosed>,
  { options, pipeline }: Pick<Cover, "pipeline" | "options">
): Effect.Effect<Stream.Stream<Uint8Array, StoreFailure | Broken | Tar.TarError>, StoreFailure> =>
  Effect.map(
    attempt(() => pathsOf(files, run)),
    (paths) => {
      const sums: Record<string, string> = {}
      const summed = (path: string, bytes: Uint8Array) => {
        sums[path] = hash("sha256", bytes)
        return Tar.file(path, bytes)
      }
      const stored = Stream.fromIterable(paths).pipe(
        Stream.mapEffect((path) =>
          Effect.gen(function*() {
            const bytes = yield* attempt(() => files.read(path))
            const problem =
              bytes === undefined
                ? "it is gone"
                : path.startsWith("runs/")
                  ? undefined
                  : yield* Effect.promise(() => problemIn(path, bytes))
            if (bytes === undefined || problem !== undefined) {
              return yield* new Broken({ file: path, problem: problem ?? "it is gone" })
            }
            return summed(`cache/${path}`, bytes)
          })
        )
      )
      const last = Stream.suspend(() => {
        const about = { format: 1 as const, run: run.begun.run, pipeline, options, files: sums }
        return Stream.succeed(Tar.file(cover, `${JSON.stringify({ ...about, sha256: sumOf(about) }, null, 1)}\n`))
      })
      return Stream.fromIterable(enclosed).pipe(
        Stream.map(({ bytes, path }) => summed(path, bytes)),
        Stream.concat(stored),
        Stream.concat(last),
        Stream.pipeThroughChannel(Tar.encode())
      )
    }
  )

/** The files of a store that hold what a run used. */
const pathsOf = (files: Files, run: RunLog.Run): ReadonlyArray<string> => {
  const inventory = Inventory.take(files)
  const traces = [...Inventory.usedBy(inventory, [run])]
  const addresses = Inventory.withParts(inventory, [
    ...traces.flatMap(Inventory.addressesOf),
    ...Inventory.publishedBy([run])
  ])
  const objects = Array.from(addresses, (address) => {
    const object = inventory.objects.get(address)
    if (object === undefined) throw new Missing({ address, folder: files.folder })
    return object.path
  })
  return [
    ...objects.toSorted(),
    ...traces.map(({ action }) => `actions/${action.slice(0, 2)}/${action}.json`).toSorted(),
    RunLog.pathOf(run.begun.run)
  ]
}

/** What an archive was found to hold. */
export interface Opened {
  readonly cover: Cover
  readonly run: RunLog.Run
  /** What it holds beside the files of a store. */
  readonly enclosed: ReadonlyArray<Enclosed>
  readonly traces: ReadonlyArray<Trace.Trace>
}

/** Reads and checks all of an archive; nothing is written. */
export const open = <E,>(archive: Stream.Stream<Uint8Array, E>): Effect.Effect<Opened, E | Broken> =>
  Effect.gen(function*() {
    const sums = new Map<string, string>()
    const held = new Map<string, Uint8Array>()
    const objects = new Set<string>()
    const traces: Array<Trace.Trace> = []
    yield* eachFile(archive, ({ bytes, path }) =>
      Effect.gen(function*() {
        const wrong = (problem: string) => new Broken({ file: path, problem })
        if (sums.has(path)) return yield* wrong("it is there twice")
        sums.set(path, hash("sha256", bytes))
        const stored = /^cache\/((objects|actions)\/.*)$/.exec(path)
        if (stored === null) {
          if (!isEnclosed(path) && !isLog(path)) return yield* wrong("no archive holds such a file")
          held.set(path, bytes)
          return
        }
        const problem = yield* Effect.promise(() => problemIn(stored[1]!, bytes))
        if (problem !== undefined) return yield* wrong(problem)
        if (stored[2] === "objects") objects.add(/([0-9a-f]{64})\.\w+$/.exec(path)![1]!)
        else traces.push(Trace.decode(Buffer.from(bytes).toString("utf8")))
      })
    )
    const found = yield* coverOf(held.get(cover))
    sums.delete(cover)
    const differs = [...new Set([...sums.keys(), ...Object.keys(found.files)])].find(
      (path) => sums.get(path) !== found.files[path]
    )
    if (differs !== undefined) {
      return yield* new Broken({
        file: differs,
        problem: sums.has(differs) ? "it is not as it was packed" : "it is missing"
      })
    }
    const log = RunLog.readIn(held.get(`cache/${RunLog.pathOf(found.run)}`))
    if (log === undefined) {
      return yield* new Broken({ file: RunLog.pathOf(found.run), problem: "it does not say what was run" })
    }
    const lost = [
      ...traces.flatMap(({ outputs }) => Object.values(outputs).map(({ address }) => address)),
      ...Inventory.publishedBy([log])
    ].find((address) => !objects.has(address))
    if (lost !== undefined) {
      return yield* new Broken({ file: lost, problem: "it is missing, and a result speaks of it" })
    }
    return {
      cover: found,
      run: log,
      traces,
      enclosed: [...held].flatMap(([path, bytes]) => path !== cover && isEnclosed(path) ? [{ path, bytes }] : [])
    }
  })

/** What a store did not have. */
export interface Taken {
  readonly objects: number
  readonly traces: number
  /** Results that the store has otherwise: it keeps its own. */
  readonly contradictions: ReadonlyArray<Trace.Trace>
}

/** Takes what was opened into a store. `archive` is the same file again: its objects are not all held at once. */
export const take = <E,>(
  files: Files,
  opened: Opened,
  archive: Stream.Stream<Uint8Array, E>
): Effect.Effect<Taken, E | Broken | StoreFailure> =>
  Effect.gen(function*() {
    let objects = 0
    yield* eachFile(archive, ({ bytes, path }) =>
      Effect.gen(function*() {
        const [, to] = /^cache\/((?:objects|runs)\/.*)$/.exec(path) ?? []
        if (to === undefined) return
        if (opened.cover.files[path] !== hash("sha256", bytes)) {
          return yield* new Broken({ file: path, problem: "it changed while it was read" })
        }
        const there = yield* attempt(() => files.read(to))
        if (
          there !== undefined
          && (to.startsWith("runs/") || (yield* Effect.promise(() => problemIn(to, there))) === undefined)
        )
          return
        yield* attempt(() => files.write(to, bytes))
        if (to.startsWith("objects/")) objects++
      })
    )
    return yield* attempt(() => {
      const known = Index.snapshot(files)
      const fresh = opened.traces.filter(({ action }) => known.trace(action) === undefined)
      for (const trace of fresh) Index.record(files, trace)
      return {
        objects,
        traces: fresh.length,
        contradictions: opened.traces.filter((trace) => {
          const ours = known.trace(trace.action)
          return (
            ours !== undefined
            && Object.keys(trace.outputs).some(
              (output) => ours.outputs[output]?.address !== trace.outputs[output]!.address
            )
          )
        })
      }
    })
  })

const eachFile = <E, E2>(
  archive: Stream.Stream<Uint8Array, E>,
  use: (file: Enclosed) => Effect.Effect<void, E2>
): Effect.Effect<void, E | E2 | Broken> =>
  archive.pipe(
    Stream.pipeThroughChannel(Tar.decode<E>()),
    Stream.runForEach(({ body, header }) =>
      Effect.gen(function*() {
        if (header.type !== "File") {
          return yield* new Broken({ file: header.path, problem: `it is no file but a ${header.type}` })
        }
        const chunks = yield* Stream.runCollect(body)
        yield* use({ path: header.path, bytes: Buffer.concat(chunks) })
      })
    ),
    Effect.catchIf(Tar.isTarError, (error) => new Broken({ file: "the archive", problem: error.message }))
  ) as Effect.Effect<void, E | E2 | Broken>

/** The names that an archive may hold beside those of a store; none leads out of the folder that it is laid in. */
const isEnclosed = (path: string): boolean =>
  path === cover
  || (/^[\w.-]+$/.test(path) && !path.startsWith("."))
  || (/^(source|code)\//.test(path)
    && path.split("/").every((name) => name !== "" && name !== "." && name !== ".." && !/[\\\0]/.test(name)))

const isLog = (path: string): boolean => /^cache\/runs\/\w[\w.-]*\.jsonl$/.test(path)

const sumOf = ({ files, format, options, pipeline, run }: Omit<Cover, "sha256">): string =>
  hash("sha256", canonical({ files, format, options, pipeline, run }))

const coverOf = (bytes: Uint8Array | undefined): Effect.Effect<Cover, Broken> => {
  const decoded = Schema.decodeResult(Schema.fromJsonString(Cover))(Buffer.from(bytes ?? []).toString("utf8"))
  return decoded._tag === "Success" && decoded.success.sha256 === sumOf(decoded.success)
    ? Effect.succeed(decoded.success)
    : Effect.fail(
        new Broken({
          file: cover,
          problem:
            decoded._tag === "Success"
              ? "it was changed"
              : bytes === undefined
                ? "it is missing: this is no archive of dln-lab, or its end is cut off"
                : "it is not of a format that this dln-lab knows"
        })
      )
}

/** A file of an archive is not what it should be. */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { file: Schema.String, problem: Schema.String }) {
  override get message() {
    return `${this.file}: ${this.problem}; nothing was taken of it: run the pipeline and export it again`
  }
}
