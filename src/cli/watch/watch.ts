/**
 * `dln run --watch`: says what a save changes, and runs again what it does.
 *
 * Each run is a process of its own, with the program as it is then. A run that a save makes obsolete ends, which keeps
 * what it has built and what it computes that the next one needs; a file that cannot be run is told, and leaves alone what
 * runs. A save that changes nothing that runs, such as that of a comment, leaves it alone as well.
 */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process"
import { existsSync, type FSWatcher, watch as watchFolder } from "node:fs"
import { dirname, join } from "node:path"
import { Worker } from "node:worker_threads"
import { openProgram, sourcesOf } from "../../engine/code/openProgram.ts"
import { codeOf } from "../../engine/code/programs.ts"
import { valuesOf } from "../commandLine.ts"
import type { Edited } from "../obsolete.ts"
import { isForeseen } from "../problemOf.ts"
import type { Said, Setting } from "./planner.ts"

export interface Watched {
  readonly pipeline: string
  /** The folder of programs. */
  readonly code: string
  /** Where a program is made that is not there. */
  readonly workshop: string
  /** The folder of results. */
  readonly cache: string
  /** What each run is told. */
  readonly argv: ReadonlyArray<string>
  /** The module that runs a command line. */
  readonly launcher: string
}

/** Ends when it is interrupted, with the exit code. */
export const watch = async (watched: Watched): Promise<number> => {
  const { code, pipeline, workshop } = watched
  const saves = savesOf([pipeline])
  const runs = runsFor(watched)
  const planner = plannerFor(watched)
  let told: string | undefined
  let saved = 0
  let ended = false
  const stop = () => {
    ended = true
    saves.close()
    runs.interrupt()
    void planner.close()
  }
  // From a terminal, the runs hear Ctrl-C as well.
  process.on("SIGINT", stop).on("SIGTERM", stop)
  const refused = (problem: string) => {
    if (told !== problem) say(told = problem)
  }

  try {
    const { digest } = await openProgram({ pipeline, code }, workshop)
    saves.watch([pipeline, ...sourcesOf({ pipeline, code })])
    if (!ended) runs.next(codeOf(code, digest))
    void planner.plan(0, () => {})
  } catch (error) {
    if (!(error instanceof Error && isForeseen(error))) throw error
    refused(error.message)
  }
  while (!ended) {
    await saves.next()
    const save = ++saved
    if (!ended) await planner.plan(save, (said) => {
      if (ended || save < saved) return
      if (said._tag === "refused") return refused(said.problem)
      told = undefined
      if (said._tag === "read") return saves.watch([pipeline, ...said.sources])
      if (said._tag === "made") return runs.next(said.runs)
      const [first, ...others] = said.replanned.lines
      say(`${first} (planned in ${(said.took / 1000).toFixed(2)} s)`)
      for (const line of others) say(line)
      runs.edited(said.replanned.actions)
    })
  }
  await runs.over()
  return 130
}

/** The thread that plans. One that takes too long over a save is stopped, and another starts with the next one. */
const plannerFor = ({ argv, cache, code, pipeline }: Watched) => {
  const setting: Setting = { pipeline, code, choice: { preset: valuesOf(argv, "--preset").at(-1), set: valuesOf(argv, "--set"), cache } }
  const start = () => new Worker(new URL("planner.ts", import.meta.url), { workerData: setting })
  let thread: Worker | undefined
  let last = Promise.resolve()
  const plan = (save: number, hear: (said: Said) => void) => new Promise<void>((resolve) => {
    const worker = thread ??= start()
    const over = () => {
      clearTimeout(late)
      resolve()
    }
    const gone = () => {
      if (thread === worker) thread = undefined
      over()
    }
    const onMessage = (said: Said) => {
      if (said.save !== save) return
      hear(said)
      if (said._tag !== "planned") over()
      if (said._tag === "made" || said._tag === "refused") worker.off("message", onMessage).off("exit", gone)
    }
    const late = setTimeout(() => void worker.terminate(), patience)
    worker.on("message", onMessage).once("exit", gone)
    worker.postMessage(save)
  })
  return {
    /** Hears all that is said of a save; done when it is planned. One is planned after the other. */
    plan: (save: number, hear: (said: Said) => void): Promise<void> => last = last.then(() => plan(save, hear)),
    close: () => thread?.terminate()
  }
}

/** How long a pipeline may take to describe its graph, in milliseconds. */
const patience = 20_000

/** The run that is wanted, and those that still finish what it needs. */
const runsFor = ({ argv, launcher }: Watched) => {
  const all = new Set<ChildProcess>()
  let latest: ChildProcess | undefined
  let code: string | undefined
  let actions: ReadonlyArray<string> = []
  let ended = false
  const tell = (run: ChildProcess | undefined, over: boolean) => {
    if (run?.connected === true) run.send({ actions, over } satisfies Edited, () => {})
  }
  return {
    /** Says what is still to be built. */
    edited: (wanted: ReadonlyArray<string>) => {
      actions = wanted
      tell(latest, false)
    },
    /** Runs the program, unless it runs the same code as before. */
    next: (runs: string | undefined) => {
      if (runs !== undefined && runs === code) {
        return say(`nothing that runs has changed; ${latest === undefined ? watching : "the run goes on"}`)
      }
      code = runs
      if (latest !== undefined) {
        tell(latest, true)
        killUnlessHeard(latest)
      }
      const stdio: StdioOptions = ["inherit", "inherit", "inherit", "ipc"]
      const run = spawn(process.execPath, [...process.execArgv, launcher, ...argv], { stdio })
      all.add(run)
      latest = run
      // It ends because of a save: then it is run again in any case.
      run.on("message", () => latest === run && (code = undefined))
      run.once("exit", () => {
        all.delete(run)
        if (latest !== run) return
        latest = undefined
        if (!ended) say(watching)
      })
    },
    interrupt: () => {
      ended = true
      for (const run of all) run.kill("SIGINT")
    },
    over: async () => {
      await Promise.all([...all].map((run) => {
        const late = setTimeout(() => run.kill("SIGKILL"), 5000)
        return new Promise<void>((resolve) => run.once("exit", () => {
          clearTimeout(late)
          resolve()
        }))
      }))
    }
  }
}

const watching = "watching; a save runs it again, Ctrl-C ends"

/** A run that does not answer is killed, which loses nothing that it has finished. */
const killUnlessHeard = (run: ChildProcess) => {
  const late = setTimeout(() => run.kill("SIGKILL"), 5000)
  for (const event of ["message", "exit"]) run.once(event, () => clearTimeout(late))
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

const say = (text: string) => void process.stderr.write(`dln: ${text}\n`)
