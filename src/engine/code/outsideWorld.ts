/**
 * What a stage may not do, since its result would then depend on what no key knows.
 *
 * Code that is chosen while it runs is refused wherever it stands. Reading files, the environment or the network is
 * refused where a stage really uses it: the rest of its module is free to.
 */
import { type ESTree, parseSync, Visitor } from "rolldown/utils"
import type { DeclaredStage } from "./declaredStages.ts"
import type { EditedSource } from "./EditedSource.ts"
import type { HashedBundle } from "./hashedBundle.ts"
import { Refusal } from "./Refusal.ts"
import { BrokenSource, lineOf, type Source } from "./Source.ts"

/** Refuses `import(name)`, `require`, `eval` and `new Function`. */
export const refuseChosenCode = (source: Source): void => {
  const { file, text } = source
  const refuse = ({ start }: ESTree.Span, what: string): never => {
    const problem = `${what} runs code that cannot be known before; import it by a literal name`
    throw new BrokenSource(file, lineOf(text, start), problem)
  }
  if (!/\b(import\s*\(|require\b|eval\b|Function\b)/.test(text)) return
  const isPlain = (node: ESTree.Node) =>
    node.type === "Literal" || node.type === "TemplateLiteral" && node.expressions.length === 0
  new Visitor({
    ImportExpression(node) {
      if (!isPlain(node.source)) refuse(node, `import(${text.slice(node.source.start, node.source.end)})`)
    },
    CallExpression(node) {
      const { callee } = node
      if (callee.type === "Identifier" && /^(require|eval|Function)$/.test(callee.name)) refuse(node, `${callee.name}(…)`)
    },
    NewExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "Function") refuse(node, "new Function(…)")
    }
  }).visit(source.program)
}

/** Modules of Node that compute, and read nothing. */
const computing = new Set([
  "assert", "assert/strict", "buffer", "crypto", "events", "path", "path/posix", "querystring", "string_decoder", "url",
  "util", "util/types", "zlib"
])

/** Refuses what a stage's bundle reads beside its parameters and inputs; `sources` are searched for the place. */
export const refuseWorld = (
  stage: DeclaredStage,
  { builtins, code }: HashedBundle,
  sources: ReadonlyArray<EditedSource>
): void => {
  const refuse = (what: string, places: (one: EditedSource) => ReadonlyArray<number>, instead: string): never => {
    const found = sources.flatMap((one) => places(one).map((start) => ({ ...one.source, start })))[0]
    const at = found === undefined ? undefined : `${found.file}:${lineOf(found.text, found.start)}`
    throw new ImpureStage(stage.name, what, at, instead)
  }
  const builtin = builtins.find((name) => !computing.has(name))
  if (builtin !== undefined) {
    const imports = ({ source }: EditedSource) =>
      source.imports.filter(({ specifier }) => specifier.replace("node:", "") === builtin).map(({ start }) => start)
    refuse(`node:${builtin}`, imports, "give it what it needs as an input or a parameter; " +
      "a file that belongs to the code is read by Asset.bytes(new URL(\"./file\", import.meta.url))")
  }
  if (!suspicious.test(code)) return
  for (const name of worlds) {
    if (uses(parseSync("bundle.js", code, { sourceType: "module" }).program, name).length === 0) continue
    const speaks = ({ places, source }: EditedSource) => name === "import.meta" ? places : uses(source.program, name)
    refuse(name, speaks, instead[name])
  }
}

const parameter = "make what it reads a parameter of the stage"
const seeded = "draw from a generator that a parameter of the stage seeds"

/** What a stage may not read, and what it does instead. */
const instead = {
  "process": parameter,
  "fetch": parameter,
  "performance": parameter,
  "Date.now": parameter,
  "new Date()": parameter,
  "Math.random": seeded,
  "crypto.randomUUID": seeded,
  "crypto.getRandomValues": seeded,
  "import.meta": "where its code lies is no part of a key; name a file by new URL(\"./file\", import.meta.url)"
}
type World = keyof typeof instead
const worlds = Object.keys(instead) as ReadonlyArray<World>
const suspicious = /\b(process|fetch|performance|Date|import\.meta|Math\.random|crypto\.(randomUUID|getRandomValues))\b/

/** Where a program speaks of a global, of a property of one, or of `import.meta`. */
const uses = (program: ESTree.Program, name: World): ReadonlyArray<number> => {
  const found = new Set<number>()
  const others = new Set<number>()
  new Visitor({
    Identifier(node) {
      if (node.name === name) found.add(node.start)
    },
    MetaProperty(node) {
      if (name === "import.meta" && node.meta.name === "import") found.add(node.start)
    },
    NewExpression({ arguments: given, callee, start }) {
      if (name === "new Date()" && given.length === 0 && callee.type === "Identifier" && callee.name === "Date") found.add(start)
    },
    MemberExpression({ computed, object, property, start }) {
      if (object.type === "Identifier" && property.type === "Identifier" && name === `${object.name}.${property.name}`) found.add(start)
      if (!computed && !(object.type === "Identifier" && object.name === "globalThis")) others.add(property.start)
    },
    Property({ computed, key, shorthand }) {
      if (!computed && !shorthand) others.add(key.start)
    },
    PropertyDefinition({ computed, key }) {
      if (!computed) others.add(key.start)
    },
    MethodDefinition({ computed, key }) {
      if (!computed) others.add(key.start)
    }
  }).visit(program)
  return [...found].filter((start) => !others.has(start))
}

/** A stage reads what its key does not know. */
export class ImpureStage extends Refusal {
  constructor(stage: string, what: string, at: string | undefined, instead: string) {
    const place = at === undefined ? "" : `${at}: `
    super(`${place}stage "${stage}" uses ${what}, which its results would depend on unseen; ${instead}`)
  }
}
