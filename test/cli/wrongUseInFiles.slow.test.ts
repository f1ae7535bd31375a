/** What is wrong in the file of a pipeline is said in one message that names the place in that file. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { dln } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln wrong ü "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const imports = `import { Claim, Effect, Grid, Hypothesis, Pipeline, Report, Schema, Stage } from "dln-lab"
import { Parameter } from "dln-lab/stages"
`
/** From line 3 on. */
const stage = `export const Decay = Stage.make(import.meta.url, "decay", {
  params: { rate: Schema.Finite, steps: Schema.Int },
  inputs: {},
  outputs: Schema.Struct({ step: Schema.Int, value: Schema.Finite }),
  run: ({ rate, steps }) => Effect.succeed(Array.from({ length: steps + 1 }, (_, step) => ({ step, value: 1 - rate * step })))
})
`
/** From line 9 on. */
const pipeline = (body: string, steps = 3) => `${imports}${stage}
export default Pipeline.make("mine", {
  about: "", params: { steps: Parameter.steps }, defaults: { steps: ${steps} }, presets: {}
}, ({ steps }) => {
  const values = Grid.map(Grid.cross({ rate: [0.1, 0.2] }), ({ rate }) => Decay({ rate, steps }))
${body}
})
`
const run = (text: string) => {
  writeFileSync(join(folder, "mine.ts"), text)
  return dln(["run", "mine.ts", "--quiet"], { cwd: folder })
}
const refused = (text: string) => {
  const { code, stderr, stdout } = run(text)
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
  expect(stderr).not.toMatch(/\n\s+at |\.mjs/)
  return stderr
}
const file = join(folder, "mine.ts")

describe("what is wrong in a pipeline's file", () => {
  it("what it throws at its top is said with the file and the line", () => {
    expect(refused(`${imports}const list: any = undefined\n\nexport const n = list.length\n`)).toBe(
      `dln: ${file}:5: Cannot read properties of undefined (reading 'length')\n`)
    expect(refused(`${imports}JSON.parse("{ no")\nexport default 3\n`)).toMatch(`${file}:3: Expected property name`)
  })

  it("what the body of the pipeline throws as well", () =>
    expect(refused(pipeline("  throw new Error(\"my reason\")"))).toBe(`dln: mine describes no graph: ${file}:14: my reason\n`))

  it("a comment above moves the line that is said, though it makes no new program", () =>
    expect(refused(`// One more line.\n${pipeline("  throw new Error(\"my reason\")")}`)).toMatch(`${file}:15: my reason`))

  it("a file without a default export is told what to write", () =>
    expect(refused(`${imports}export const x = 3\n`)).toBe(
      `dln: ${file} exports no pipeline: write \`export default Pipeline.make("name", {…}, …)\` in it\n`))

  it("a stage that is called without a parameter names itself, the parameter and what it takes", () =>
    expect(refused(pipeline("  return Decay({ rate: NaN } as any)"))).toBe(
      `dln: mine describes no graph: ${file}:14: stage "decay" was given wrong parameters: rate = NaN: expected a finite number; steps is missing: expected number\n`))

  it("where defaults are wrong, the command of the advice names the file", () =>
    expect(refused(pipeline("", -3))).toMatch(/steps = -3: expected .*\nsee all parameters with: dln run mine\.ts --help/))

  it("an import that is not there is said in a line", () => {
    for (const name of ["./nope.ts", "nope"]) {
      expect(refused(`${imports}import { x } from "${name}"\nexport default x\n`)).toBe(
        `dln: ${file}:3: cannot import "${name}"; imports carry the file's ending, packages are installed beside the file\n`)
    }
    expect(refused(`import { Nope } from "dln-lab"\nexport default Nope\n`)).toMatch(/^dln: .*mine\.ts:1: "Nope" is not exported by .*\n$/)
  })

  it("a pipeline without presets, and one that gives no experiment, are told what to give", () => {
    expect(refused(pipeline("").replace(", presets: {}", ""))).toBe(`dln: ${file}:10: Pipeline.make("mine", {…}, …) needs presets: {…}\n`)
    expect(refused(pipeline("  return { tables: { values } } as any"))).toMatch(/returns \{ tables: .* report: .* gave something else/)
    expect(refused(pipeline("  return { tables: { values: 3 }, report: Report`` } as any"))).toMatch(/tables\.values is no node of a table/)
  })

  it("what cannot stand in a report is refused with its line", () => {
    const reporting = (block: string) => refused(pipeline(`  return { tables: { values }, report: Report\`\${${block}}\` } as any`))
    expect(reporting("values as any")).toMatch(`${file}:14: the report holds a Node where text, `)
    expect(reporting("undefined as any")).toMatch("the report holds nothing where text, ")
    expect(reporting('Report.table(values, { caption: "All", columns: ["no" as any] })')).toMatch('the report reads the column "no" for "All"; the columns are rate, step, value')
    expect(reporting('Hypothesis.test("Q", values, { effect: "no" as any, interval: ["value", "value"], margin: 1 })')).toMatch('reads the column "no" for "Q"')
    expect(reporting('Claim.every("Q", undefined as any, { holds: () => true })')).toMatch('asks "Q" of what is no node')
  })

  it("where a stage throws is said after the run", () => {
    const { code, stderr } = run(pipeline("  return { tables: { values }, report: Report`` }").replace("Effect.succeed(", "Effect.succeed((null as any).no ?? "))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^failed: decay\[rate=0\.[12]\]: stage "decay" threw: Cannot read properties of null.*\n(?:failed: .*\n)?decay failed at .*mine\.ts:7\ndln: 2 stages failed/)
  })

  it("a stage that returns no Effect is told so", () =>
    expect(run(pipeline("  return { tables: { values }, report: Report`` }").replace("run: (", "run: async (")).stderr).toMatch(
      /stage "decay" returned no Effect, such as Effect\.succeed\(rows\), but: Promise/))

  it("a claim whose rule throws fails, with its row; others are judged, and the report is written", () => {
    const { code, stderr, stdout } = run(pipeline(`  return { tables: { values }, report: Report\`
\${Claim.every("right", values, { holds: ({ value }) => value <= 1 })}
\${Claim.every("wrong", values, { holds: (row: any) => row.step < 2 || row.no.such })}
\${Hypothesis.test("asked", values, { where: (row: any) => row.no.such, effect: "value", interval: ["value", "value"], margin: 1 })}
\` }`))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^dln: .*what was built is kept/) })
    expect(stdout).toMatch(/holds +claim +right\n +8 of 8 rows\n/)
    expect(stdout).toMatch(/fails +claim +wrong\n.*holds threw "Cannot read.*" at the row rate=0.1 step=2 value=0.8\n/)
    expect(stdout).toMatch(/fails +hypothesis asked\n.*where threw "Cannot read.*" at the row rate=0.1 step=0 value=1\n/)
    expect(readFileSync(join(folder, "reports/mine/index.html"), "utf8")).toContain("it could not be judged")
    expect(existsSync(join(folder, "reports/mine/claims.json"))).toBe(true)
  })

  it("a table of the report whose rule throws is named with the row", () =>
    expect(run(pipeline("  return { tables: {}, report: Report`${Report.table(values, { caption: \"All\", where: (row: any) => row.no.such })}` }"))).toEqual({
      code: 1, stdout: "", stderr: `dln: the where of the table "All" threw "Cannot read properties of undefined (reading 'such')" at the row rate=0.1 step=0 value=1\n`
    }))
})
