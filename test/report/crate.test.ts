/** The description of a report for machines: what RO-Crate 1.1 asks for, checked against its own JSON-LD context. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type Contents, crate } from "../../src/report/crate.ts"

/** Public domain: https://w3id.org/ro/crate/1.1/context */
const context: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL("./ro-crate-1.1-context.json", import.meta.url), "utf8"))["@context"]

type Entity = Readonly<Record<string, any>>
interface Crate {
  readonly "@context": string
  readonly "@graph": ReadonlyArray<Entity>
}

/** What is wrong with a crate, by the rules of RO-Crate 1.1 for a valid one. */
export const problems = (crate: Crate): ReadonlyArray<string> => {
  const { "@graph": graph } = crate
  const byId = new Map(graph.map((entity) => [entity["@id"], entity]))
  const descriptor = byId.get("ro-crate-metadata.json")
  const root = byId.get("./")
  const typesOf = (entity: Entity): ReadonlyArray<string> => [entity["@type"]].flat()
  const references = (value: unknown): ReadonlyArray<string> => {
    if (Array.isArray(value)) return value.flatMap(references)
    return typeof value === "object" && value !== null ? [(value as Entity)["@id"]] : []
  }
  const outside = /^https?:\/\/(schema\.org|w3id\.org)\//
  const data = graph.filter((entity) => entity !== root && typesOf(entity).some((type) => type === "File" || type === "Dataset"))
  const checks: ReadonlyArray<readonly [string, boolean]> = [
    ["the context is that of RO-Crate 1.1", crate["@context"] === "https://w3id.org/ro/crate/1.1/context"],
    ["each entity has an id of its own", byId.size === graph.length],
    ["the descriptor is a CreativeWork about ./ that conforms to 1.1", descriptor?.["@type"] === "CreativeWork" && descriptor["about"]?.["@id"] === "./" && descriptor["conformsTo"]?.["@id"] === "https://w3id.org/ro/crate/1.1"],
    ["the root is a Dataset with a name, a description and a licence", root?.["@type"] === "Dataset" && ["name", "description"].every((name) => typeof root[name] === "string" && root[name] !== "") && byId.get(root["license"]?.["@id"])?.["@type"] === "CreativeWork"],
    ["the root has an ISO date", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(root?.["datePublished"])],
    ["every file and folder is a part of the root", data.every((entity) => references(root?.["hasPart"]).includes(entity["@id"]))]
  ]
  return [
    ...checks.flatMap(([rule, holds]) => holds ? [] : [rule]),
    ...graph.flatMap((entity) => [
      ...typesOf(entity).filter((type) => context[type] === undefined).map((type) => `no type ${type}`),
      ...Object.keys(entity).filter((key) => !key.startsWith("@") && context[key] === undefined).map((key) => `no property ${key}`),
      ...Object.values(entity).flatMap(references).filter((id) => !byId.has(id) && !outside.test(id)).map((id) => `${id} is not described`),
      ...(/[\s"<>\\^`{|}]/.test(entity["@id"]) || !URL.canParse(entity["@id"], "https://example.org/") ? [`${entity["@id"]} is no URI`] : []),
      ...(entity["@id"].startsWith("./") && entity !== root ? [`${entity["@id"]} is not relative to the root`] : []),
      ...Object.entries(entity).flatMap(([key, value]) => typeof value === "object" && !Array.isArray(value) && Object.keys(value).join() !== "@id" ? [`${key} is nested`] : [])
    ])
  ]
}

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
