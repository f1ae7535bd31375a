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
