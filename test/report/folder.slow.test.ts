/** The folder of a report: which files it holds, that they depend on nothing but the inputs, what stands for a figure that failed. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { dln } from "../cli/dln.ts"

const cwd = mkdtempSync(join(tmpdir(), "dln-folder-"))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** A table of a few rows, a figure of it, a figure that nobody could read, and a table that is empty. */
const pipeline = `
import { Claim, Effect, Figure, Pipeline, Report, Schema, Stage } from "dln-lab"

export const Rows = Stage.make(import.meta.url, "rows", {
  params: { count: Schema.Int },
  inputs: {},
  outputs: Schema.Struct({ k: Schema.Int, name: Schema.String, value: Schema.Finite }),
  run: ({ count }) => Effect.succeed(Array.from({ length: count }, (_, k) => ({ k, name: \`<script>alert(\${k})</script>\`, value: 1 / (k + 1) })))
})

export default Pipeline.make("odd", {
  about: "what becomes of odd data?",
  params: { count: Schema.Int.annotate({ description: "rows" }) },
  defaults: { count: 30 },
  presets: { quick: {} }
}, ({ count }) => {
  const rows = Rows({ count })
  return {
    tables: { rows, none: Rows({ count: 0 }) },
    conditions: "$n = 30$ rows",
    report: Report\`
# Odd data

\${Figure.lines(rows, { x: "k", y: "value", color: "name", caption: "Too many colours." })}

\${Figure.points(rows, { x: "k", y: "value", caption: "Readable." })}

\${Report.table(rows, { caption: "Rows.", limit: 3 })}

\${Report.table(rows, { caption: "None.", where: () => false })}
\`
  }
})
`
mkdirSync(join(cwd, "pipelines"))
writeFileSync(join(cwd, "pipelines/odd.ts"), pipeline)

const run = (place: string, ...args: ReadonlyArray<string>) =>
  dln(["run", "odd", "--cache", join(place, "cache"), "--reports", join(place, "reports"), ...args], { cwd })
const filesOf = (place: string): ReadonlyMap<string, string> => {
  const folder = join(cwd, place, "reports/odd")
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1))
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path)).toString("latin1")]))
}

describe("a report's folder", () => {
  it("is the same bytes from an empty cache, whatever the threads, but for what tells of the run", () => {
    const [one, two] = [run("one", "--jobs", "1"), run("two", "--jobs", "2")]
    expect(one.code).toBe(1)
    expect(two.code).toBe(1)
    const [first, second] = [filesOf("one"), filesOf("two")]
    const ofRun = new Set(["run.json", "ro-crate-metadata.json"])
    expect([...first.keys()]).toEqual([...second.keys()])
    expect([...first].filter(([path, bytes]) => !ofRun.has(path) && bytes !== second.get(path)).map(([path]) => path)).toEqual([])
  })

  it("holds each figure in three formats, tables in three, and LaTeX of the figures", () => {
    const paths = [...filesOf("one").keys()]
    for (const path of [
      "index.html", "claims.json", "figures.tex", "figures/figure-2.svg", "figures/figure-2.pdf", "figures/figure-2.png",
      "tables/rows.parquet", "tables/rows.csv", "tables/rows.tex", "tables/none.tex", "tables/table-1.tex", "tables/table-2.tex"
    ]) expect(paths).toContain(path)
    expect(paths.filter((path) => path.startsWith("figures/figure-1."))).toEqual([])
  })

  it("says on its page which figure is missing and why, and keeps the numbers of the others", () => {
    const files = filesOf("one")
    const page = Buffer.from(files.get("index.html")!, "latin1").toString()
    expect(page).toMatch(/id="figure-1" class="missing"[^]*30 values in its legend cannot be read[^]*Too many colours/)
    expect(page).toMatch(/<figure id="figure-2">[^]*href="figures\/figure-2\.pdf"/)
    expect(files.get("figures.tex")).toContain("figures/figure-2.pdf")
    expect(files.get("figures.tex")).not.toContain("Too many colours")
  })

  it("shows markup of a cell as text, on the page and in LaTeX", () => {
    const files = filesOf("one")
    expect(files.get("index.html")).not.toContain("<script")
    expect(files.get("index.html")).toContain("&#60;script&#62;alert(0)&#60;/script&#62;")
    expect(files.get("index.html")).toContain("The first 3 of 30 rows.")
    expect(files.get("index.html")).toContain("no rows")
    expect(files.get("tables/table-1.tex")).toContain("<script>alert(0)</script>")
  })

  it("is left as it is by a run that changes nothing", () => {
    const before = filesOf("one")
    const { stderr } = run("one")
    expect(stderr).toMatch(/^all +0 /m)
    for (const [path, bytes] of filesOf("one")) if (!/^(run|ro-crate)/.test(path)) expect(bytes === before.get(path), path).toBe(true)
  })
})
