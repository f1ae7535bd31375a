/** The rules of RO-Crate 1.1 for a valid description, and its own JSON-LD context: https://www.researchobject.org/ro-crate/specification/1.1 */
import { readFileSync } from "node:fs"

/** Public domain: https://w3id.org/ro/crate/1.1/context */
const context: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL("./ro-crate-1.1-context.json", import.meta.url), "utf8"))["@context"]

export type Entity = Readonly<Record<string, any>>
export interface Crate {
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
