/** The README says what is there. */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const readme = readFileSync("README.md", "utf8")

describe("README.md", () => {
  it("shows the main pipeline whole", () => expect(readme).toContain(readFileSync("pipelines/rank-patterns.ts", "utf8").trimEnd()))
  it("lists every pipeline with the question that it asks", () => {
    const pipelines = readdirSync("pipelines").map((file) => file.replace(/\.ts$/, ""))
    expect([...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]).toSorted()).toEqual(pipelines.toSorted())
  })
  it("names files that exist", () => {
    const named = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!)
    expect(named.length).toBeGreaterThan(0)
    for (const file of named) expect(readFileSync(file).length).toBeGreaterThan(0)
  })
})
