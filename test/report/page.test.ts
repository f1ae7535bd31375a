/** The page as text: what stands in it, what is shown and not run, where its anchors lead. */
import { assert, describe, it } from "@effect/vitest"
import type { Block, Made, Run } from "../../src/report/page/Content.ts"
import { html } from "../../src/report/page/html.ts"
import { typesetter } from "../../src/report/page/prose.ts"
import { plainText } from "../../src/report/plainText.ts"

const run: Run = { pipeline: "balance", preset: "quick", command: "dln run balance", params: [{ name: "seeds", value: "4", about: "number of runs" }] }
const made: Made = { address: "abc", stages: [{ stage: "train", fingerprint: "0123456789abcdef", params: "rate = 0.1", calls: 3 }] }
const svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" viewBox=\"0 0 100 50\" role=\"img\"><path d=\"M0 0L9 9\" stroke=\"#440154\"/></svg>\n"
const prose = (markdown: string): Block => ({ _tag: "Prose", markdown })
const figure = (number: number, caption: string): Block => ({ _tag: "Figure", number, caption, conditions: "4 seeds.", made })
const table = (rows: ReadonlyArray<ReadonlyArray<string>>, columns = ["name", "value"]): Block =>
  ({ _tag: "Table", number: 1, caption: "Some rows.", conditions: "", made, columns, rows, links: {}, total: 100 })
const page = (blocks: ReadonlyArray<Block>): string => html(run, blocks, blocks.filter(({ _tag }) => _tag === "Figure").map(() => svg))

/** What a browser would show of some HTML, tags taken out. */
const shown = (markup: string): string =>
  markup.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

