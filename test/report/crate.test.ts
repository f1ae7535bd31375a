/** The description of a report for machines: what RO-Crate 1.1 asks for, checked against its own JSON-LD context. */
import { describe, expect, it } from "vitest"
import { type Contents, crate } from "../../src/report/crate.ts"
import { type Crate, type Entity, problems } from "./crateProblems.ts"

const contents: Contents = {
  name: "rank-patterns",
  about: "do they?",
  files: [{ path: "index.html", address: "ab", bytes: 7 }, { path: "tables/löss 100%.csv", about: "losses" }],
  folders: [{ path: "cache/", about: "results" }],
  params: [{ name: "seeds", value: "4", about: "how many" }, { name: "x", value: "{\"a\":[1,null]}", about: "" }],
  verdicts: [{ name: "it holds", kind: "claim", verdict: "holds", evidence: "3 of 3 rows" }],
  run: {
    run: "1", command: "dln run rank-patterns", started: "2026-01-01T00:00:00.000Z", finished: "2026-01-01T00:00:09.000Z", host: "here",
    node: "v26.10.0", backend: "js", threads: 2, version: "0.1.0", program: "cd", error: undefined
  }
}
const made = (changes: Partial<Contents> = {}): Crate => JSON.parse(crate({ ...contents, ...changes }))
const entity = (crate: Crate, id: string): Entity => crate["@graph"].find((entity) => entity["@id"] === id)!

describe("ro-crate-metadata.json", () => {
  it("is a valid RO-Crate 1.1 of types and properties that its context knows", () => expect(problems(made())).toEqual([]))

  it("is one of an empty run and of a failed one, too", () => {
    expect(problems(made({ files: [], folders: [], params: [], verdicts: [] }))).toEqual([])
    const failed = made({ run: { ...contents.run, error: "1 stage failed" } })
    expect(problems(failed)).toEqual([])
    expect(entity(failed, "#run")).toMatchObject({ actionStatus: { "@id": "http://schema.org/FailedActionStatus" }, error: "1 stage failed" })
  })

  it("says what made which files, of what, when and where", () => {
    expect(entity(made(), "#run")).toMatchObject({
      "@type": "CreateAction",
      description: "dln run rank-patterns",
      startTime: "2026-01-01T00:00:00.000Z",
      endTime: "2026-01-01T00:00:09.000Z",
      result: [{ "@id": "index.html" }, { "@id": "tables/löss%20100%25.csv" }, { "@id": "cache/" }]
    })
    expect(entity(made(), "#parameter-2")).toEqual({ "@id": "#parameter-2", "@type": "PropertyValue", name: "x", value: "{\"a\":[1,null]}" })
    expect(entity(made(), "#computer")).toMatchObject({ name: "here", description: "2 threads, js kernel" })
    expect(entity(made(), "index.html")).toMatchObject({ encodingFormat: "text/html", contentSize: "7", identifier: "sha256:ab" })
  })

  it.each<readonly [string, (crate: any) => void, RegExp]>([
    ["an unknown property", (crate) => { crate["@graph"][1].seconds = 3 }, /no property seconds/],
    ["an unknown type", (crate) => { crate["@graph"][2]["@type"] = "Figure" }, /no type Figure/],
    ["a file that is no part", (crate) => { crate["@graph"][1].hasPart.pop() }, /every file and folder/],
    ["a reference to nothing", (crate) => { crate["@graph"][1].mentions.push({ "@id": "#nothing" }) }, /#nothing is not described/],
    ["no licence", (crate) => { delete crate["@graph"][1].license }, /licence/],
    ["a value that is nested", (crate) => { crate["@graph"][1].author = { name: "me" } }, /author is nested/],
    ["two entities of one id", (crate) => { crate["@graph"].push(crate["@graph"][2]) }, /an id of its own/]
  ])("would be found wrong with %s", (_, spoil, expected) => {
    const spoilt = made()
    spoil(spoilt)
    expect(problems(spoilt).join("\n")).toMatch(expected)
  })
})
