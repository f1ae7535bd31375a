/**
 * `dln run --watch`: runs again whenever a file is saved that the program was made from.
 *
 * Each run is a process of its own, with the program as it is then. One that an edit makes obsolete is interrupted, which
 * keeps what it has built; a file that cannot be run is told, and leaves alone what runs.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, type FSWatcher, watch as watchFolder } from "node:fs"
import { dirname, join } from "node:path"
import { openProgram, sourcesOf } from "../engine/code/openProgram.ts"
import { Refusal } from "../engine/code/Refusal.ts"

export interface Watched {
  readonly pipeline: string
  /** The folder of programs. */
  readonly code: string
  /** What each run is told. */
  readonly argv: ReadonlyArray<string>
  /** The module that runs a command line. */
  readonly launcher: string
}

/** Ends when it is interrupted, with the exit code. */
export const watch = async ({ argv, code, launcher, pipeline }: Watched): Promise<number> => {
  const saves = savesOf([pipeline])
  let ended = false
  let running: ChildProcess | undefined
  let digest: string | undefined
  let told: string | undefined
  const stop = () => {
    ended = true
    saves.close()
    running?.kill("SIGINT")
  }
  // From a terminal, the run hears Ctrl-C as well.
  process.on("SIGINT", stop).on("SIGTERM", stop)

  while (!ended) {
    try {
      const program = await openProgram({ pipeline, code })
      told = undefined
      saves.watch([pipeline, ...sourcesOf({ pipeline, code })])
      if (!ended && program.digest !== digest) {
        await stopped(running)
        digest = program.digest
        if (!ended) running = spawn(process.execPath, [...process.execArgv, launcher, ...argv], { stdio: "inherit" })
        running?.once("exit", () => ended || say("watching; a save runs it again, Ctrl-C ends"))
      }
    } catch (error) {
      if (!(error instanceof Refusal) && !isOfSystem(error)) throw error
      if (told !== error.message) say(told = error.message)
    }
    await saves.next()
  }
  await stopped(running)
  return 130
}

/** Files that are looked after, in whatever way an editor replaces them. */
const savesOf = (files: ReadonlyArray<string>) => {
  const folders = new Map<string, FSWatcher>()
  let watched = new Set(files)
  let saved = false
  let wake = () => {}
  const hear = () => {
    saved = true
    wake()
  }
  const look = (files: ReadonlyArray<string>) => {
    watched = new Set(files)
    const wanted = new Set(files.map((file) => dirname(file)))
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder)) continue
      watcher.close()
      folders.delete(folder)
    }
    for (const folder of wanted) {
      if (folders.has(folder) || !existsSync(folder)) continue
      folders.set(folder, watchFolder(folder, (_, name) => {
        if (name === null || watched.has(join(folder, name))) hear()
      }))
    }
  }
  look(files)
  return {
    watch: look,
    close: () => {
      for (const watcher of folders.values()) watcher.close()
      hear()
    },
    /** Waits for a save, and until an editor has written all that it writes at once. */
    next: async () => {
      if (!saved) await new Promise<void>((resolve) => wake = resolve)
      do {
        saved = false
        await new Promise((resolve) => setTimeout(resolve, settling))
      } while (saved)
    }
  }
}

/** Milliseconds without a further save. */
const settling = 20

/** Interrupts a run; one that does not end by this is killed, which loses nothing that it has finished. */
const stopped = async (run: ChildProcess | undefined): Promise<void> => {
  if (run === undefined || run.exitCode !== null || run.signalCode !== null) return
  const end = new Promise((resolve) => run.once("exit", resolve))
  run.kill("SIGINT")
  const late = setTimeout(() => run.kill("SIGKILL"), 5000)
  await end
  clearTimeout(late)
}

const say = (text: string) => void process.stderr.write(`dln: ${text}\n`)

const isOfSystem = (error: unknown): error is Error => error instanceof Error && "syscall" in error
