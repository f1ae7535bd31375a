/** The two texts of a source: what is hashed, and what runs. They differ in nothing that a result depends on. */
import { statSync } from "node:fs"
import { extname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { declaredStages, type DeclaredStage, type Meaning } from "./declaredStages.ts"
import { type Edit, editText } from "./editText.ts"
import { isMachinery, isOwn, isScience } from "./Home.ts"
import { type Asset, moduleUrls } from "./moduleUrls.ts"
import { packageOf, type PackageVersions } from "./packageVersions.ts"
import { BrokenSource, lineOf, type Source } from "./Source.ts"
import { type Stamp, stampAndRead } from "./Stamp.ts"
import { isShared, type SourceGraph } from "./SourceGraph.ts"
import { unwrapped, values } from "./values.ts"

export interface EditedSource {
  readonly source: Source
  readonly stages: ReadonlyArray<DeclaredStage>
  /** What the program bundle is made from. */
  readonly runs: string
  /** What fingerprint bundles are made from: stages are cut down to their outputs, but for those in `whole`. */
  readonly hashed: (whole: (stage: DeclaredStage) => boolean) => string
  /** What the files hold that it names, as `hashed` spells it. */
  readonly contents: ReadonlyArray<string>
  /** Those that lie beside it: a program has copies of them, as they were hashed. */
  readonly copies: ReadonlyArray<Copy>
  /** Where it speaks of its own place. */
  readonly places: ReadonlyArray<number>
}

export interface Copy {
  readonly name: string
  readonly bytes: Buffer
  readonly stamp: Stamp
}

/** The sources of a graph by their files. */
export const editedSources = (graph: SourceGraph, versions: PackageVersions): ReadonlyMap<string, EditedSource> => {
  const stages = new Map([...graph.sources].map(([file, source]) => [file, declaredStages(source, meaningIn(graph, source))]))
  return new Map([...graph.sources].map(([file, source]) => [file, editedSource(graph, versions, source, stages)]))
}

const editedSource = (
  graph: SourceGraph,
  versions: PackageVersions,
  source: Source,
  declared: ReadonlyMap<string, ReadonlyArray<DeclaredStage>>
): EditedSource => {
  const stages = declared.get(source.file)!
  const { assets, places } = moduleUrls(source, stages)
  const found = assets.map((asset) => ({ ...asset, ...assetOf(graph, versions, source, asset) }))
  const name = (text: string) => stages.map(({ url: { end, start } }) => ({ start, end, text: JSON.stringify(text) }))
  const makes = (specifier: string, imported: string | undefined) => makesValues(graph, source, declared, specifier, imported)
  // Wrapping needs the syntax of the source, so it waits until a fingerprint is really asked for.
  let wraps: ReadonlyArray<Edit> | undefined
  return {
    source,
    stages,
    runs: editText(source.text, [
      ...name(source.id),
      ...places,
      ...found.map(({ end, runs, start }) => ({ start, end, text: runs }))
    ]),
    hashed: (whole) => editText(source.text, [
      ...name("stage"),
      ...(wraps ??= isScience(graph.home, source.file) ? [] : values(source, makes)),
      ...stages.flatMap((stage) => whole(stage) ? unlimited(stage) : outputsAlone(stage)),
      ...found.flatMap(({ end, hashed, start }) => hashed === undefined ? [] : [{ start, end, text: hashed }])
    ]),
    contents: found.flatMap(({ hashed }) => hashed === undefined ? [] : [hashed]),
    copies: found.flatMap(({ copied }) => copied === undefined ? [] : [copied]),
    places: [...places, ...found.filter(({ hashed }) => hashed === undefined)].map(({ start }) => start)
  }
}

const meaningIn = (graph: SourceGraph, source: Source): Meaning => (specifier, name) => {
  const target = graph.resolve(source.file, specifier)
  if (target._tag !== "Source" || !isOwn(graph.home, target.file)) return "other"
  if (target.file.endsWith("/engine/Stage.ts")) return name === undefined ? "Stage" : name === "make" ? "make" : "other"
  return target.file.endsWith("/src/index.ts") && name === "Stage" ? "Stage" : "other"
}

/** What is imported from us or from Effect makes values when it is called, and so does a stage. */
const makesValues = (
  graph: SourceGraph,
  source: Source,
  declared: ReadonlyMap<string, ReadonlyArray<DeclaredStage>>,
  specifier: string,
  name: string | undefined
): boolean => {
  if (isShared(specifier)) return true
  const target = graph.resolve(source.file, specifier)
  return target._tag === "Source"
    && (isOwn(graph.home, target.file) || declared.get(target.file)?.some((stage) => stage.export === name) === true)
}

/** A stage is bound by others for the columns of its outputs: the rest of it is not part of their code. */
const outputsAlone = (stage: DeclaredStage): ReadonlyArray<Edit> =>
  // What is spread into it may be its outputs.
  namesIn(stage).includes(undefined) ? [] : without(stage, (name) => name !== "outputs")

/** How a stage asks to be run changes no result. */
const unlimited = (stage: DeclaredStage): ReadonlyArray<Edit> =>
  without(stage, (name) => name !== undefined && ["cpu", "memory", "retry", "timeout"].includes(name))

const propertiesOf = ({ options }: DeclaredStage) => {
  const declaration = options === undefined ? undefined : unwrapped(options)
  return declaration?.type === "ObjectExpression" ? { all: declaration.properties, end: declaration.end - 1 } : { all: [], end: 0 }
}

/** The names of its properties, `undefined` where one is computed or spread. */
const namesIn = (stage: DeclaredStage) => propertiesOf(stage).all.map((property) =>
  property.type === "Property" && !property.computed && property.key.type === "Identifier" ? property.key.name : undefined)

const without = (stage: DeclaredStage, drops: (name: string | undefined) => boolean): ReadonlyArray<Edit> => {
  const { all, end } = propertiesOf(stage)
  return namesIn(stage).flatMap((name, index) => drops(name) ? [{ start: all[index]!.start, end: all[index + 1]?.start ?? end, text: "" }] : [])
}

/** How an asset is spelt where it runs, and in fingerprints; these know nothing of folders, or of compiled kernels. */
const assetOf = (graph: SourceGraph, versions: PackageVersions, source: Source, { form, path, start }: Asset) => {
  const spell = (text: string) => form === "URL" ? `new URL(${JSON.stringify(text)})` : JSON.stringify(text)
  if (!path.startsWith(".")) {
    const target = graph.resolve(source.file, path)
    if (target._tag !== "Package") throw missing(source, start, path)
    const folder = packageOf(target.file)
    const content = `asset:${versions.of(folder).join()}${target.file.slice(folder.length)}`
    return { runs: spell(pathToFileURL(target.file).href), hashed: spell(content) }
  }
  const url = new URL(path, pathToFileURL(source.file))
  const found = statSync(url, { throwIfNoEntry: false })
  const stays = isScience(graph.home, source.file) || isMachinery(graph.home, source.file)
  if (found === undefined && !stays) throw missing(source, start, path)
  if (found?.isFile() !== true || stays) return { runs: spell(url.href) }
  const copied = stampAndRead(fileURLToPath(url))
  const name = `asset-${copied.stamp.sha256.slice(0, 16)}${extname(copied.stamp.path)}`
  return {
    runs: `new URL("./${name}", import.meta.url)${form === "URL" ? "" : ".href"}`,
    hashed: spell(`asset:${copied.stamp.sha256}`),
    copied: { ...copied, name }
  }
}

const missing = (source: Source, start: number, path: string) =>
  new BrokenSource(source.file, lineOf(source.text, start), `there is no ${path}; correct the path, or add the file`)
