/** A source file of ours or the user's, read once: the same text is hashed and run. */
import { extname } from "node:path"
import { type ESTree, type ParseResult, parseSync } from "rolldown/utils"
import { Refusal } from "./Refusal.ts"
import { type Stamp, stampAndRead } from "./Stamp.ts"

export interface Source {
  /** Its name wherever it lies. */
  readonly id: string
  readonly file: string
  readonly text: string
  /** Of the file; its `sha256` is that of the text. */
  readonly stamp: Stamp & { readonly sha256: string }
  /** How rolldown is to read it. */
  readonly language: "ts" | "js" | "json"
  /** Its syntax; it costs to ask, and few sources need it. */
  readonly program: ESTree.Program
  readonly imports: ReadonlyArray<Import>
}

export interface Import {
  readonly specifier: string
  /** Imported for its effect alone: `import "./it.ts"`. */
  readonly bare: boolean
  /** What is bound; a namespace has no `imported`. */
  readonly bindings: ReadonlyArray<{ readonly imported: string | undefined; readonly local: string }>
  readonly start: number
}

const languages: { readonly [extension: string]: Source["language"] } =
  { ".ts": "ts", ".mts": "ts", ".js": "js", ".mjs": "js", ".json": "json" }

export const read = (id: string, file: string): Source => {
  const { bytes, stamp } = stampAndRead(file)
  const text = bytes.toString("utf8")
  const language = languages[extname(file)]
  if (language === undefined) {
    const advice = "read it with Asset.bytes(new URL(…, import.meta.url))"
    throw new BrokenSource(file, undefined, `is no TypeScript, JavaScript or JSON; ${advice}`)
  }
  const parsed = language === "json"
    ? parseSync("empty.js", "")
    : parseSync(file, text, { lang: language, sourceType: "module" })
  const { errors, module } = parsed
  const error = errors[0]
  if (error !== undefined) throw new BrokenSource(file, lineOf(text, error.labels[0]?.start ?? 0), error.message)
  return { id, file, text, stamp, language, imports: importsOf(text, module), get program() { return parsed.program } }
}

/** What a module imports, and exports of others. */
export const importsOf = (
  text: string,
  { dynamicImports, staticExports, staticImports }: ParseResult["module"]
): ReadonlyArray<Import> => [
  ...staticImports.map(({ entries, moduleRequest: { start, value } }) => ({
    specifier: value,
    start,
    bare: entries.length === 0,
    bindings: entries.filter(({ isType }) => !isType).map(({ importName: { kind, name }, localName }) =>
      ({ local: localName.value, imported: kind === "Default" ? "default" : kind === "Name" ? name! : undefined }))
  })).filter(({ bare, bindings }) => bare || bindings.length > 0),
  ...staticExports.flatMap(({ entries }) => entries).flatMap(({ isType, moduleRequest: from }) =>
    from === null || isType ? [] : [{ specifier: from.value, bare: false, bindings: [], start: from.start }]),
  ...dynamicImports.flatMap(({ moduleRequest: { end, start } }) => {
    const literal = /^(["'`])([^"'`$\\]*)\1$/.exec(text.slice(start, end))
    return literal === null ? [] : [{ specifier: literal[2]!, bare: false, bindings: [], start }]
  })
]

/** Counted from 1. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

/** A source cannot be part of a program. */
export class BrokenSource extends Refusal {
  constructor(file: string, line: number | undefined, problem: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${problem}`)
  }
}
