/** The places where a store may keep its files, and the ways to use one as a process would that has just started. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { hash } from "node:crypto"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import { over, type Store, type Trace } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"
import { newFolder } from "./storeOnDisk.ts"

export type Opened = Store["Service"]
type Use<A> = (store: Opened) => Effect.Effect<A, any, Scope.Scope>

export interface Place {
  readonly where: string
  readonly make: () => Files
  /** Of so many bytes one is changed: a disk is slower. */
  readonly step: number
}

export const places: ReadonlyArray<Place> = [
  { where: "in memory", make: inMemory, step: 3 },
  { where: "on a disk", make: () => filesOnDisk(newFolder()), step: 41 }
]

export const using = <A>(files: Files, use: Use<A>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(over(files), use)))

/** The failure of opening or using a store. */
export const failing = (files: Files, use: Use<unknown>) =>
  Effect.runPromise(Effect.scoped(Effect.flip(Effect.flatMap(over(files), use))))

export const key = (text: string) => hash("sha256", text)

export const types = [
  { name: "step", kind: "int32", nullable: false },
  { name: "loss", kind: "float64", nullable: true },
  { name: "name", kind: "string", nullable: false }
] as const

export const table = (seed = 0) => Table.make<any>(types, Array.from({ length: 3 }, (_, step) =>
  ({ step, loss: step === 1 ? null : seed / (step + 1), name: `run ${step % 2}` })))

export const traceOf = (action: string, outputs: Trace["outputs"] = {}): Trace => ({
  action: key(action),
  recipe: key("recipe"),
  stage: "train",
  fingerprint: key("code"),
  params: { rate: NaN, zero: -0, name: "λ" },
  inputs: { problem: key("problem"), runs: [key("a"), key("b")] },
  outputs,
  seconds: 0.25,
  host: "here",
  node: "v26.10.0",
  backend: "js",
  finished: "2026-01-01T00:00:00.000Z"
})

export const objectPath = (address: string, extension = "parquet") =>
  `objects/${address.slice(0, 2)}/${address}.${extension}`
export const tracePath = (action: string) => `actions/${key(action).slice(0, 2)}/${key(action)}.json`

/** The same bytes with one bit changed. */
export const flipped = (bytes: Uint8Array, index: number) =>
  bytes.map((byte, at) => at === index ? byte ^ 1 << index % 8 : byte)
