/** What differs between two runs: parameters, the code of stages, and the numbers of the tables that they published. */
import * as Effect from "effect/Effect"
import * as Difference from "./Difference.ts"
import { canonical } from "./Key.ts"
import type * as RunLog from "./RunLog.ts"
import type { Store } from "./Store.ts"
import type { StoreFailure } from "./StoreFailure.ts"

export interface Comparison {
  /** By the path of what differs in them: `steps.early`. */
  readonly params: ReadonlyArray<{ readonly name: string; readonly old: unknown; readonly now: unknown }>
  /** Stages whose fingerprint differs; one that only one of them has has none on the other side. */
  readonly code: ReadonlyArray<{
    readonly stage: string
    readonly old: string | undefined
    readonly now: string | undefined
  }>
  readonly tables: ReadonlyArray<TableComparison>
}

export type TableComparison = { readonly name: string } & (
  | { readonly _tag: "Same" }
  | { readonly _tag: "Came" }
  | { readonly _tag: "Went" }
  | { readonly _tag: "Differs"; readonly difference: Difference.Difference }
  /** It is not in the store any more. */
  | { readonly _tag: "Lost"; readonly message: string }
)

export const compareRuns = (
  store: Store["Service"],
  old: RunLog.Run,
  now: RunLog.Run
): Effect.Effect<Comparison, StoreFailure> => {
  const [tables, others] = [old.ended?.tables ?? {}, now.ended?.tables ?? {}]
  const names = [...new Set([...Object.keys(tables), ...Object.keys(others)])]
  return Effect.map(
    Effect.forEach(names, (name) =>
      Effect.map(compareTables(store, tables[name], others[name]), (found): TableComparison => ({ name, ...found }))
    ),
    (tables) => ({
      params: changes(old.begun.params, now.begun.params, ""),
      code: changes(old.begun.code, now.begun.code, "").map(({ name, now, old }) => ({
        stage: name,
        old: old as string | undefined,
        now: now as string | undefined
      })),
      tables
    })
  )
}

type Found = TableComparison extends infer T ? (T extends { readonly name: string } ? Omit<T, "name"> : never) : never

const compareTables = (
  store: Store["Service"],
  old: string | undefined,
  now: string | undefined
): Effect.Effect<Found, StoreFailure> => {
  if (old === undefined || now === undefined) return Effect.succeed({ _tag: old === undefined ? "Came" : "Went" })
  if (old === now) return Effect.succeed({ _tag: "Same" })
  return Effect.map(Effect.all([store.table(old), store.table(now)]), ([one, other]): Found => {
    const difference = Difference.matched(one, other)
    return difference === undefined ? { _tag: "Same" } : { _tag: "Differs", difference }
  }).pipe(Effect.catchTag(["Missing", "Damaged"], ({ message }) => Effect.succeed<Found>({ _tag: "Lost", message })))
}

/** The values that differ in two records, those of records in them by their path. */
const changes = (
  old: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  path: string
): Comparison["params"] =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [one, other] = [old[name], now[name]]
    if (canonical(one ?? null) === canonical(other ?? null)) return []
    return isRecord(one) && isRecord(other)
      ? changes(one, other, `${path}${name}.`)
      : [{ name: path + name, old: one, now: other }]
  })

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
