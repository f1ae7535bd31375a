/** The report of a run, opened from disk in a browser as a reader opens it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { dln, small } from "../cli/dln.ts"
import * as Browsers from "./browser.ts"
import * as Poppler from "./poppler.ts"

const missing = Browsers.missing || Poppler.missing
const folder = mkdtempSync(join(tmpdir(), "dln-report-"))
const report = join(folder, "reports/rank-patterns")
const page = pathToFileURL(join(report, "index.html")).href
let browser: Browser | undefined

beforeAll(async () => {
  if (missing) return
  const { code, stderr } = dln(["run", "rank-patterns", "--cache", join(folder, "cache"), "--reports", join(folder, "reports"), ...small])
  expect(code, stderr).toBe(0)
  browser = await Browsers.launch()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Opens the report, and keeps what it asks for and complains of. */
const withPage = async <A>(options: BrowserContextOptions, act: (page: Page) => Promise<A>) => {
  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  try {
    const opened = await context.newPage()
    const asked: Array<string> = []
    const complaints: Array<string> = []
    opened.on("request", (request) => asked.push(request.url()))
    opened.on("console", (message) => complaints.push(message.text()))
    opened.on("pageerror", (error) => complaints.push(error.message))
    await opened.goto(page)
    await opened.evaluate("document.fonts.ready")
    return { result: await act(opened), asked, complaints }
  } finally {
    await context.close()
  }
}

const colorsOf = (opened: Page, selector: string): Promise<{ readonly color: string; readonly background: string }> =>
  opened.evaluate(`(({ color, backgroundColor }) => ({ color, background: backgroundColor }))(getComputedStyle(document.querySelector(${JSON.stringify(selector)})))`)

/** A property of the first element that a selector finds, as it comes out. */
const styleOf = (opened: Page, selector: string, property: string): Promise<string> =>
  opened.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)

describe.skipIf(missing)("a report", () => {
  it("opens from disk without asking for anything else, and without a complaint", async () => {
    const { asked, complaints } = await withPage({}, (opened) => opened.evaluate("scrollTo(0, document.body.scrollHeight)"))
    expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([page])
    expect(complaints).toEqual([])
  })

  it("is set in the typeface of its figures, maths in its own", async () => {
    const { result } = await withPage({}, (opened) =>
      opened.evaluate<ReadonlyArray<string>>("[...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family.replaceAll('\"', ''))"))
    expect(result).toEqual(expect.arrayContaining(["STIX Two Text", "KaTeX_Main", "KaTeX_Math"]))
  })

  it("has no serious accessibility violation, light or dark, wide or narrow", async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 400]) {
        const { result } = await withPage({ colorScheme, viewport: { width, height: 900 } }, async (opened) => {
          for (const summary of await opened.$$("summary")) await summary.evaluate((element) => element.parentElement!.setAttribute("open", ""))
          return opened.evaluate<ReadonlyArray<{ readonly id: string; readonly impact: string; readonly nodes: ReadonlyArray<{ readonly html: string }> }>>(
            `${axe}; axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`
          )
        })
        const serious = result.filter(({ impact }) => impact === "serious" || impact === "critical")
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([])
      }
    }
  })

  it("leads from its contents to each section and verdict", async () => {
    await withPage({}, async (opened) => {
      const links = await opened.$$("nav a")
      expect(links.length).toBeGreaterThan(4)
      for (const link of links) {
        await link.click()
        const hash = decodeURIComponent(new URL(opened.url()).hash)
        const top = await opened.$eval(`[id="${hash.slice(1)}"]`, (element) => element.getBoundingClientRect().top)
        expect(top, hash).toBeLessThan(900)
        expect(top, hash).toBeGreaterThan(-1)
      }
    })
  })

  it("is dark where the reader's screen is, figures too", async () => {
    const { result: dark } = await withPage({ colorScheme: "dark" }, (opened) => colorsOf(opened, "body"))
    const { result: light } = await withPage({ colorScheme: "light" }, (opened) => colorsOf(opened, "body"))
    expect(dark.background).toBe("rgb(22, 24, 26)")
    expect(light.background).toBe("rgb(255, 255, 255)")
    const { result } = await withPage({ colorScheme: "dark" }, async (opened) => ({
      text: await styleOf(opened, ".figure text", "fill"),
      line: await styleOf(opened, ".figure [stroke='#0072b2']", "stroke"),
      paper: await styleOf(opened, ".figure .paper", "fill")
    }))
    expect(result).toEqual({ text: dark.color, line: "rgb(74, 168, 224)", paper: "none" })
  })

  it("prints on white, without its contents, each figure whole", async () => {
    const { result } = await withPage({ colorScheme: "dark" }, async (opened) => {
      await opened.emulateMedia({ media: "print" })
      return { colors: await colorsOf(opened, "body"), nav: await opened.isVisible("nav"), pdf: await opened.pdf({ format: "A4", preferCSSPageSize: true }) }
    })
    expect(result.colors).toEqual({ color: "rgb(27, 27, 26)", background: "rgb(255, 255, 255)" })
    expect(result.nav).toBe(false)
    expect(Poppler.fontsOf(result.pdf).join("\n")).toMatch(/STIXTwoText/)
    expect(Poppler.rasterOf(result.pdf).pixels.some((value) => value < 100)).toBe(true)
  })

  it("is read by keyboard: skips to the text, opens how a figure was made, scrolls a wide table", async () => {
    await withPage({ viewport: { width: 500, height: 900 } }, async (opened) => {
      const focused = () => opened.evaluate<string>("(({ tagName, className, id }) => `${tagName} ${className || id}`)(document.activeElement)")
      await opened.keyboard.press("Tab")
      expect(await focused()).toBe("A skip")
      expect(await opened.$eval(".skip", (element) => element.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0)
      await opened.keyboard.press("Enter")
      expect(await focused()).toBe("MAIN report")
      await opened.focus("#figure-1 summary")
      await opened.keyboard.press("Enter")
      expect(await opened.$eval("#figure-1 details", (element) => element.hasAttribute("open"))).toBe(true)
      await opened.focus("#table-2 .scroll")
      await opened.keyboard.press("ArrowRight")
      await expect.poll(() => opened.$eval("#table-2 .scroll", ({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0)
    })
  })

  it("fits a narrow screen", async () => {
    const { result } = await withPage({ viewport: { width: 360, height: 700 } }, (opened) =>
      opened.evaluate<number>("document.documentElement.scrollWidth"))
    expect(result).toBeLessThanOrEqual(360)
  })

  it("names each figure to who cannot see it", async () => {
    const { result } = await withPage({}, (opened) =>
      opened.$$eval("svg[role=img]", (drawings) => drawings.map((drawing) => drawing.getAttribute("aria-label") ?? "")))
    expect(result.length).toBeGreaterThan(5)
    result.forEach((name, index) => expect(name).toMatch(new RegExp(`^Figure ${index + 1}\\. .{20}`)))
  })
})
