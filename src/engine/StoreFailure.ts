/** How a store fails: each failure says which file or folder, and what to do. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ColumnTooLarge } from "./Column.ts"

/** There is no such object in the store. */
export class Missing extends Schema.TaggedError<Missing>()("Missing", {
  address: Schema.String,
  folder: Schema.String
}) {
  override get message() {
    return `there is no object ${this.address} in ${this.folder}; run the pipeline again to build it`
  }
}

/** A file does not hold what its name promises. */
export class Damaged extends Schema.TaggedError<Damaged>()("Damaged", {
  file: Schema.String,
  what: Schema.String,
  /** Where it was set apart; null where it could not be moved. */
  apart: Schema.NullOr(Schema.String)
}) {
  override get message() {
    const apart = this.apart === null ? "it could not be set apart: delete it" : `it was set apart as ${this.apart}`
    return `${this.file} is damaged (${this.what}); ${apart}, and run the pipeline again to rebuild it`
  }
}

/** The folder or a file in it cannot be read or written. */
export class Unusable extends Schema.TaggedError<Unusable>()("Unusable", {
  path: Schema.String,
  /** What the system calls it, such as ENOSPC. */
  code: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    const remedy = remedies[this.code] ?? "give another folder by --cache"
    return `${this.path} cannot be used as a cache: ${this.reason} (${this.code}); ${remedy}`
  }
}

const remedies: { readonly [code: string]: string } = {
  ENOSPC: "free some space on its disk, and run again: what is built is kept",
  EDQUOT: "free some space of your quota, and run again: what is built is kept",
  EACCES: "make the folder writable, or give another one by --cache",
  EPERM: "make the folder writable, or give another one by --cache",
  EROFS: "its disk is read-only: give another folder by --cache",
  EMFILE: "too many files are open: raise the limit (ulimit -n), or use fewer workers"
}

/** The folder was written by a dln-lab that keeps its files otherwise. */
export class NewerFormat extends Schema.TaggedError<NewerFormat>()("NewerFormat", {
  folder: Schema.String,
  found: Schema.Finite,
  known: Schema.Finite
}) {
  override get message() {
    const formats = `${this.folder} is a cache of format ${this.found}, and this dln-lab knows format ${this.known}`
    return `${formats}; update dln-lab, or give another folder by --cache`
  }
}

/** A key, an address or the name of a run cannot be a file's name. */
export class WrongName extends Schema.TaggedError<WrongName>()("WrongName", {
  name: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `${JSON.stringify(this.name)} is not ${this.expected}; use the name that the store or the plan has given`
  }
}

/** Every failure of a store, as a schema: they cross threads and machines with their fields. */
export const StoreFailure = Schema.Union([Missing, Damaged, Unusable, NewerFormat, WrongName, ColumnTooLarge])
export type StoreFailure = typeof StoreFailure.Type

/** Does what may throw a failure of the store; anything else that is thrown is a defect. */
export const attempt = <A>(f: () => A): Effect.Effect<A, StoreFailure> => Effect.suspend(() => {
  try {
    return Effect.succeed(f())
  } catch (cause) {
    return isFailure(cause) ? Effect.fail(cause) : Effect.die(cause)
  }
})

/** The same of what ends later. */
export const attemptPromise = (f: () => Promise<void>): Effect.Effect<void, StoreFailure> =>
  Effect.tryPromise({
    try: f,
    catch: (cause) => {
      if (isFailure(cause)) return cause
      throw cause
    }
  })

const isFailure = Schema.is(StoreFailure)
