/** The stages that a source makes: `export const Name = Stage.make(import.meta.url, "name", {…})`. */
import { type ESTree, Visitor } from "rolldown/utils"
import { isModuleUrl } from "./moduleUrls.ts"
import { BrokenSource, lineOf, type Source } from "./Source.ts"
import { unwrapped } from "./values.ts"

export interface DeclaredStage {
  readonly name: string
  /** What its module exports it as. */
  readonly export: string
  /** The argument `import.meta.url`. */
  readonly url: ESTree.Span
  /** Its declaration `{ params, inputs, outputs, … }`. */
  readonly options: ESTree.Node | undefined
  readonly start: number
}

/** Whether what an import takes from a module, or all of it, is the engine's `Stage`, or its `make`. */
export type Meaning = (specifier: string, imported: string | undefined) => "Stage" | "make" | "other"

export const declaredStages = (source: Source, meaning: Meaning): ReadonlyArray<DeclaredStage> => {
  const makers = makersOf(source, meaning)
  if (makers.size === 0) return []
  const spelt = [...makers].join()
  const before = known.get(source)
  if (before?.makers === spelt) return before.stages
  const stages = made(source, makers)
  known.set(source, { makers: spelt, stages })
  return stages
}

/** A source that did not change is walked once. */
const known = new WeakMap<Source, { readonly makers: string; readonly stages: ReadonlyArray<DeclaredStage> }>()

const made = (source: Source, makers: ReadonlySet<string>): ReadonlyArray<DeclaredStage> => {
  const top = new Map(source.program.body.flatMap(declarators).map((one) => [one.init, one.name]))
  const exported = exportsOf(source.program)
  const found: Array<DeclaredStage> = []
  const refuse = (start: number, problem: string): never => {
    throw new BrokenSource(source.file, lineOf(source.text, start), `${form}; ${problem}`)
  }
  new Visitor({
    CallExpression(call) {
      if (!makers.has(source.text.slice(call.callee.start, call.callee.end))) return
      const [url, name, options] = call.arguments
      if (url === undefined || !isModuleUrl(url)) return refuse(call.start, "its first argument is import.meta.url")
      if (name?.type !== "Literal" || typeof name.value !== "string") return refuse(call.start, "its name is written out as a literal")
      const local = top.get(call)
      const as = local === undefined ? undefined : exported.get(local)
      if (as === undefined) return refuse(call.start, `"${name.value}" is not exported`)
      found.push({ name: name.value, export: as, url, options, start: call.start })
    }
  }).visit(source.program)
  return found
}

const form = 'a stage is written `export const Name = Stage.make(import.meta.url, "name", {…})` at the top of its module'

/** How `Stage.make` is spelt in a source: `Stage.make`, `make`, `Lab.Stage.make`. */
const makersOf = ({ imports }: Source, meaning: Meaning): ReadonlySet<string> =>
  new Set(imports.flatMap(({ bindings, specifier }) => bindings.flatMap(({ imported, local }) => {
    switch (meaning(specifier, imported)) {
      case "Stage":
        return [`${local}.make`]
      case "make":
        return [local]
      case "other":
        return imported === undefined && meaning(specifier, "Stage") === "Stage" ? [`${local}.Stage.make`] : []
    }
  })))

interface Declarator {
  readonly name: string
  readonly init: ESTree.Node
}

const declarators = (statement: ESTree.Program["body"][number]): ReadonlyArray<Declarator> => {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement
  return declaration?.type !== "VariableDeclaration" ? [] : declaration.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init !== null ? [{ name: id.name, init: unwrapped(init) }] : [])
}

/** What each name of a module is exported as. */
const exportsOf = (program: ESTree.Program): ReadonlyMap<string, string> =>
  new Map(program.body.flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration" || statement.source !== null) return []
    return [
      ...(statement.declaration === null ? [] : declarators(statement).map(({ name }) => [name, name] as const)),
      ...statement.specifiers.map(({ exported, local }) => [nameOf(local), nameOf(exported)] as const)
    ]
  }))

const nameOf = (name: ESTree.ModuleExportName): string => name.type === "Literal" ? name.value : name.name
