import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { home } from "../../src/engine/code/Home.ts"

const folder = () => {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "dln-lab-")))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

const run = (command: string, cwd: string, ...argv: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(command, argv, { cwd, encoding: "utf8", env: { ...process.env, NODE_COMPILE_CACHE: "" } })
  return { status, stderr, stdout }
}

const dln = join(home, "bin/dln")

const experiment = `import { Claim, Effect, Grid, Pipeline, Report, Schema, Stage } from "dln-lab"

export const Doubles = Stage.make(import.meta.url, "doubles", {
  params: { count: Schema.Int },
  inputs: {},
  outputs: Schema.Struct({ x: Schema.Int, y: Schema.Int }),
  run: ({ count }) => Effect.succeed(Array.from({ length: count }, (_, x) => ({ x, y: 2 * x })))
})

export default Pipeline.make("doubles", {
  about: "whether doubles are even",
  params: { count: Schema.Int.annotate({ description: "how many" }) },
  defaults: { count: 4 },
  presets: {}
}, ({ count }) => {
  const doubles = Grid.map(Grid.cross({ more: [0, 1] }), ({ more }) => Doubles({ count: count + more }))
  return {
    tables: { doubles },
    report: Report\`\${Claim.every("doubles are even", doubles, { where: () => true, holds: ({ y }) => y % 2 === 0 })}\`
  }
})`

test("dln says its version and its commands from any folder", () => {
  const { status, stdout } = run(dln, folder(), "--help")
  expect([status, stdout]).toEqual([0, expect.stringContaining("SUBCOMMANDS")])
})

test("a pipeline that lies anywhere runs, and an edit builds again what it changes", () => {
  const cwd = folder()
  const plan = () => run(dln, cwd, "plan", "doubles.ts").stdout
  const built = /doubles +2 +0/
  writeFileSync(join(cwd, "doubles.ts"), experiment)
  const first = run(dln, cwd, "run", "doubles.ts")
  expect([first.status, first.stdout]).toEqual([0, expect.stringContaining("9 of 9 rows")])
  expect(plan()).toMatch(built)
  writeFileSync(join(cwd, "doubles.ts"), experiment.replace("export const Doubles", "// Even ones.\nexport const Doubles").replace("whether doubles", "whether all doubles"))
  expect(plan()).toMatch(built)
  writeFileSync(join(cwd, "doubles.ts"), experiment.replace("2 * x", "x + x"))
  expect(plan()).toMatch(/doubles +0 +2 .*its code changed/)
})

test("a pipeline that is not there is wrong use", () => {
  const { status, stderr } = run(dln, folder(), "run", "rank-paterns")
  expect([status, stderr]).toEqual([2, expect.stringContaining(`dln: there is no pipeline "rank-paterns"; did you mean "rank-patterns"? `)])
})

test("without a Node that is new enough, dln says what to do", () => {
  const root = folder()
  mkdirSync(join(root, "bin"))
  copyFileSync(dln, join(root, "bin/dln"))
  writeFileSync(join(root, "bin/node"), "#!/bin/sh\necho v20.11.0\n")
  chmodSync(join(root, "bin/node"), 0o755)
  const { status, stderr } = spawnSync(join(root, "bin/dln"), ["--help"], { encoding: "utf8", env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` } })
  expect([status, stderr]).toEqual([2, `dln: needs Node 26 or later, which comes with its packages; run npm install in ${root}\n`])
})

test("dln runs where it is installed as a package", () => {
  const root = folder()
  const installed = join(root, "node_modules/dln-lab")
  for (const part of ["bin", "src", "pipelines", "kernel", "package.json", "package-lock.json"]) cpSync(join(home, part), join(installed, part), { recursive: true })
  for (const name of readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."))) {
    symlinkSync(join(home, "node_modules", name), join(root, "node_modules", name))
  }
  mkdirSync(join(root, "node_modules/.bin"))
  symlinkSync("../dln-lab/bin/dln", join(root, "node_modules/.bin/dln"))
  writeFileSync(join(root, "doubles.ts"), experiment)
  const { status, stdout } = run(join(root, "node_modules/.bin/dln"), root, "plan", "doubles.ts")
  expect([status, stdout]).toEqual([0, expect.stringMatching(/doubles +0 +2/)])
})
