/** `dln cache export`: writes the archive of the last run with these parameters. */
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Archive from "../../engine/Archive.ts"
import type { Files } from "../../engine/Files.ts"
import * as Inventory from "../../engine/Inventory.ts"
import { home, isHome } from "../../engine/code/Home.ts"
import { userSources } from "../../engine/code/userSources.ts"
import { canonical } from "../../engine/Key.ts"
import * as Objects from "../../engine/Objects.ts"
import * as RunLog from "../../engine/RunLog.ts"
import { attempt } from "../../engine/StoreFailure.ts"
import { crate } from "../../report/crate.ts"
import { codeFolder } from "../codeChanges.ts"
import * as flags from "../flags.ts"
import * as Session from "../Session.ts"
import type { Started } from "../Started.ts"
import { attemptOut, checkOut } from "../writeOut.ts"
import { WrongUse } from "../WrongUse.ts"
import { size, typed } from "../words.ts"
import { folder } from "./folder.ts"

const options = {
  pipeline: flags.pipeline,
  ...flags.choice,
  out: Flag.String("out").pipe(Flag.withDescription("the file to write, such as results.tar"))
}

export const exportTo = (started: Started) =>
  Command.make(
    "export",
    options,
    Effect.fn("cache export")(function*(chosen) {
      yield* checkOut(chosen.out)
      const session = yield* Session.open(started, chosen)
      const files = yield* folder(chosen.cache)
      const run = yield* lastRun(files, session, started)
      const sources = yield* attemptOut(chosen.out, () =>
        userSources(codeFolder(started.program), started.program.digest, started.pipelineFile!)
      )
      const enclosed = [
        ...(yield* page(files, run)),
        ...sources.map(({ bytes, path }) => ({ path: `source/${path}`, bytes })),
        ...(yield* attemptOut(chosen.out, () => programFiles(started)))
      ]
      const about = { path: "ro-crate-metadata.json", bytes: Buffer.from(described(session, run, enclosed)) }
      const stream = yield* Archive.pack(files, run, [about, ...enclosed], {
        pipeline: isHome(home, started.pipelineFile!) ? session.pipeline.name : `source/${sources[0]!.path}`,
        options: session.options
      })
      const bytes = yield* write(chosen.out, stream)
      yield* Console.log(`${chosen.out}: ${size(bytes)}, run ${run.begun.run} of ${session.pipeline.name}`)
      yield* Console.error(`a reader opens it by: dln cache import ${typed(chosen.out)}`)
    })
  )

/** The last run that came to its end with these parameters and this code. */
const lastRun = Effect.fnUntraced(function*(
  files: Files,
  { command, params, pipeline }: Session.Session,
  { program }: Started
) {
  const inventory = yield* attempt(() => Inventory.take(files))
  const same = inventory.runs.filter(
    ({ begun, ended }) =>
      ended !== undefined && begun.pipeline === pipeline.name && canonical(begun.params) === canonical(params)
  )
  const today = same.filter((run) =>
    [...Inventory.usedBy(inventory, [run])].every(
      ({ fingerprint, stage }) => program.fingerprints[stage] === fingerprint
    )
  )
  const run = today.at(-1)
  if (run !== undefined) return run
  return yield* new WrongUse({
    problem:
      same.length === 0
        ? `no run of ${pipeline.name} with these parameters came to its end; ${command} runs it`
        : `the code of ${pipeline.name} has changed since it was run; ${command} runs it again`
  })
})

const page = Effect.fnUntraced(function*(files: Files, { ended }: RunLog.Run) {
  const address = ended?.files["index.html"]
  return address === undefined ? [] : [{ path: "index.html", bytes: yield* Objects.make(files).bytes(address) }]
})

/** What ran, as it ran. */
const programFiles = ({ program }: Started): ReadonlyArray<Archive.Enclosed> => {
  const directory = dirname(fileURLToPath(program.worker))
  return readdirSync(directory)
    .toSorted()
    .map((name) => ({ path: `code/${program.digest}/${name}`, bytes: readFileSync(join(directory, name)) }))
}

const described = (
  { params, pipeline }: Session.Session,
  { begun, ended }: RunLog.Run,
  enclosed: ReadonlyArray<Archive.Enclosed>
): string =>
  crate({
    name: pipeline.name,
    about: pipeline.about,
    files: enclosed.map(({ bytes, path }) => ({ path, bytes: bytes.length })),
    folders: [
      { path: "cache/", about: "The results and what they were made from: dln cache import takes them into a cache" }
    ],
    params: Object.entries(params).map(([name, value]) => ({
      name,
      value: JSON.stringify(value),
      about: flags.descriptionOf(pipeline.params[name]!)
    })),
    verdicts: ended!.claims.map((claim) => ({ ...claim, evidence: "" })),
    run: {
      ...begun,
      finished: new Date(Date.parse(begun.started) + 1000 * ended!.seconds).toISOString(),
      error: undefined
    }
  })

/** Writes beside its place and moves it there when it is whole; gives its size. */
const write = <E, R>(out: string, stream: Stream.Stream<Uint8Array, E, R>) =>
  Effect.scoped(
    Effect.gen(function*() {
      const part = `${resolve(out)}.part`
      const handle = yield* Effect.acquireRelease(
        attemptOut(out, () => openSync(part, "w")),
        (handle) =>
          Effect.sync(() => {
            closeSync(handle)
            rmSync(part, { force: true })
          })
      )
      let bytes = 0
      yield* Stream.runForEach(stream, (chunk) =>
        attemptOut(out, () => {
          for (let from = 0; from < chunk.length;) from += writeSync(handle, chunk, from)
          bytes += chunk.length
        })
      )
      yield* attemptOut(out, () => renameSync(part, resolve(out)))
      return bytes
    })
  )