describe("a page", () => {
  it("shows markup in a cell, a caption, prose, a name or a parameter as text", () => {
    const evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    const markup = html({ ...run, command: evil, params: [{ name: evil, value: evil, about: evil }] }, [
      prose(`# ${evil}\n\nText ${evil}\n\n${evil}`),
      figure(1, evil),
      table([[evil, "1"]], [evil, "x"]),
      { _tag: "Missing", kind: "Figure", number: 2, caption: evil, why: evil },
      { _tag: "Verdict", number: 1, kind: "claim", name: evil, verdict: "fails", evidence: evil, counterexamples: [{ [evil]: evil }] }
    ], [svg])
    assert.notMatch(markup, /<script|<img/)
    assert.isAtLeast(shown(markup).split("<script>alert(1)</script>").length, 12)
  })

  it("refers to nothing outside: no script, no picture, no style, no link that runs code", () => {
    const markup = page([
      prose("# T\n\n![a picture](https://example.org/a.png) [run](javascript:alert(1)) [data](data:text/html,x) [good](https://example.org) [next](#t)"),
      figure(1, "A figure.")
    ])
    assert.notMatch(markup, /<script|<img|<iframe|javascript:|data:text|@import/)
    const sources = [...markup.matchAll(/\b(?:src|href)="([^"]*)"|url\(([^)]{0,20})/g)].map(([, attribute, url]) => attribute ?? url!)
    for (const source of sources)
      assert.match(source, /^(#[\w-]+|data:,|data:font\/woff2?;|https:\/\/example\.org|figures\/figure-1\.(svg|pdf|png))/)
    assert.include(markup, "default-src 'none'")
  })

  it("sets the names of columns, and leads from a cell to where its text is said to lead", () => {
    const markup = page([prose("# T"), figure(1, "One."), { ...table([["rank", "1"]], ["an aspect", "$d_r$"]), links: { rank: "#figure-1" } } as Block])
    assert.include(markup, '<td><a href="#figure-1">rank</a></td>')
    assert.match(markup, /<th scope="col" class="number"><span class="katex">/)
  })

  it("has each anchor once, and every link within it leads to one", () => {
    const markup = page([
      prose("# Title\n\n## Same\n\n### Same\n\n## Figure 1\n\n## Report\n\n## $\\eta$\n\n## !"),
      figure(1, "One."),
      figure(2, "Two."),
      prose("## Same"),
      { _tag: "Verdict", number: 1, kind: "hypothesis", name: "It holds", verdict: "supported", evidence: "3 of 3", counterexamples: [] },
      table([["a", "1"]])
    ])
    const ids = [...markup.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id!)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const [, target] of markup.matchAll(/href="#([^"]*)"/g)) assert.include(ids, target)
    for (const id of ["same", "same-2", "same-3", "figure-1", "figure-1-2", "figure-2", "table-1", "verdict-1", "how-this-was-made"])
      assert.include(ids, id)
  })

  it("names a figure for who cannot see it, says its conditions, and how it was made", () => {
    const markup = page([prose("# T"), figure(1, "The loss $\\ell$ at $\\eta^2$ of *GD*. More."), figure(2, "\"Quoted\" & <b>.")])
    assert.include(markup, "aria-label=\"Figure 1. The loss ℓ at η² of GD.\"")
    assert.include(markup, "aria-label=\"Figure 2. &#34;Quoted&#34; &#38; &#60;b&#62;.\"")
    assert.include(markup, "4 seeds.</span>")
    for (const part of ["rate = 0.1", "0123456789ab", "dln run balance", "figures/figure-2.pdf"]) assert.include(markup, part)
  })

  it("numbers what is missing too, and gives every figure its own drawing", () => {
    const blocks: ReadonlyArray<Block> = [
      { _tag: "Missing", kind: "Figure", number: 1, caption: "Lost.", why: "the disk is full" },
      figure(2, "Second."),
      figure(3, "Third.")
    ]
    const markup = html(run, blocks, ["<svg class=\"second\" viewBox=\"0 0 1 1\"/>", "<svg class=\"third\" viewBox=\"0 0 1 1\"/>"])
    assert.match(markup, /id="figure-1" class="missing"[\s\S]*the disk is full[\s\S]*id="figure-2"[\s\S]*class="second"[\s\S]*id="figure-3"[\s\S]*class="third"/)
  })

  it("says where a table was cut, and sets columns of numbers flush right", () => {
    const markup = page([table([["a", "−1.5e−3"], ["b", "–"]])])
    assert.include(markup, "The first 2 of 100 rows.")
    assert.match(markup, /<td>a<\/td><td class="number">−1.5 × 10<sup>−3<\/sup><\/td>/)
    assert.include(page([table([])]), "no rows")
  })

  it("of no block at all is still a page with a heading", () => {
    assert.match(page([]), /<h1>balance<\/h1>/)
    assert.match(page([]), /<title>balance<\/title>/)
  })

  it("has a heading of its own where the report has none of the first level only", () => {
    assert.strictEqual(page([prose("# Mine")]).match(/<h1/g)!.length, 1)
    assert.strictEqual(page([prose("## Mine")]).match(/<h1/g)!.length, 1)
  })

  it("holds the typefaces that it needs and no more", () => {
    const plain = page([prose("# T\n\nNo maths.")])
    assert.strictEqual(plain.match(/@font-face/g)!.length, 3)
    assert.isBelow(plain.length, 150_000)
    const maths = page([prose("# T\n\n$W_L$")])
    assert.include(maths, "font-family:KaTeX_Main")
  })

  it("is the same bytes each time", () =>
    assert.strictEqual(page([prose("# T"), figure(1, "One.")]), page([prose("# T"), figure(1, "One.")])))
})

describe("prose", () => {
  const { inline, prose } = typesetter([])

  it("sets maths between dollars, and a dollar that is escaped as one", () => {
    assert.include(inline("$W_2W_1$"), "<math")
    assert.strictEqual(inline("5 \\$ and 6 \\$"), "5 $ and 6 $")
    assert.include(prose("$$\\sum_i s_i$$\n"), "katex-display")
  })

  it("shows maths that it cannot read instead of failing", () => assert.include(inline("$\\nonsense{$"), "katex-error"))

  it("keeps maths as it is where Markdown would see emphasis", () => assert.include(inline("$a_i b_i * c * d$"), "a_i b_i * c * d"))
})

describe("plain text", () => {
  it("reads maths as one would say it", () => {
    assert.strictEqual(plainText("Every $G_l' - G_l = \\eta^2(g_l g_l^\\top)$ to *round-off*"), "Every G_l' − G_l = η²(g_l g_lᵀ) to round-off")
    assert.strictEqual(plainText("$\\tfrac{1}{2n} \\hat s_1 \\le 3$, 5 \\$, `code`"), "1/2n s\u0302_1 ≤ 3, 5 $, code")
  })
})
