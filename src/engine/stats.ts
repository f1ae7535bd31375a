/** What a store holds, in numbers. */
import type * as Inventory from "./Inventory.ts"

export interface Share {
  readonly name: string
  readonly results: number
  readonly bytes: number
  /** What computing them took. */
  readonly seconds: number
}

export interface Stats {
  /** By what they are: tables, gathered tables, files. */
  readonly kinds: ReadonlyArray<Omit<Share, "seconds">>
  /** By stage, the largest first. Results of equal content are one object, and counted where each was made. */
  readonly stages: ReadonlyArray<Share>
  readonly runs: number
  readonly objects: number
  readonly bytes: number
  /** What computing all of it took: what an empty store would cost. */
  readonly seconds: number
}

export const stats = ({ objects, runs, traces }: Inventory.Inventory): Stats => {
  const kept = [...objects.values()]
  const made = [...traces.values()]
  const bytesOf = (some: ReadonlyArray<{ readonly bytes: number }>) => sum(some.map(({ bytes }) => bytes))
  return {
    kinds: [...Map.groupBy(kept, ({ kind }) => kind)].map(([name, some]) => ({
      name,
      results: some.length,
      bytes: bytesOf(some)
    })),
    stages: [...Map.groupBy(made, ({ stage }) => stage)]
      .map(([name, some]) => ({
        name,
        results: some.length,
        bytes: bytesOf(some.flatMap(({ outputs }) => Object.values(outputs))),
        seconds: sum(some.map(({ seconds }) => seconds))
      }))
      .toSorted((a, b) => b.bytes - a.bytes),
    runs: runs.length,
    objects: kept.length,
    bytes: bytesOf(kept),
    seconds: sum(made.map(({ seconds }) => seconds))
  }
}

const sum = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)
