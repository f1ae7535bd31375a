/** An error in words: of what is wrong with a pipeline or with the disk its message says all; of a defect, where it is helps. */
import { Refusal } from "../engine/code/Refusal.ts"

export const problemOf = (error: unknown): string =>
  !(error instanceof Error) ? String(error) : isForeseen(error) ? error.message : error.stack ?? error.message

/** What the user's files, the system or a variable of the environment are to blame for. */
export const isForeseen = (error: Error): boolean =>
  error instanceof Refusal || "syscall" in error || "variable" in error
