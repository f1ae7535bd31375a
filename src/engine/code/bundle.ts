/** Bundles in memory by rolldown. What a plugin refuses, and what rolldown does not understand, is thrown as it is. */
import { type LogLevel, type OutputChunk, type OutputOptions, type Plugin, rolldown, type RolldownLog } from "rolldown"
import { Refusal } from "./Refusal.ts"

export const bundle = async (
  cwd: string,
  input: ReadonlyArray<string>,
  plugin: Plugin,
  output: OutputOptions
): Promise<ReadonlyArray<OutputChunk>> => {
  const plugins = [plugin]
  const missing: Array<RolldownLog> = []
  const onLog = (_: LogLevel, log: RolldownLog) => {
    // Packages may do without what they ask for; sources of ours and the user's do not.
    if (log.code === "UNRESOLVED_IMPORT" && log.id?.includes("/node_modules/") === false) missing.push(log)
  }
  const build = await rolldown({ input: [...input], cwd, platform: "node", tsconfig: false, onLog, plugins })
  try {
    const made = await build.generate({ format: "esm", comments: false, ...output })
    if (missing.length > 0) throw new Refusal(missing.map(line).join("\n"))
    return made.output.filter((one) => one.type === "chunk")
  } catch (cause) {
    throw cause instanceof Refusal ? cause : new Refusal(said(cause))
  } finally {
    await build.close()
  }
}

/** Rolldown wraps what is thrown in it, and says how often; what it finds itself it draws, under a line that says all. */
const said = (cause: unknown): string => {
  const several = cause instanceof Error && "errors" in cause && Array.isArray(cause.errors)
  const errors: ReadonlyArray<unknown> = several ? cause.errors as ReadonlyArray<unknown> : [cause]
  return errors.map(line).join("\n\n")
}

const line = (error: unknown): string => {
  if (typeof error !== "object" || error === null || !("message" in error)) return String(error)
  const { code = "", exporter, loc, message } = error as RolldownLog
  if (loc === undefined) return message
  const problem = code === "UNRESOLVED_IMPORT"
    ? `cannot import "${exporter}"; imports carry the file's ending, packages are installed beside the file`
    : message.split("\n")[0]!.replace(`[${code}] `, "")
  return `${loc.file}:${loc.line}: ${problem}`
}
