/** Bundles in memory by rolldown. What a plugin refuses, and what rolldown does not understand, is thrown as it is. */
import { type InputOptions, type OutputChunk, type OutputOptions, type Plugin, rolldown } from "rolldown"
import { Refusal } from "./Refusal.ts"

export const bundle = async (home: string, input: InputOptions["input"] & {}, plugin: Plugin, output: OutputOptions): Promise<ReadonlyArray<OutputChunk>> => {
  const build = await rolldown({ input, cwd: home, platform: "node", tsconfig: false, logLevel: "silent", plugins: [plugin] })
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
  const errors: ReadonlyArray<unknown> = cause instanceof Error && "errors" in cause && Array.isArray(cause.errors) ? cause.errors : [cause]
  return errors.map((error) => error instanceof Error ? error.message : String(error)).join("\n\n")
}
