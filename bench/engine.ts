// What the engine itself takes: plans and builds of large graphs whose steps compute nothing, beside build tools.

import fs, { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { openProgram } from "../src/engine/code/openProgram.ts"
import { Builder } from "../src/engine/Builder.ts"
import { Events } from "../src/engine/Events.ts"
import { Executor } from "../src/engine/Executor.ts"
import { Fingerprints } from "../src/engine/Fingerprint.ts"
import { Store } from "../src/engine/Store.ts"
import { buildTools, isInstalled, ready, timed } from "./buildTool.ts"
import { graph, type Shape, shapes } from "./graph.ts"
import experiment from "./graphPipeline.ts"
import { figure, table } from "./table.ts"

const help = `Usage: npm run bench -- engine [OPTIONS]

Seconds, the least of all rounds. Everything is built: no-op is a run that finds all of it; in process without the
start of Node, cold as a command. Then milliseconds a built node, and a grid that grows by 1 %.

  --nodes N      nodes of a graph (10000)
  --shape SHAPE  ${shapes.join(", ")}: this one alone; may be given several times
  --rounds N     of each (5)
  --alone        no build tools
`

const { values: options } = parseArgs({
  options: {
    help: { type: "boolean", short: "h", default: false },
    nodes: { type: "string", default: "10000" },
    shape: { type: "string", multiple: true, default: [...shapes] },
    rounds: { type: "string", default: "5" },
    alone: { type: "boolean", default: false }
  }
})
if (options.help) {
  process.stdout.write(help)
  process.exit()
}

const [nodes, rounds] = [Number(options.nodes), Number(options.rounds)]
const folder = mkdtempSync(join(tmpdir(), "bench-"))
const cache = join(folder, "cache")
const pipeline = fileURLToPath(new URL("graphPipeline.ts", import.meta.url))
const dln = fileURLToPath(new URL("../bin/dln", import.meta.url))
const noSync = { ...process.env, NODE_OPTIONS: `--import ${new URL("noSync.mjs", import.meta.url).href}` }
const say = (text: string) => process.stderr.write(`${text}\n`)

const dlnOf = (command: "run" | "plan", shape: string) =>
  [dln, command, pipeline, "--set", `shape=${shape}`, "--set", `nodes=${nodes}`, ...(command === "run" ? ["--quiet"] : [])]

const program = await openProgram({ pipeline, code: join(cache, "code") })

/** A process that has just started, on the cache or on another folder, with as many threads. */
const lab = (store = cache, workers = 0) => Builder.layer.pipe(
  Layer.provide(Fingerprints.layerOf(program.fingerprints)),
  Layer.provideMerge(workers === 0 ? Executor.layerInline : Executor.layerThreads({ workers, program: program.worker, store })),
  Layer.provideMerge(Layer.merge(Events.layer, Store.layerDisk(store)))
)

const inProcess = <A>(use: Effect.Effect<A, unknown, Builder | Store>, layer = lab()): Promise<A> =>
  Effect.runPromise(Effect.provide(use, layer))

const seconds = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

const rootsOf = (shape: Shape, nodes: number) => {
  const { tables } = experiment.build({ shape, nodes })
  return Object.values(tables)
}

/** What a shape takes in this process, once. */
const once = async (shape: Shape) => {
  let roots = rootsOf(shape, nodes)
  const describe = await seconds(() => roots = rootsOf(shape, nodes))
  const look = await seconds(() => inProcess(Store.use((store) => store.snapshot)))
  const plan = await seconds(() => inProcess(Builder.use((builder) => builder.plan(roots))))
  const noOp = await seconds(() => inProcess(Builder.use((builder) => builder.build(roots))))
  return { describe, look, plan, noOp }
}

/** The least of each figure. */
const least = <K extends string>(rounds: ReadonlyArray<{ readonly [key in K]: number }>) =>
  Object.fromEntries(Object.keys(rounds[0]!).map((key) => [key, Math.min(...rounds.map((round) => round[key as K]))])) as { readonly [key in K]: number }

const tools = options.alone ? [] : buildTools.filter((tool) => isInstalled(tool) || say(`${tool.name} takes no part: it is not installed`))
const rows: Array<ReadonlyArray<string>> = []
for (const shape of shapes.filter((shape) => options.shape.includes(shape))) {
  say(`${shape}: everything is built first`)
  const built = timed([...dlnOf("run", shape), "--cache", cache], folder, noSync)
  if (typeof built === "string") throw new Error(built)
  const present = tools.map((tool) => {
    const place = join(folder, shape, tool.name)
    mkdirSync(place, { recursive: true })
    const problem = ready(tool, place, graph(shape, nodes))
    if (problem !== undefined) say(`${tool.name} takes no part: ${problem}`)
    return { tool, place, times: problem === undefined ? [] as Array<number> : undefined }
  })
  const ours: Array<Awaited<ReturnType<typeof once>> & { readonly coldPlan: number; readonly coldRun: number }> = []
  for (let round = 0; round < rounds; round++) {
    const [coldPlan, coldRun] = (["plan", "run"] as const).map((command) => Number(timed([...dlnOf(command, shape), "--cache", cache], folder)))
    ours.push({ ...await once(shape), coldPlan: coldPlan!, coldRun: coldRun! })
    for (const { place, times, tool } of present) times?.push(Number(timed(tool.command, place)))
  }
  const { coldPlan, coldRun, describe, look, noOp, plan } = least(ours)
  rows.push([
    shape,
    ...[describe, look, plan, noOp, coldPlan, coldRun].map(figure),
    ...present.map(({ times }) => times === undefined ? "fails" : figure(Math.min(...times)))
  ])
  say(rows.at(-1)!.join("  "))
}

/** Milliseconds a node of a wide graph that is built, nothing of it there. */
const aNode = async (count: number, workers: number): Promise<number> => {
  const times: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const store = mkdtempSync(join(folder, "store-"))
    const roots = rootsOf("wide", count)
    times.push(await inProcess(Builder.use((builder) => Effect.promise(() =>
      // The threads are there before it counts.
      Effect.runPromise(builder.build(rootsOf("deep", 4))).then(() => seconds(() => Effect.runPromise(builder.build(roots))))
    )), lab(store, workers)))
  }
  return 1000 * Math.min(...times) / count
}

