/** The command itself, while files are saved. */
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { home } from "../../src/engine/code/Home.ts"

const experiment = `import { Claim, Effect, Pipeline, Report, Schema, Stage } from "dln-lab"
import { factor } from "./factor.ts"

export const Doubles = Stage.make(import.meta.url, "doubles", {
  params: { count: Schema.Int },
  inputs: {},
  outputs: Schema.Struct({ x: Schema.Int, y: Schema.Int }),
  run: ({ count }) => Effect.succeed(Array.from({ length: count }, (_, x) => ({ x, y: factor * x })))
})

export default Pipeline.make("doubles", { about: "whether doubles are even", params: { count: Schema.Int }, defaults: { count: 4 }, presets: {} }, ({ count }) => {
  const doubles = Doubles({ count })
  return { tables: { doubles }, report: Report\`\${Claim.every("doubles are even", doubles, { where: () => true, holds: ({ y }) => y % 2 === 0 })}\` }
})`

/** A pipeline that is watched, and what it says. */
const watched = (factor: string) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "dln-watch-")))
  const save = (file: string, text: string) => writeFileSync(join(cwd, file), text)
  save("doubles.ts", experiment)
  save("factor.ts", factor)
  const child = spawn(join(home, "bin/dln"), ["run", "doubles.ts", "--watch"], { cwd, env: { ...process.env, NODE_COMPILE_CACHE: "" } })
  let [text, read] = ["", 0]
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => text += data.toString())
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve))
  onTestFinished(async () => {
    child.kill("SIGKILL")
    rmSync(cwd, { recursive: true, force: true })
  })
  /** Waits until it says something that it has not said before. */
  const says = async (what: RegExp) => {
    for (;;) {
      const found = what.exec(text.slice(read))
      if (found !== null) return read += found.index + found[0].length
      if (child.exitCode !== null) throw new Error(`it ended: ${text}`)
      await sleep(10)
    }
  }
  return { cwd, child, ended, save, says }
}

test("a save runs again what it changes, one that cannot be run is told, and Ctrl-C ends it", async () => {
  const { child, ended, save, says } = watched("export const factor = 2")
  await says(/4 of 4 rows/)
  await says(/watching/)
  save("factor.ts", "export const factor = 3")
  await says(/fails +claim/)
  await says(/watching/)
  save("factor.ts", "export const factor = ")
  await says(/factor\.ts:\d+: Unexpected token/)
  save("factor.ts", "export const factor = 2")
  await says(/4 of 4 rows/)
  await says(/watching/)
  save("doubles.ts", `${experiment} // a comment`)
  await says(/everything is there \(planned in/)
  await says(/nothing that runs has changed; watching/)
  save("doubles.ts", experiment.replace("count: 4", "count: 6"))
  await says(/1 to build, 0 already there \(planned in .*\n.*doubles: 1 to build; its parameter count changed \(4 → 6\)/)
  await says(/6 of 6 rows/)
  await says(/watching/)
  child.kill("SIGINT")
  expect(await ended).toBe(130)
}, 60_000)

test("what a run computes when a save makes it obsolete is finished, if the next run needs it", async () => {
  const { child, cwd, ended, save, says } = watched("export const factor = 2")
  await says(/watching/)
  const both = experiment.replace("export default", `export const Slow = Stage.make(import.meta.url, "slow", {
  params: {}, inputs: {}, outputs: Schema.Struct({ x: Schema.Int }), run: () => Effect.as(Effect.sleep(6000), [{ x: 1 }])
})
export default`).replace("tables: { doubles }", "tables: { doubles, slow: Slow({}) }")
  save("doubles.ts", both)
  await says(/slow: 1 to build/)
  while (readdirSync(join(cwd, "cache/leases")).length === 0) await sleep(10)
  save("factor.ts", "export const factor = 4")
  await says(/doubles: 1 to build; its code changed/)
  await says(/4 of 4 rows/)
  await says(/watching/)
  child.kill("SIGINT")
  expect(await ended).toBe(130)
  const events = readdirSync(join(cwd, "cache/runs")).flatMap((name) => readFileSync(join(cwd, "cache/runs", name), "utf8").trim().split("\n")).map((line): any => JSON.parse(line))
  expect(events.filter(({ _tag, stage }) => _tag === "started" && stage === "slow")).toHaveLength(1)
}, 60_000)

test("a save stops the run that it makes obsolete", async () => {
  const { child, cwd, ended, save, says } = watched("export const factor = 2")
  await says(/watching/)
  save("doubles.ts", experiment.replace("=> Effect.succeed(", "=> count > 0 ? Effect.never : Effect.succeed("))
  const leases = () => readdirSync(join(cwd, "cache/leases"))
  while (leases().length === 0) await sleep(10)
  save("doubles.ts", experiment.replace("count: 4", "count: 5"))
  await says(/interrupted/)
  await says(/5 of 5 rows/)
  expect(leases()).toEqual([])
  await says(/watching/)
  child.kill("SIGTERM")
  expect(await ended).toBe(130)
}, 60_000)
