/**
 * What a source says of its own place: `import.meta.url` and its relatives.
 *
 * As the first argument of `Stage.make` it becomes the source's name. Anywhere else it keeps its meaning in the bundle:
 * the place of the source, not that of the bundle. A file that is named by `new URL("./it", import.meta.url)` or
 * `import.meta.resolve("package/it")` belongs to the code, and its content to the fingerprint of the stage that uses it.
 */
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import { type ESTree, Visitor } from "rolldown/utils"
import type { DeclaredStage } from "./declaredStages.ts"
import type { Edit } from "./editText.ts"
import type { Source } from "./Source.ts"

/** A file that belongs to the code, as a source names it. */
export interface Asset extends ESTree.Span {
  /** Relative to the source where it starts with a dot, else within a package. */
  readonly path: string
  /** Whether the expression gives a `URL`, or its text. */
  readonly form: "URL" | "text"
}

export interface ModuleUrls {
  readonly assets: ReadonlyArray<Asset>
  /** Every other use, with what it means. */
  readonly places: ReadonlyArray<Edit>
}

export const moduleUrls = (source: Source, stages: ReadonlyArray<DeclaredStage>): ModuleUrls => {
  if (!source.text.includes("import.meta")) return { assets: [], places: [] }
  const urls = known.get(stages) ?? found(source, stages)
  known.set(stages, urls)
  return urls
}

/** By the stages of a source that did not change, which is walked once. */
const known = new WeakMap<ReadonlyArray<DeclaredStage>, ModuleUrls>()

const found = (source: Source, stages: ReadonlyArray<DeclaredStage>): ModuleUrls => {
  const assets: Array<Asset> = []
  const seen = new Set(stages.map(({ url }) => url.start))
  new Visitor({
    CallExpression({ arguments: [path], callee, end, start }) {
      if (!isMeta(callee, "resolve") || !isText(path)) return
      assets.push({ path: path.value, form: "text", start, end })
    },
    NewExpression({ arguments: [path, place], callee, end, start }) {
      if (callee.type !== "Identifier" || callee.name !== "URL") return
      if (!isText(path) || place === undefined || !isModuleUrl(place)) return
      seen.add(place.start)
      assets.push({ path: path.value.startsWith(".") ? path.value : `./${path.value}`, form: "URL", start, end })
    }
  }).visit(source.program)
  return { assets, places: placesIn(source.file, source.program).filter(({ start }) => !seen.has(start)) }
}

/** Every `import.meta.url`, with what it means in this file, and the like. */
export const placesIn = (file: string, program: ESTree.Program): ReadonlyArray<Edit> => {
  const meaning = new Map<string, string | boolean>([
    ["url", pathToFileURL(file).href],
    ["dirname", dirname(file)],
    ["filename", file],
    ["main", false]
  ])
  const places: Array<Edit> = []
  new Visitor({
    MemberExpression({ end, object, property, start }) {
      if (object.type === "MetaProperty" && property.type === "Identifier" && meaning.has(property.name)) {
        places.push({ start, end, text: JSON.stringify(meaning.get(property.name)) })
      }
    }
  }).visit(program)
  return places
}

export const isModuleUrl = (node: ESTree.Node): boolean => isMeta(node, "url")

const isMeta = (node: ESTree.Node, name: string): boolean =>
  node.type === "MemberExpression" && node.object.type === "MetaProperty"
  && node.property.type === "Identifier" && node.property.name === name

const isText = (node: ESTree.Node | undefined): node is ESTree.StringLiteral =>
  node?.type === "Literal" && typeof node.value === "string"
