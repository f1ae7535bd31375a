/** The files that `--out` names. */
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { WrongUse } from "./WrongUse.ts"

/** Refuses, before the work starts, a file for which there is no folder. */
export const checkOut = (out: string | undefined): Effect.Effect<void, WrongUse> => {
  if (out === undefined) return Effect.void
  const folder = dirname(resolve(out))
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? Effect.void
    : Effect.fail(new WrongUse({ problem: `--out ${out}: there is no folder ${folder}; make it, or choose another file` }))
}

/** Writes it, and says so; leaves no part of a file that cannot be written as a whole. */
export const writeOut = (out: string, content: () => Uint8Array | string): Effect.Effect<void, WrongUse> =>
  Effect.andThen(attemptOut(out, () => write(out, content())), Console.log(out))

const write = (out: string, content: Uint8Array | string) => {
  const isNew = !existsSync(out)
  try {
    writeFileSync(out, content)
  } catch (cause) {
    if (isNew) rmSync(out, { force: true })
    throw cause
  }
}

/** What the disk refuses, by the name of the file. */
export const attemptOut = <A,>(out: string, act: () => A): Effect.Effect<A, WrongUse> =>
  Effect.try({
    try: act,
    catch: (error) =>
      new WrongUse({ problem: `${out} cannot be written: ${error instanceof Error ? error.message : String(error)}` })
  })
