/** Starts the command: finds the program of the pipeline that the command line names, or makes it, and runs it. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { commandLine } from "../src/cli/commandLine.ts"
import { isForeseen, problemOf } from "../src/cli/problemOf.ts"
import { sayProblem } from "../src/cli/sayProblem.ts"
import { home } from "../src/engine/code/Home.ts"
import { openProgram } from "../src/engine/code/openProgram.ts"
import { Refusal } from "../src/engine/code/Refusal.ts"
import type { Started } from "../src/cli/Started.ts"

/** What the program's main module exports. */
interface Bundle {
  readonly main: (started: Started) => Promise<number>
  readonly pipeline: unknown
}

/**
 * Where programs are: made in a folder of ours or of the user, so that a new cache costs no new program, and kept beside
 * the results that they made, unless nothing may be written there.
 */
const foldersOf = (cache: string, pipeline: string | undefined): { readonly code: string; readonly workshop: string } => {
  const beside = join(cache, "code")
  const own = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "dln-lab")
  const workshop = [join(home, "build"), own].find(isWritable) ?? beside
  return { code: pipeline !== undefined && isWritable(beside) ? beside : workshop, workshop }
}

/** Also of a folder that is still to be made. */
const isWritable = (folder: string): boolean => {
  if (!existsSync(folder)) return folder !== dirname(folder) && isWritable(dirname(folder))
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

// Who reads our words may stop, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
  process.exit()
})

// What the user's files throw may be thrown deep in ours, and is looked for in the stack.
Error.stackTraceLimit = 50

const argv = process.argv.slice(2)
const cwd = process.cwd()

try {
  const { cache, pipeline } = commandLine(argv, cwd, home)
  const { code, workshop } = foldersOf(cache, pipeline)
  if (argv[0] === "run" && argv.includes("--watch") && pipeline !== undefined) {
    const { watch } = await import("../src/cli/watch/watch.ts")
    process.exit(await watch({ pipeline, code, workshop, cache, argv: argv.filter((word) => word !== "--watch"), launcher: import.meta.filename }))
  }
  const program = await openProgram({ pipeline, code }, workshop)
  const placeOf = async (stack: string) =>
    pipeline === undefined ? undefined : (await import("../src/engine/code/placeOf.ts")).placeOf(home, pipeline, stack)
  const bundle: Bundle = await import(program.main.href).catch(async (error) => {
    const place = error instanceof Error && !isForeseen(error) ? await placeOf(error.stack ?? "") : undefined
    throw place === undefined ? error : new Refusal(`${place}: ${error.message}`)
  })
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"))
  process.exitCode = await bundle.main({
    program,
    argv,
    cwd,
    version,
    placeOf,
    ...(pipeline !== undefined && { pipeline: bundle.pipeline, pipelineFile: pipeline })
  })
} catch (error) {
  sayProblem(problemOf(error), argv)
  process.exitCode = 2
}
