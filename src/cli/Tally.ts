/** How far each stage of a build is, and how long the rest will take: a view of the engine's events. */
import type { Event } from "../engine/Event.ts"

export interface Tally {
  readonly hear: (event: Event, now: number) => void
  /** The stages of which something is still to be built, in the order of the plan. */
  readonly open: () => ReadonlyArray<Stage>
  readonly total: () => { readonly done: number; readonly builds: number }
}

export interface Stage {
  readonly name: string
  /** Steps to build, and those of them that are over. */
  readonly builds: number
  readonly done: number
  /** Those that ran here, and the seconds that they took. */
  readonly built: number
  readonly seconds: number
  /** The seconds that all of them took before, 0 where nothing is known. */
  readonly expected: number
  /** When each step that runs was started. */
  readonly running: ReadonlyMap<string, number>
}

type Count = { -readonly [K in keyof Stage]: Stage[K] } & {
  readonly running: Map<string, number>
  /** Steps that were planned as hits and have not been told of. */
  hits: number
}

export const make = (): Tally => {
  const stages = new Map<string, Count>()
  const countOf = (name: string): Count => {
    const count = stages.get(name) ?? { name, builds: 0, done: 0, built: 0, seconds: 0, expected: 0, hits: 0, running: new Map<string, number>() }
    stages.set(name, count)
    return count
  }
  const settle = ({ key, stage }: { readonly key: string; readonly stage: string }, seconds?: number) => {
    const count = countOf(stage)
    count.done += 1
    count.running.delete(key)
    if (seconds === undefined) return
    count.built += 1
    count.seconds += seconds
  }
  return {
    hear: (event, now) => {
      switch (event._tag) {
        case "planned":
          for (const [name, { builds, expected, hits }] of Object.entries(event.stages)) {
            const count = countOf(name)
            count.builds += builds
            count.expected += expected
            count.hits += hits
          }
          break
        case "started":
          countOf(event.stage).running.set(event.key, now)
          break
        case "built":
          settle(event, event.seconds)
          break
        case "failed":
        case "skipped":
          settle(event)
          break
        case "hit":
          // Those that were planned as hits come first; any other was planned as a build and came out as before.
          if (countOf(event.stage).hits > 0) countOf(event.stage).hits -= 1
          else settle(event)
          break
        case "damaged":
          countOf(event.stage).builds += 1
          break
        case "forgotten":
        case "waiting":
        case "finished":
        case "interrupted":
      }
    },
    open: () => [...stages.values()].filter(({ builds, done }) => done < builds),
    total: () => [...stages.values()].reduce((sum, { builds, done }) => ({ builds: sum.builds + builds, done: sum.done + done }), { builds: 0, done: 0 })
  }
}

/** What is left of some stages in seconds of work, and whether of one of them nothing is known. */
export const workLeft = (stages: ReadonlyArray<Stage>, now: number): { readonly known: number; readonly unknown: boolean } => {
  const works = stages.map((stage) => workOf(stage, now))
  return { known: works.reduce<number>((sum, work) => sum + (work ?? 0), 0), unknown: works.includes(undefined) }
}

/** By what the steps of the stage took in this run, else by history. */
const workOf = ({ builds, built, done, expected, running, seconds }: Stage, now: number): number | undefined => {
  const each = built > 0 ? seconds / built : expected > 0 ? expected / builds : undefined
  if (each === undefined) return undefined
  const going = [...running.values()].reduce((sum, since) => sum + Math.min(each, now - since), 0)
  return Math.max(0, (builds - done) * each - going)
}
