import * as Effect from "effect/Effect"
import { assert, describe, it } from "@effect/vitest"
import { Figures } from "../../src/report/latex/Figures.ts"
import { cell, escape, inline } from "../../src/report/latex/markup.ts"
import { latexTable } from "../../src/report/latex/table.ts"

/** Whether each brace that is no character is closed. */
const balanced = (latex: string): boolean => {
  const depths = [...latex.replace(/\\\\|\\[{}]/g, "").matchAll(/[{}]/g)].reduce<ReadonlyArray<number>>((depths, [brace]) =>
    [...depths, (depths.at(-1) ?? 0) + (brace === "{" ? 1 : -1)], [])
  return Math.min(0, ...depths) === 0 && (depths.at(-1) ?? 0) === 0
}

describe("text in LaTeX", () => {
  it("is shown and never run", () => {
    assert.strictEqual(escape("50 % & $5_a^b #1 {x} ~ \\input{secrets}"), "50 \\% \\& \\$5\\_a\\textasciicircum{}b \\#1 \\{x\\} \\textasciitilde{} \\textbackslash{}input\\{secrets\\}")
    assert.strictEqual(cell("\\input{secrets}"), "\\textbackslash{}input\\{secrets\\}")
    assert.strictEqual(inline("a \\input{secrets} `\\write18` <b>"), "a \\textbackslash{}input\\{secrets\\} \\texttt{\\textbackslash{}write18} <b>")
  })

  it("keeps maths and Markdown's emphasis", () =>
    assert.strictEqual(inline("*Rank* $r_{ij} > \\varepsilon$ at **5 %**, `d_r`"), "\\emph{Rank} $r_{ij} > \\varepsilon$ at \\textbf{5 \\%}, \\texttt{d\\_r}"))

  it("has letters and signs that LaTeX reads", () => {
    assert.strictEqual(escape("ε ≤ 10 − é “x” – …"), "$\\varepsilon$ $\\le$ 10 $-$ é “x” – …")
    assert.strictEqual(escape("a\u0000\nb"), "a  b")
  })

  it("has numbers as maths, whatever their size", () => {
    assert.deepStrictEqual(["12", "−0.5", "1.5e−7", "−3e12", "∞", "−∞", "–", "NaN", "yes"].map(cell),
      ["$12$", "$-0.5$", "$1.5 \\times 10^{-7}$", "$-3 \\times 10^{12}$", "$\\infty$", "$-\\infty$", "–", "NaN", "yes"])
  })
})

describe("a table in LaTeX", () => {
  const table = (rows: ReadonlyArray<ReadonlyArray<string>>, columns = ["name", "d_r"]) =>
    latexTable({ caption: "Distance $d_r$.", label: "tab:a-1", columns, rows, total: 50 })

  it("has booktabs' lines, a label, numbers flush right, and says what was cut", () => {
    const latex = table([["a & b", "1.5"], ["c", "–"]])
    for (const part of ["\\toprule", "\\midrule", "\\bottomrule", "\\label{tab:a-1}", "{tabular}{lr}", "name & d\\_r \\\\", "a \\& b & $1.5$ \\\\", "The first 2 of 50 rows."])
      assert.include(latex, part)
    assert.notInclude(latex, "|")
    assert.isTrue(balanced(latex))
  })

  it("spans both columns of a page where it has many", () => {
    assert.include(table([], ["a", "b"]), "\\begin{table}[tbp]")
    assert.include(table([], [..."abcdefghijkl"]), "\\begin{table*}[tbp]")
  })

  it("of no row, or of braces and backslashes, is whole", () => {
    assert.include(table([]), "\\multicolumn{2}{l}{no rows}")
    for (const rows of [[], [["}\\end{table}", "{"]], [["\\", "%"]]]) assert.isTrue(balanced(table(rows)))
  })
})

describe("figures.tex", () => {
  it("includes each figure at its width, with caption and label", () => {
    const svg = (width: number, height = 100) => new TextEncoder().encode(`<svg viewBox="0 0 ${width} ${height}"></svg>`)
    const captions = [{ number: 1, caption: "One & $x_1$." }, { number: 3, caption: "Three." }]
    const bytes = Effect.runSync(Figures.definition.run({ pipeline: "balance", captions }, { figures: [svg(234), svg(486, 2000)] }) as Effect.Effect<Uint8Array>)
    const latex = new TextDecoder().decode(bytes)
    assert.match(latex, /\\begin\{figure\}[^]*\\includegraphics\{\\figurefolder figures\/figure-1\.pdf\}[^]*\\caption\{One \\& \$x_1\$\.\}[^]*\\label\{fig:balance-1\}[^]*\\end\{figure\}/)
    assert.match(latex, /\\begin\{figure\*\}[^]*\[height=0\.85\\textheight\]\{\\figurefolder figures\/figure-3\.pdf[^]*\\label\{fig:balance-3\}/)
    assert.isTrue(balanced(latex.replace(/^%.*$/gm, "")))
  })
})
