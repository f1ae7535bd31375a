/** An error in words: of what is wrong with a pipeline or with the disk its message says all; of a defect, where it is helps. */
import { Refusal } from "../engine/code/Refusal.ts"

export const problemOf = (error: unknown): string =>
  !(error instanceof Error) ? String(error) : isForeseen(error) ? error.message : error.stack ?? error.message

export const isForeseen = (error: Error): boolean =>
  error instanceof Refusal || "syscall" in error
