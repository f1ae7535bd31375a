/**
 * What has to be read off the command line before the command itself is there to read it: the pipeline, which is
 * bundled with the command, and the folder of the cache, where the bundle is kept.
 */
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { Refusal } from "../engine/code/Refusal.ts"
import { suggestion } from "../report/suggestion.ts"

export interface CommandLine {
  /** The file of the pipeline, where one is named. */
  readonly pipeline: string | undefined
  readonly cache: string
}

/** `cwd` is where the command was called, `home` the folder of dln-lab. */
export const commandLine = (argv: ReadonlyArray<string>, cwd: string, home: string): CommandLine => {
  const { cache, words } = split(argv)
  if (cache === "") throw new Refusal("--cache names no folder; give it one, or leave it out")
  const names = namesIn(words)
  const pipeline = names.map((name) => find(name, cwd, home)).find((file) => file !== undefined)
  if (pipeline === undefined && names.length > 0) throw new NoPipeline(names[0]!, cwd, home)
  return { pipeline, cache: resolve(cwd, cache) }
}

const aboutPipelines = new Set(["run", "plan", "why", "show", "graph", "audit", "serve"])

/** The words that may name a pipeline. */
const namesIn = ([command, ...words]: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (command === "cache") return words[0] === "export" ? words.slice(1) : []
  return aboutPipelines.has(command ?? "") ? words : []
}

/** Flags whose value is the next word; what follows any other flag is a word of its own. */
const valued = new Set([
  "--by", "--cache", "--completions", "--format", "--head", "--jobs", "--keep", "--kernel", "--larger", "--log-level", "--older",
  "--out", "--port", "--preset", "--reports", "--runs", "--sample", "--set"
])

const split = (argv: ReadonlyArray<string>): { readonly words: ReadonlyArray<string>; readonly cache: string } => {
  const isValue = (index: number) => index > 0 && valued.has(argv[index - 1]!)
  const words = argv.filter((word, index) => !word.startsWith("-") && !isValue(index))
  return { words, cache: valuesOf(argv, "--cache").at(-1) ?? "cache" }
}

/** What a flag was given, each time it stands on the command line. */
export const valuesOf = (argv: ReadonlyArray<string>, flag: string): ReadonlyArray<string> =>
  argv.flatMap((word, index) =>
    word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : word === flag ? argv.slice(index + 1, index + 2) : [])

/** A name is a file of the folder `pipelines`, the caller's or ours; everything else is a path. */
const find = (name: string, cwd: string, home: string): string | undefined => {
  const files = isPath(name) ? [resolve(cwd, name)] : [cwd, home].map((folder) => join(folder, "pipelines", `${name}.ts`))
  const file = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  return file === undefined ? undefined : realpathSync(file)
}

const isPath = (name: string) => /[/\\]|\.[mc]?[jt]s$/.test(name)

/** The pipeline that a command is about is not there. */
export class NoPipeline extends Refusal {
  constructor(name: string, cwd: string, home: string) {
    const folders = [cwd, home].map((folder) => join(folder, "pipelines")).filter(existsSync)
    const known = folders.flatMap((folder) => readdirSync(folder))
      .filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -".ts".length))
    const path = resolve(cwd, name)
    super(isPath(name)
      ? `${existsSync(path) ? `${path} is no file` : `there is no file ${path}`}; name a pipeline or the path of its .ts file`
      : `there is no pipeline "${name}"; ${suggestion(name, [...new Set(known)].sort())}, or the path of a .ts file`)
  }
}
