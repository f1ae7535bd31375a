/**
 * Where in the user's sources an error was thrown, whose stack names lines of the program's bundle.
 *
 * The bundle is made again, with a map of its lines: what runs has none, since a comment moves lines and changes no program.
 */
import { SourceMap, type SourceMapPayload } from "node:module"
import { isOwn } from "./Home.ts"
import { programOf } from "./makeProgram.ts"
import { programBundle } from "./programBundle.ts"

/** `file:line` of the innermost call that stands in a source of the user; nothing where none does. */
export const placeOf = async (home: string, pipeline: string, stack: string): Promise<string | undefined> => {
  const frames = [...stack.matchAll(/\/[0-9a-f]{64}\/([^/:]+):(\d+):(\d+)/g)]
  if (frames.length === 0) return undefined
  const program = programOf({ home, pipeline })
  const { maps } = await programBundle(program, pipeline, { mapped: true })
  for (const [, name, line, column] of frames) {
    const map = maps.get(name!)
    if (map === undefined || map === null) continue
    const origin = new SourceMap(map as unknown as SourceMapPayload).findEntry(Number(line) - 1, Number(column) - 1)
    if (!("originalSource" in origin)) continue
    const { originalLine, originalSource } = origin
    if (program.edited.has(originalSource) && !isOwn(home, originalSource)) return `${originalSource}:${originalLine + 1}`
  }
  return undefined
}
