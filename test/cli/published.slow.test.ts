/** What others read: the published tables, opened by DuckDB, and a report that is the same wherever it is made. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { afterAll, describe, expect, it } from "vitest"
import { dln, small, told } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln-published-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cell = ["regime", "teacher"]
const contract: Readonly<Record<string, ReadonlyArray<string>>> = {
  checkpoints: [...cell, "algorithm", "run", "checkpoint", "step", "loss", "layer", "rows", "columns", "weights"],
  spectra: [...cell, "algorithm", "run", "checkpoint", "i", "j", "k", "sigma"],
  ranks: [...cell, "algorithm", "run", "checkpoint", "i", "j", "epsilon", "rank", "anchored_rank", "gap", "effective_rank", "participation_ratio"],
  comparison: [...cell, "checkpoint", "epsilon", "d_r", "d_r_low", "d_r_high", "d_m", "d_m_low", "d_m_high", "runs"],
  losses: [...cell, "algorithm", "run", "step", "time", "loss"],
  escapes: [...cell, "algorithm", "run", "escape", "step", "loss_before", "loss_after", "modes"],
  patterns: [...cell, "i", "j", "rank_mean", "rank_deviation", "rank_low", "rank_high", "multiplicity_mean", "multiplicity_deviation", "multiplicity_low", "multiplicity_high", "negatives"],
  transitions: [...cell, "algorithm", "i", "j", "rank_before", "rank_after", "gap_before", "gap_after", "agreeing", "unstable"],
  multiplicities: [...cell, "algorithm", "run", "i", "j", "multiplicity", "clipped"]
}

const places = (name: string) => ["--cache", join(folder, name, "cache"), "--reports", join(folder, name, "reports")]
const settings = [...small, "--set", "seeds=3"]

describe("published tables", () => {
  it("have the columns of their contract, and DuckDB opens each", async () => {
    expect(dln(["run", "rank-patterns", ...places("a"), ...settings]).code).toBe(0)
    const db = await (await DuckDBInstance.create(":memory:")).connect()
    for (const [table, columns] of Object.entries(contract)) {
      const out = join(folder, `${table}.parquet`)
      expect(dln(["show", "rank-patterns", table, ...places("a").slice(0, 2), ...settings, "--out", out]).code).toBe(0)
      const reader = await db.runAndReadAll(`select * from '${out}'`)
      expect(reader.columnNames()).toEqual(expect.arrayContaining([...columns]))
      expect(reader.columnNames().slice(0, 2)).toEqual(cell)
      // A network as small as this one never dwells long enough to escape.
      if (table !== "escapes") expect(reader.currentRowCount, table).toBeGreaterThan(0)
    }
    const weights = await db.runAndReadAll(`select octet_length(weights) = 8 * rows * columns as fits, weights is null = (step is null) as known from '${join(folder, "checkpoints.parquet")}'`)
    for (const { fits, known } of weights.getRowObjectsJS()) expect([fits ?? true, known]).toEqual([true, true])
    const products = await db.runAndReadAll(`select max(abs(rank - counted)) as wrong from '${join(folder, "ranks.parquet")}' r join (
      select regime, teacher, algorithm, run, checkpoint, i, j, count(*) filter (sigma > 0.01 * top) as counted from (
        select *, max(sigma) over (partition by regime, teacher, algorithm, run, checkpoint, i, j) as top from '${join(folder, "spectra.parquet")}'
      ) group by all) using (regime, teacher, algorithm, run, checkpoint, i, j) where r.epsilon = 0.01 and rank is not null`)
    expect(Number(products.getRowObjectsJS()[0]!["wrong"])).toBe(0)
  })
})

describe("a report", () => {
  /** Every file but `run.json` and what speaks of the run itself. */
  const bytesOf = (name: string) => {
    const root = join(folder, name, "reports", "rank-patterns")
    return Object.fromEntries(readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !["run.json", "ro-crate-metadata.json"].includes(entry.name))
      .map((entry) => [join(entry.parentPath, entry.name).slice(root.length), readFileSync(join(entry.parentPath, entry.name)).toString("base64")]))
  }
  const runIn = (name: string, kernel: string, jobs: string) => {
    process.env["DLN_KERNEL"] = kernel
    try {
      const result = dln(["run", "rank-patterns", "--json", ...places(name), ...settings, "--jobs", jobs])
      expect(result.code, result.stderr).toBe(0)
      return told(result)
    } finally {
      delete process.env["DLN_KERNEL"]
    }
  }

  it("has the same bytes from an empty cache, whatever computes and with however many threads", () => {
    const js = runIn("js", "js", "1")
    const wasm = runIn("wasm", "wasm", "2")
    expect(wasm.nodes.map(({ key, address }) => [key, address]).toSorted()).toEqual(js.nodes.map(({ key, address }) => [key, address]).toSorted())
    expect(bytesOf("wasm")).toEqual(bytesOf("js"))
    expect(bytesOf("a")).toEqual(bytesOf("js"))
    expect(Object.keys(bytesOf("js")).length).toBeGreaterThan(20)
    for (const name of ["js", "wasm"]) {
      expect(JSON.parse(readFileSync(join(folder, name, "reports", "rank-patterns", "run.json"), "utf8")).backend).toBe(name)
    }
  })

  it("is made again from another's cache without building anything", () => {
    cpSync(join(folder, "js", "cache"), join(folder, "copy", "cache"), { recursive: true })
    const { nodes } = told(dln(["run", "rank-patterns", "--json", ...places("copy"), ...settings]))
    expect(nodes.filter(({ state }) => state !== "hit")).toEqual([])
    expect(bytesOf("copy")).toEqual(bytesOf("js"))
  })
})
