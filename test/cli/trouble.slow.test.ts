/** What goes wrong while a pipeline runs: it is said clearly, and nothing that was built is lost. */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { home } from "../../src/engine/code/Home.ts"
import { built, dln, small, told } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln-trouble-"))
const cache = join(folder, "cache")
const places = ["--cache", cache, "--reports", join(folder, "reports")]
const run = (...settings: ReadonlyArray<string>) => dln(["run", "rank-patterns", "--json", ...places, ...small, ...settings])
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("trouble", () => {
  it("a learning rate above a bound is warned of, with both bounds, before the run", () => {
    const { stderr } = run("--set", "learningRates.saddle-to-saddle=0.07", "--set", "steps.saddle-to-saddle=200")
    expect(stderr.split("\n")[0]).toMatch(/^warning: saddle-to-saddle, deficient: Learning rate 0\.07 .*0\.0\d+ at the balanced minimum, [\d.]+ by the Hessian at the start/)
  })

  it("a run that diverges fails with its learning rate and the bound; what does not need it goes on", () => {
    const result = run("--set", "learningRates.saddle-to-saddle=0.2")
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/GD diverged at step \d+: learning rate 0\.2, where GD at the balanced minimum needs less than 0\.0\d+/)
    const { nodes } = told(result)
    expect(nodes.filter(({ stage, state }) => stage === "train" && state === "failed").length).toBe(3)
    expect(nodes.filter(({ stage }) => stage === "stability" || stage === "plateaus").map(({ state }) => state).filter((state) => state !== "hit" && state !== "built")).toEqual([])
    expect(nodes.find(({ stage }) => stage === "comparison")!.state).toBe("skipped")
  })

  it("a damaged table is said, set apart and built again", () => {
    const { nodes } = told(run())
    const { address } = nodes.find(({ stage }) => stage === "comparison")!
    const file = join(cache, "objects", address.slice(0, 2), `${address}.parquet`)
    const bytes = readFileSync(file)
    bytes[200]! ^= 1
    writeFileSync(file, bytes)
    const again = run()
    expect(again.code).toBe(0)
    expect(again.stderr).toMatch(/is damaged .* set apart as .*quarantine/)
    expect(built(told(again))).toEqual(["comparison"])
    expect(told(again).nodes.find(({ stage }) => stage === "comparison")!.address).toBe(address)
    expect(readdirSync(join(cache, "quarantine")).length).toBe(1)
  })

  it("where nobody reads the output any more, as after `head`, dln ends quietly", async () => {
    const child = spawn(join(home, "bin/dln"), ["show", "rank-patterns", "losses", "--head", "99999", ...places.slice(0, 2), ...small], { stdio: ["ignore", "pipe", "pipe"] })
    child.stdout.destroy()
    let said = ""
    child.stderr.on("data", (text) => (said += text))
    expect(await new Promise((resolve) => child.once("close", resolve)), said).toBe(0)
    expect(said).toBe("")
  })

  it("Ctrl-C stops the run within a second, keeps what was built, and the next run goes on from there", async () => {
    const own = ["--cache", join(folder, "interrupted"), "--reports", join(folder, "reports")]
    const settings = [...small, "--set", "steps.saddle-to-saddle=20000000", "--set", "segments.saddle-to-saddle=40000", "--set", "lossEvery=1000"]
    const child = spawn(join(home, "bin/dln"), ["run", "rank-patterns", ...own, ...settings], { stdio: ["ignore", "ignore", "pipe"] })
    let said = ""
    child.stderr.on("data", (text) => (said += text))
    const ended = new Promise((resolve) => child.once("exit", resolve))
    const index = join(folder, "interrupted", "index.jsonl")
    const hasTrained = () => existsSync(index) && readFileSync(index, "utf8").includes('"stage":"train"')
    while (!hasTrained() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20))
    const stopped = performance.now()
    child.kill("SIGINT")
    expect(await ended, said).toBe(130)
    expect(performance.now() - stopped).toBeLessThan(3000)
    expect(said).toMatch(/interrupted; what was built is kept/)
    const plan = JSON.parse(dln(["plan", "rank-patterns", "--json", ...own.slice(0, 2), ...settings]).stdout)
    const trained = plan.nodes.filter(({ stage }: { readonly stage: string }) => stage === "train")
    expect(trained.filter(({ state }: { readonly state: string }) => state === "hit").length).toBeGreaterThan(0)
    expect(trained.filter(({ state }: { readonly state: string }) => state === "build").length).toBeGreaterThan(0)
  })
})
