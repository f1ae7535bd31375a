/** Bundles in memory by rolldown. What a plugin refuses, and what rolldown does not understand, is thrown as it is. */
import { type OutputChunk, type OutputOptions, type Plugin, rolldown } from "rolldown"
import { Refusal } from "./Refusal.ts"

export const bundle = async (
  cwd: string,
  input: ReadonlyArray<string>,
  plugin: Plugin,
  output: OutputOptions
): Promise<ReadonlyArray<OutputChunk>> => {
  const plugins = [plugin]
  const build = await rolldown({ input: [...input], cwd, platform: "node", tsconfig: false, logLevel: "silent", plugins })
  try {
    const made = await build.generate({ format: "esm", comments: false, ...output })
    return made.output.filter((one) => one.type === "chunk")
  } catch (cause) {
    throw new Refusal(said(cause))
  } finally {
    await build.close()
  }
}

/** Rolldown wraps what is thrown in it, and says how often. */
const said = (cause: unknown): string => {
  const several = cause instanceof Error && "errors" in cause && Array.isArray(cause.errors)
  const errors: ReadonlyArray<unknown> = several ? cause.errors as ReadonlyArray<unknown> : [cause]
  return errors.map((error) => error instanceof Error ? error.message : String(error)).join("\n\n")
}
