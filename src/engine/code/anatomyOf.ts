/** Takes the code that a fingerprint is the hash of apart into its declarations. */
import { type ESTree, parseSync } from "rolldown/utils"
import type { Anatomy, Text } from "./Anatomy.ts"
import { digestOf } from "./digest.ts"
import { namesIn } from "./values.ts"

/** `modules` holds what the bundle uses of each, without comments. */
export const anatomyOf = (
  modules: { readonly [id: string]: string },
  environment: Anatomy["environment"]
): Anatomy => ({
  environment,
  modules: Object.fromEntries(Object.entries(modules).map(([id, code]) => [id, declarationsIn(id, code)]))
})

/** What is longer is told apart by its digest, and not shown. */
const shown = 120

const declarationsIn = (id: string, code: string): { readonly [declaration: string]: Text } => {
  const { program } = parseSync(`${id}.js`, code, { sourceType: "module" })
  const declared = new Map<string, string>()
  const add = (name: string, text: string) => {
    const before = declared.get(name)
    declared.set(name, before === undefined ? text : `${before}\n${text}`)
  }
  for (const statement of program.body) {
    const declaration = "declaration" in statement && statement.declaration !== null ? statement.declaration : statement
    for (const [name, node] of named(declaration)) add(name, code.slice(node.start, node.end))
  }
  return Object.fromEntries(
    Array.from(declared, ([name, text]) => [
      name,
      text.length <= shown ? { text: text.replace(/\s+/g, " ") } : { digest: digestOf(text).slice(0, 16) }
    ])
  )
}

type Part = { readonly start: number; readonly end: number }

const named = (declaration: ESTree.Node): ReadonlyArray<readonly [string, Part]> => {
  switch (declaration.type) {
    case "FunctionDeclaration":
      return [[`function ${declaration.id?.name ?? "default"}`, declaration]]
    case "ClassDeclaration":
      return [[`class ${declaration.id?.name ?? "default"}`, declaration]]
    case "VariableDeclaration":
      return declaration.declarations.map((one) => [
        `${declaration.kind} ${namesIn(one.id).join(", ")}`,
        one.init ?? one
      ])
    default:
      return [["what the module does", declaration]]
  }
}
