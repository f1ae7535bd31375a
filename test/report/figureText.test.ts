import { assert, describe, it } from "@effect/vitest"
import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import { parse, WrongLabel } from "../../src/report/figure/Markup.ts"
import { numberText, numberTexts, shifted } from "../../src/report/figure/numberText.ts"
import { characters, fit, placed, plain, width, wrap } from "../../src/report/figure/Text.ts"
import { advanceIn, advancesModule } from "./fontAdvances.ts"

const look = (label: string) =>
  parse(label).map(
    ({ rise, style, text }) =>
      `${text}${style === "regular" ? "" : `/${style}`}${rise === 0 ? "" : rise > 0 ? "^" : "_"}`
  )

describe("labels", () => {
  it("set letters of maths in italics, digits and function names upright", () => {
    assert.deepStrictEqual(look("time $t = 2\\eta$"), ["time ", "t/italic", "=", "2", "η/italic"])
    assert.deepStrictEqual(look("$\\log\\Delta$"), ["log", "Δ"])
    assert.deepStrictEqual(look("$\\mathrm{min} \\text{ of all}$"), ["min of all"])
    assert.deepStrictEqual(look("$\\hat{s}\\mathbf{W}$"), ["s\u0302/italic", "W/bold"])
  })

  it("raise and lower scripts, and stack two of them", () => {
    assert.deepStrictEqual(look("$10^{-3}$"), ["10", "−3^"])
    assert.deepStrictEqual(look("$\\sigma_1^2$"), ["σ/italic", "1_", "2^"])
    const [, sub, sup] = placed(parse("$\\sigma_1^2$"), 10)
    assert.strictEqual(sub!.start, sup!.start)
    const [, , after] = placed(parse("$x^2y$"), 10)
    assert.isAbove(after!.start, placed(parse("$x^2$"), 10)[1]!.end - 1e-9)
  })

  it("space relations and binary signs, but neither signs of numbers nor scripts", () => {
    const shifts = (label: string) => parse(label).map(({ shift }) => Math.round(shift * 100))
    assert.deepStrictEqual(shifts("$a=-b$"), [0, 25, 25, 0])
    assert.deepStrictEqual(shifts("$a-b$"), [0, 20, 20])
    assert.deepStrictEqual(shifts("$x^{i-j}$"), [0, 4, 0, 0])
  })

  it("keep text as it is and escape dollars", () => {
    assert.deepStrictEqual(look("a_b^c \\alpha costs \\$5"), ["a_b^c \\alpha costs $5"])
  })

  it("refuse what they do not know, naming it", () => {
    assert.throws(() => parse("$\\frac{1}{2}$"), WrongLabel, "\\frac")
    assert.throws(() => parse("$x"), WrongLabel, "does not close it")
    assert.throws(() => parse("$x_{1$"), WrongLabel, "brace")
    assert.throws(() => parse("$x}$"), WrongLabel, "brace")
    assert.throws(() => parse("$x^$"), WrongLabel, "lacks")
  })
})

describe("widths", () => {
  it("are those of the typefaces", async () => {
    await expect(advancesModule()).toMatchFileSnapshot(
      fileURLToPath(new URL("../../src/report/figure/advances.ts", import.meta.url))
    )
    assert.strictEqual(
      width(plain("Wight"), 10),
      [..."Wight"].reduce((sum, each) => sum + advanceIn(each, false, false), 0) / 100
    )
    assert.isAbove(width(plain("≤∑"), 10), 10)
  })

  it("are kept by cutting and by breaking lines", () => {
    const long = plain("the largest singular value of the end-to-end product after training")
    for (const limit of [5, 20, 60, 120, 1000]) {
      assert.isAtMost(width(fit(long, 8, limit), 8), Math.max(limit, width(plain("…"), 8)))
      for (const line of wrap(long, 8, limit)) assert.isAtMost(width(line, 8), Math.max(limit, width(plain("…"), 8)))
    }
    assert.strictEqual(wrap(long, 8, 120).map(characters).join(" "), characters(long))
    const maths = parse("$\\lambda_{\\max}$ of the Hessian")
    assert.strictEqual(wrap(maths, 8, 40).map(characters).join(" "), "λmax of the Hessian")
  })
})

describe("numbers", () => {
  const said = (value: number) =>
    numberText(value)
      .map(({ rise, text }) => (rise > 0 ? `^${text}` : text))
      .join("")

  it("read as in print", () => {
    assert.deepStrictEqual(
      [0, 7, -3, 0.25, 1 / 3, 1e-3, 1e5, 2.5e-7, -1e300, 5e-324, Infinity, -Infinity, NaN].map(said),
      ["0", "7", "−3", "0.25", "0.3333", "0.001", "10^5", "2.5×10^−7", "−10^300", "5×10^−324", "∞", "−∞", "NaN"]
    )
  })

  it("are all powers of ten where one must be", () => {
    const texts = (values: ReadonlyArray<number>) => values.map((value) => characters(numberTexts(values)(value)))
    assert.deepStrictEqual(texts([0.1, 0.01, 0.001]), ["10−1", "10−2", "10−3"])
    assert.deepStrictEqual(texts([0.1, 1, 10]), ["0.1", "1", "10"])
    assert.deepStrictEqual(texts([0.1, 0.002]), ["0.1", "0.002"])
  })

  it("are shifted by powers of ten exactly", () => {
    assert.deepStrictEqual(
      [shifted(3e-5, -5), shifted(123456, 3), shifted(1e300, 300), shifted(0, 5)],
      [3, 123.456, 1, 0]
    )
  })
})
