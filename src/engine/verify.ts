/**
 * Verifies a store: every file holds what its name promises, and nothing speaks of what is not there.
 *
 * Looking changes nothing. To repair is to set apart what is damaged and what rests on it: the next run builds it
 * again.
 */
import * as Effect from "effect/Effect"
import { problemIn } from "./checkFile.ts"
import type { Files } from "./Files.ts"
import * as Index from "./Index.ts"
import * as Inventory from "./Inventory.ts"
import { checkWritable } from "./openFolder.ts"
import { quarantine } from "./quarantine.ts"
import { attempt, type StoreFailure } from "./StoreFailure.ts"

export interface Finding {
  readonly path: string
  readonly problem: string
}

export interface Findings {
  readonly objects: number
  readonly traces: number
  readonly bytes: number
  /** Files that do not hold what their names promise. */
  readonly damaged: ReadonlyArray<Finding>
  /** Traces and gathered tables that speak of what is not there, or is damaged. */
  readonly dangling: ReadonlyArray<Finding>
  /** Objects that nothing speaks of: harmless, and freed by `gc`. */
  readonly orphans: ReadonlyArray<Inventory.Kept>
}

export const verify = Effect.fnUntraced(function*(files: Files): Effect.fn.Return<Findings, StoreFailure> {
  const paths = yield* attempt(() => ["objects", "actions"].flatMap((folder) => Inventory.pathsIn(files, folder)))
  const checked = yield* Effect.forEach(paths, (path) =>
    Effect.gen(function*() {
      const file = yield* attempt(() => files.read(path))
      // Another process may have removed it.
      if (file === undefined) return undefined
      const problem = yield* Effect.promise(() => problemIn(path, file))
      return { path, bytes: file.length, problem }
    })
  )
  const present = checked.filter((one) => one !== undefined)
  const damaged = present.flatMap(({ path, problem }) => problem === undefined ? [] : [{ path, problem }])
  const inventory = yield* attempt(() => Inventory.take(looking(files)))
  return {
    objects: present.filter(({ path }) => path.startsWith("objects/")).length,
    traces: present.filter(({ path }) => path.startsWith("actions/")).length,
    bytes: present.reduce((sum, { bytes }) => sum + bytes, 0),
    damaged,
    ...links(inventory, new Set(damaged.map(({ path }) => path)))
  }
})

/** The files of a store that nothing can be changed in: its index is not mended, and what is damaged stays. */
const looking = (files: Files): Files => ({ ...files, append: () => {}, move: () => {}, write: () => {} })

const links = (
  inventory: Inventory.Inventory,
  damaged: ReadonlySet<string>
): Pick<Findings, "dangling" | "orphans"> => {
  const whole = new Set(
    [...inventory.objects.values()].flatMap(({ address, path }) => damaged.has(path) ? [] : [address])
  )
  const traces = [...inventory.traces.values()].filter(({ action }) => !damaged.has(pathOf(action)))
  const broken = brokenManifests(inventory, whole)
  const gone = (address: string) => !whole.has(address) || broken.has(address)
  const lost = traces.flatMap((trace) => {
    const output = Object.keys(trace.outputs).find((output) => gone(trace.outputs[output]!.address))
    return output === undefined
      ? []
      : [
          {
            path: pathOf(trace.action),
            problem: `the ${output === "output" ? "output" : `output ${output}`} of ${trace.stage} is not there (${trace.outputs[output]!.address})`
          }
        ]
  })
  const spokenOf = Inventory.withParts(inventory, [
    ...traces.flatMap(Inventory.addressesOf),
    ...Inventory.publishedBy(inventory.runs)
  ])
  return {
    dangling: [
      ...lost,
      ...[...broken].map(([address, part]) => ({
        path: inventory.objects.get(address)!.path,
        problem: `a part of the gathered table is not there (${part})`
      }))
    ],
    orphans: [...inventory.objects.values()].filter(
      ({ address, path }) => !spokenOf.has(address) && !damaged.has(path) && !broken.has(address)
    )
  }
}

/** The gathered tables that lack a part, however deep, each with the part. */
const brokenManifests = (
  { objects, parts }: Inventory.Inventory,
  whole: ReadonlySet<string>
): ReadonlyMap<string, string> => {
  const broken = new Map<string, string>()
  const gathered = [...objects.values()].filter(({ address, kind }) => kind === "gathered table" && whole.has(address))
  for (let before = -1; before < broken.size;) {
    before = broken.size
    for (const { address } of gathered) {
      const part = parts(address).find((part) => !whole.has(part) || broken.has(part))
      if (part !== undefined && !broken.has(address)) broken.set(address, part)
    }
  }
  return broken
}

const pathOf = (action: string) => `actions/${action.slice(0, 2)}/${action}.json`

/**
 * Sets apart what is damaged and what speaks of it; gives how many files that were. A trace of which the index has a
 * whole copy is written again.
 */
export const repair = (files: Files, { damaged, dangling }: Findings): Effect.Effect<number, StoreFailure> =>
  attempt(() => {
    checkWritable(files)
    const copies = Index.snapshot(looking(files))
    for (const { path, problem } of [...damaged, ...dangling]) quarantine(files, path, problem)
    const lost = new Set(dangling.map(({ path }) => path))
    for (const { path } of damaged) {
      const copy = copies.trace(/([0-9a-f]{64})\.json$/.exec(path)?.[1] ?? "")
      if (copy !== undefined && path === pathOf(copy.action) && !lost.has(path)) Index.record(files, copy)
    }
    return damaged.length + dangling.length
  })