say("nodes are built")
const synced = { here: await aNode(300, 0), threads: await aNode(300, 2) }
const { fsync, fsyncSync } = fs
fs.fsyncSync = () => {}
fs.fsync = ((_: number, done: (cause: null) => void) => done(null)) as typeof fs.fsync
syncBuiltinESMExports()
const unsynced = await aNode(300, 0)

Object.assign(fs, { fsync, fsyncSync })
syncBuiltinESMExports()

/** A grid that is there grows by 1 %: seconds to plan it, and to build what is new. */
const grown = async (round: number) => {
  const roots = rootsOf("wide", Math.round(nodes * 1.01 ** (round + 1)))
  const plan = await seconds(() => inProcess(Builder.use((builder) => builder.plan(roots))))
  const build = await seconds(() => inProcess(Builder.use((builder) => builder.build(roots))))
  return { plan, build }
}
const growth = options.shape.includes("wide") ? [least([await grown(0), await grown(1), await grown(2)])] : []

process.stdout.write(`${table(
  [`${nodes} nodes, s`, "describe", "look", "plan", "no-op", "cold plan", "cold no-op", ...tools.map(({ name }) => name)],
  rows
)}

${table(["a built node, ms", ""], [
  ["in this thread, fsync", figure(synced.here)],
  ["in two threads, fsync", figure(synced.threads)],
  ["in this thread, no fsync", figure(unsynced)]
])}
${growth.map(({ build, plan }) => `\nA grid that grows by 1 %: planned in ${figure(plan)} s, built in ${figure(build)} s.\n`).join("")}`)
rmSync(folder, { recursive: true })
