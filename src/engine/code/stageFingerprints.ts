/**
 * The fingerprints of all stages of a program: of each, the hash of everything that its results may depend on beside
 * parameters and inputs.
 */
import type { Anatomy } from "./Anatomy.ts"
import { anatomyOf } from "./anatomyOf.ts"
import type { DeclaredStage } from "./declaredStages.ts"
import { digestOfFields, fields } from "./digest.ts"
import type { EditedSource } from "./EditedSource.ts"
import { isMachinery, isOwn, isReference, kernel } from "./Home.ts"
import { type HashedBundle, hashedBundle } from "./hashedBundle.ts"
import { refuseChosenCode, refuseWorld } from "./outsideWorld.ts"
import { packageOf } from "./packageVersions.ts"
import type { Program } from "./Program.ts"
import { BrokenSource, lineOf } from "./Source.ts"

/** Raised where the engine changes what a stage sees of it: every stage gets a new fingerprint. */
export const format = 1

export interface FingerprintedStage {
  /** The name of its module, and what it is exported as. */
  readonly module: string
  readonly export: string
  readonly fingerprint: string
}

export interface Options {
  /** Node's major version. */
  readonly node: string
  /** Fingerprints by the digests of what they were made from: for these nothing is bundled. */
  readonly known: Map<string, string>
  /** Hears of each fingerprint that is made what it was made of. */
  readonly keep?: (fingerprint: string, anatomy: Anatomy) => void
}

/** By the names of the stages. */
export const stageFingerprints = async (
  program: Program,
  options: Options
): Promise<ReadonlyMap<string, FingerprintedStage>> => {
  const isPart = (file: string) => !isMachinery(program.graph.home, file)
  const stages = allStages(program)
  for (const { source } of program.edited.values()) if (isPart(source.file)) refuseChosenCode(source)
  const before = acting(program).length === 0 ? [] : program.roots.filter(isPart)
  const reached = reaching(program)
  return new Map(await Promise.all(stages.map(async ({ one, stage }) => {
    const sources = reached([...before, one.source.file])
    const from = digestOfFields("sources", one.source.id, stage.export, ...made(program, sources, options))
    const fingerprint = options.known.get(from) ?? await fingerprintOf(program, before, one, stage, sources, options)
    options.known.set(from, fingerprint)
    return [stage.name, { module: one.source.id, export: stage.export, fingerprint }] as const
  })))
}

const fingerprintOf = async (
  program: Program,
  before: ReadonlyArray<string>,
  one: EditedSource,
  stage: DeclaredStage,
  sources: ReadonlyArray<EditedSource>,
  options: Options
): Promise<string> => {
  const entry = [
    ...before.map((file) => `import ${JSON.stringify(file)}`),
    `export { ${stage.export} as stage } from ${JSON.stringify(one.source.file)}`
  ].join("\n")
  const alone = await hashedBundle(program, entry, (other) => other === stage)
  // Through these a stage could reach the code of another: then that is part of its own.
  const bundle = /\b(definition|origin|made)\b/.test(alone.code) ? await hashedBundle(program, entry, () => true) : alone
  refuseWorld(stage, bundle, sources)
  const rests = environment(program, bundle, options)
  const fingerprint = digestOfFields("fingerprint", ...rests, bundle.code)
  options.keep?.(fingerprint, anatomyOf(bundle.modules, told(rests)))
  return fingerprint
}

/** What a bundle rests on, beside its own code. */
const environment = (
  { door, versions }: Program,
  { kernel, packages }: HashedBundle,
  { node }: Options
): ReadonlyArray<string> => [
  String(format),
  node,
  kernel ? door!.revision : "",
  [...new Set(packages.flatMap((file) => versions.of(packageOf(file))))].sort().join("\n")
]

/** The same by names. */
const told = ([format, node, kernel, packages]: ReadonlyArray<string>): Anatomy["environment"] => ({
  "the engine's format": format!,
  Node: node!,
  ...(kernel !== "" && { "the kernel's revision": kernel! }),
  ...Object.fromEntries(packages!.split("\n").filter((one) => one !== "").map((one) => {
    const [, name, version] = /^(.+?)@(.*)/.exec(one) ?? [one, one, ""]
    return [name!, version!]
  }))
})

/**
 * The user's sources that do more than declare: `config.rate = 2` on a line of its own. They may reach every stage,
 * whether it imports them or not, and so they are bundled with each, after which only what it sees of them is left.
 */
export const acting = ({ edited, graph }: Program): ReadonlyArray<EditedSource> =>
  [...edited.values()].filter(({ source }) => !isOwn(graph.home, source.file) && source.program.body.some(acts))

const acts = (statement: EditedSource["source"]["program"]["body"][number]): boolean =>
  !/^(Import|Export|TS|Empty)|Declaration$/.test(statement.type)
  && !("directive" in statement && statement.directive !== null)

interface Found {
  readonly one: EditedSource
  readonly stage: DeclaredStage
}

const allStages = ({ edited }: Program): ReadonlyArray<Found> => {
  const stages = [...edited.values()].flatMap((one) => one.stages.map((stage) => ({ one, stage })))
  const byName = Map.groupBy(stages, ({ stage }) => stage.name)
  for (const [name, [first, second]] of byName) {
    if (second === undefined) continue
    const line = ({ one, stage }: Found) => lineOf(one.source.text, stage.start)
    const problem = `a stage is called "${name}" here and in ${first!.one.source.file}:${line(first!)}; rename one of them`
    throw new BrokenSource(second.one.source.file, line(second), problem)
  }
  return stages
}

/**
 * Tells the sources that a bundle of some files may be made from; behind the kernel's door lie all definitions. What each
 * source leads to is found once.
 */
const reaching = ({ edited, graph }: Program) => {
  const references = [...graph.sources.keys()].filter((file) => isReference(graph.home, file))
  const door = kernel(graph.home)
  const next = new Map<string, ReadonlyArray<string>>()
  const nextOf = (file: string): ReadonlyArray<string> => {
    const found = next.get(file) ?? (file === door ? references : importsOf(file)).filter((one) => !isMachinery(graph.home, one))
    next.set(file, found)
    return found
  }
  const importsOf = (file: string) => graph.sources.get(file)!.imports.flatMap(({ specifier }) => {
    const target = graph.resolve(file, specifier)
    return target._tag === "Source" ? [target.file] : []
  })
  return (files: ReadonlyArray<string>): ReadonlyArray<EditedSource> => {
    const found = new Set(files)
    for (const file of found) for (const one of nextOf(file)) found.add(one)
    return Array.from(found, (file) => edited.get(file)!)
  }
}

/** What a fingerprint is made from: while this is the same, so is that. */
const made = (
  { door, graph, versions }: Program,
  sources: ReadonlyArray<EditedSource>,
  { node }: Options
): ReadonlyArray<string> => [
  String(format),
  node,
  door?.revision ?? "",
  ...sources.map(({ contents, source }) => fields(source.id, source.stamp.sha256, ...contents)).sort(),
  ...new Set(sources.flatMap(({ source: { file, imports } }) => imports.flatMap(({ specifier }) => {
    const target = graph.resolve(file, specifier)
    return target._tag === "Package" ? versions.of(packageOf(target.file)) : []
  })).sort())
]
