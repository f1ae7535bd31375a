// The build tools that a user might have instead: each with a graph of files, all of them built.

import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export type Graph = ReadonlyArray<ReadonlyArray<number>>

export interface BuildTool {
  readonly name: string
  /** What a user types where everything is there. */
  readonly command: ReadonlyArray<string>
  /** Writes the rules of a graph into a folder. */
  readonly write: (folder: string, graph: Graph) => void
  /** Whether files that are there count as built, so that nothing has to run to have them. */
  readonly believesFiles: boolean
}

const peer = (name: string) => fileURLToPath(new URL(`peers/${name}`, import.meta.url))

const ofPython = (file: string) => (folder: string, graph: Graph) => {
  copyFileSync(peer(file), join(folder, file))
  writeFileSync(join(folder, "graph.json"), JSON.stringify(graph))
}

export const buildTools: ReadonlyArray<BuildTool> = [
  {
    name: "ninja",
    command: ["ninja"],
    believesFiles: false,
    write: (folder, graph) => writeFileSync(join(folder, "build.ninja"), [
      "rule step",
      "  command = echo $out > $out",
      ...graph.map((inputs, node) => `build out/${node}: step ${inputs.map((input) => `out/${input}`).join(" ")}`),
      `default out/${graph.length - 1}`,
      ""
    ].join("\n"))
  },
  { name: "doit", command: ["doit"], believesFiles: false, write: ofPython("dodo.py") },
  {
    name: "Snakemake",
    command: ["snakemake", "--cores", "1", "--quiet"],
    // It would take an hour to build them.
    believesFiles: true,
    write: ofPython("Snakefile")
  }
]

export const isInstalled = ({ command: [program] }: BuildTool): boolean => spawnSync(program!, ["--version"]).status === 0

/** Runs a command to its end: seconds, or why there are none. */
export const timed = ([program, ...rest]: ReadonlyArray<string>, cwd: string, env: NodeJS.ProcessEnv = process.env): number | string => {
  const started = performance.now()
  const { error, status, stderr } = spawnSync(program!, rest, { cwd, env, encoding: "utf8", timeout: 300_000, maxBuffer: 2 ** 28 })
  if (status === 0) return (performance.now() - started) / 1000
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `it ended with code ${status}`)
}

/** Makes a folder in which the tool has nothing left to do; says why where it cannot. */
export const ready = (tool: BuildTool, folder: string, graph: Graph): string | undefined => {
  mkdirSync(join(folder, "out"), { recursive: true })
  if (tool.believesFiles) for (const node of graph.keys()) writeFileSync(join(folder, "out", String(node)), `${node}\n`)
  tool.write(folder, graph)
  const built = timed(tool.command, folder)
  return typeof built === "string" ? built : undefined
}
