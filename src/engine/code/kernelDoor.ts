/**
 * What a fingerprint sees behind the kernel's door: the TypeScript that defines each result, whatever computes it.
 *
 * Each function that `Kernel.ts` exports has a definition of the same name in `reference/`. A new way to compute the
 * same bits changes no fingerprint; where compiled kernels were wrong, `Kernel.revision` is raised.
 */
import type { ESTree } from "rolldown/utils"
import { isReference, kernel } from "./Home.ts"
import { BrokenSource, lineOf, type Source } from "./Source.ts"
import type { SourceGraph } from "./SourceGraph.ts"
import { namesIn } from "./values.ts"

type Statement = ESTree.Program["body"][number]

export interface KernelDoor {
  /** A module that exports the definitions; it imports them by their files. */
  readonly text: string
  readonly revision: string
}

export const kernelDoor = (graph: SourceGraph): KernelDoor | undefined => {
  const door = graph.sources.get(kernel(graph.home))
  if (door === undefined) return undefined
  const references = [...graph.sources.values()].filter(({ file }) => isReference(graph.home, file))
  const lines = door.program.body.flatMap((statement) => {
    const from = sourceOf(graph, door, statement)
    if (from !== undefined && isReference(graph.home, from)) {
      return [door.text.slice(statement.start, requestOf(statement)!.start) + JSON.stringify(from)]
    }
    return namesOf(statement).flatMap((name) => {
      const defined = references.filter((one) => defines(one, name)).map(({ file }) => file)
      if (defined.length > 1) {
        throw new BrokenSource(door.file, lineOf(door.text, statement.start), `${name} is defined in ${defined.join(" and ")}; keep one`)
      }
      return defined.map((file) => `export { ${name} } from ${JSON.stringify(file)}`)
    })
  })
  return { text: lines.join("\n"), revision: revisionOf(graph, door) }
}

/** The number that `revision` is, here or in the source that it comes from. */
const revisionOf = (graph: SourceGraph, door: Source): string => {
  const statement = door.program.body.find((one) => namesOf(one).includes("revision"))
  const from = statement === undefined ? undefined : sourceOf(graph, door, statement) ?? door.file
  const literal = /\bconst revision(?:: number)? = (\d+)/.exec(graph.sources.get(from ?? "")?.text ?? "")
  if (literal === null) throw new BrokenSource(door.file, undefined, "it exports no revision; write `export const revision = 1`")
  return literal[1]!
}

const defines = ({ program }: Source, name: string): boolean =>
  program.body.some((statement) => requestOf(statement) === undefined && namesOf(statement).includes(name))

const requestOf = (statement: Statement): ESTree.StringLiteral | undefined =>
  statement.type === "ExportNamedDeclaration" || statement.type === "ExportAllDeclaration" ? statement.source ?? undefined : undefined

/** The file that a statement exports from, where it is not its own. */
const sourceOf = (graph: SourceGraph, { file }: Source, statement: Statement): string | undefined => {
  const request = requestOf(statement)
  const target = request === undefined ? undefined : graph.resolve(file, request.value)
  return target?._tag === "Source" ? target.file : undefined
}

const namesOf = (statement: Statement): ReadonlyArray<string> => {
  if (statement.type !== "ExportNamedDeclaration" || statement.exportKind === "type") return []
  const { declaration } = statement
  switch (declaration?.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => namesIn(id))
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return declaration.id === null ? [] : [declaration.id.name]
    default:
      return statement.specifiers.flatMap(({ exported }) => exported.type === "Identifier" ? [exported.name] : [])
  }
}
