// The whole experiment rank-patterns, from nothing to its report, against the same experiment written plainly in NumPy,
// which makes no report and keeps nothing, without figures and with those of the report: wall time and peak memory.

import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { median } from "./interleaved.ts"
import { figure, table } from "./table.ts"

const help = `Usage: npm run bench -- pipeline [OPTIONS]

Seconds and MiB of \`dln run rank-patterns\` with an empty cache, on every core and on one, and again with all cached;
of the same experiment in NumPy, which draws nothing, and in NumPy with the figures of the report by Matplotlib, each as
SVG, PDF and PNG; × is how many times as fast as these two.

  --preset NAME  sizes: quick (the default) or paper, which takes NumPy an hour or more
  --part         one replicate of the full teacher alone: a twelfth of the paper's experiment, a third of the quick one
  --rounds N     of each, in turns (1)
  --backend B    the kernel: native, wasm or js (the fastest that is built)
`

const { values: options } = parseArgs({
  options: {
    help: { type: "boolean", short: "h", default: false },
    preset: { type: "string", default: "quick" },
    part: { type: "boolean", default: false },
    rounds: { type: "string", default: "1" },
    backend: { type: "string", default: "" }
  }
})

if (options.help) {
  process.stdout.write(help)
  process.exit()
}
if (options.preset !== "quick" && options.preset !== "paper") {
  process.stderr.write(`There is no preset "${options.preset}": give quick or paper.\n`)
  process.exit(2)
}

/** Times as fast as NumPy that the experiment is to be. */
const GOAL = options.preset === "quick" ? 5 : 2

interface Measured {
  readonly seconds: number
  /** The most memory that the process held at once; NaN where the system does not tell. */
  readonly bytes: number
}

/** Runs a command to its end; throws what it said where it failed. */
const measure = async (command: ReadonlyArray<string>): Promise<Measured> => {
  const begun = performance.now()
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DLN_KERNEL: options.backend }
  })
  let errors = ""
  child.stderr.on("data", (chunk: Buffer) => errors = `${errors}${chunk.toString()}`.slice(-2000))
  let bytes = NaN
  const watch = setInterval(() => bytes = peakOf(child.pid!) ?? bytes, 20)
  const status = await new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject))
  clearInterval(watch)
  if (status !== 0) throw new Error(`${command.join(" ")} failed:\n${errors}`)
  return { seconds: (performance.now() - begun) / 1000, bytes }
}

/** The high-water mark of a process that still runs, where there is /proc. */
const peakOf = (pid: number): number | undefined => {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "bench-"))
const PART = ["--set", "replicates=1", "--set", "teachers=[\"full\"]"]
const run = (cache: string, ...rest: ReadonlyArray<string>): ReadonlyArray<string> => [
  here("../bin/dln"), "run", "rank-patterns", "--quiet", "--preset", options.preset, "--cache", join(folder, cache),
  "--reports", join(folder, "reports"), ...(options.part ? PART : []), ...rest
]
const has = (library: string): boolean => {
  const found = spawnSync("python3", ["-c", `import ${library}`]).status === 0
  if (!found) process.stderr.write(`${library} takes no part: python3 cannot import it\n`)
  return found
}
const peer = ["python3", here("peers/rank_patterns.py"), options.preset, options.part ? "part" : "all"]
const peers: Record<string, ReadonlyArray<string>> = {
  ...(has("numpy") && { NumPy: peer, ...(has("matplotlib") && { "NumPy, figures": [...peer, folder] }) })
}

const commands: Record<string, ReadonlyArray<string>> = {
  "dln, every core": run("all"),
  "dln, one core": run("one", "--jobs", "1"),
  "dln, all cached": run("all"),
  ...peers
}

try {
  // The program is bundled once for all runs of it, as it was when it was last used.
  await measure([here("../bin/dln"), "plan", "rank-patterns", "--cache", join(folder, "none")])
  const found = new Map<string, Array<Measured>>(Object.keys(commands).map((name) => [name, []]))
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const cache of ["all", "one"]) rmSync(join(folder, cache), { recursive: true, force: true })
    for (const [name, command] of Object.entries(commands)) found.get(name)!.push(await measure(command))
  }
  const seconds = (name: string): number => median(found.get(name)!.map((measured) => measured.seconds))
  const lead = (peer: string, name: string): string => name in peers ? "" : figure(seconds(peer) / seconds(name))
  const rows = [...found].map(([name, measured]) => [
    name,
    figure(seconds(name)),
    figure(Math.max(...measured.map(({ bytes }) => bytes)) / 2 ** 20),
    ...Object.keys(peers).map((peer) => lead(peer, name))
  ])
  const head = [`rank-patterns, ${options.preset}${options.part ? ", part" : ""}`, "s", "MiB", ...Object.keys(peers).map((peer) => `× ${peer}`)]
  process.stdout.write(`${table(head, rows)}\n`)
  for (const peer of Object.keys(peers)) {
    const fastest = seconds(peer) / seconds("dln, every core")
    process.stdout.write(`${peer}: ${fastest >= GOAL ? "the goal is reached" : `goal missed, × ${figure(fastest)} of ${GOAL}`}.\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
