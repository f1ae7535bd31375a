// Escapes from saddles: drops of the loss out of a plateau on which the run dwelt first. Found on the running minimum
// of the full training loss, either from the plateaus of a known teacher or blind to it.
//
// A drop counts as an escape only if the run dwells before it for at least 10 steps and at least as long as the drop
// itself takes, from its 10 % to its 90 % point. Otherwise its modes are merged with the escape before it, and if there
// was none it is no escape: exponential decay, as in the NTK regime, gives none at any rate or scale.
//
// Give drops of single modes, `drops(ŝ, rank, 0)`. Modes that are learnt together merge by themselves, while equal
// modes that a random start feeds unequally are learnt one after another, on plateaus at the same P_k.
import { type Drop, learntModes } from "./levels.ts"
import { firstPassage, type LossCurve, runningMinimum } from "./LossCurve.ts"

export interface Escape {
  /** Number of the escape in its run, from 1. */
  readonly escape: number
  /** t_esc, the step of the 50 % point of the drop. */
  readonly step: number
  /** Steps of its 10 % and 90 % points. */
  readonly start: number
  readonly end: number
  /** Steps from first coming within 10 % of the drop above its plateau to `start`. */
  readonly dwell: number
  /** Excess loss of the plateau that is left and of the one that is reached. */
  readonly before: number
  readonly after: number
  /** k on both plateaus: the modes learnt. They differ by more than one where modes are merged. */
  readonly learntBefore: number
  readonly learntAfter: number
}

/** The escapes of a run whose plateaus are known. A drop that it never completes is left out, as are those after it. */
export const escapes = (curve: LossCurve, drops: ReadonlyArray<Drop>): ReadonlyArray<Escape> =>
  dwelling(curve, drops, drops)

/** The settings of the blind search; the defaults are those of the protocol. */
export interface Search {
  /** A drop begins where the loss falls by more than this share over the next max(shortest, share of t) steps, */
  readonly enter: number
  /** and ends where it falls by less than this. */
  readonly leave: number
  readonly shortest: number
  readonly share: number
}

/**
 * The escapes of a run found from the loss alone: drops begin where 1 − E(t + D)/E(t) > 0.05 and end where it is below
 * 0.01, D = max(5 steps, 2 % of t). The search stops at 90 % of the last drop: at SGD's floor it would find false ones.
 * The teacher's drops serve to place that stop and to number the modes, nothing else.
 */
export const blindEscapes = (
  curve: LossCurve,
  drops: ReadonlyArray<Drop>,
  search: Search = { enter: 0.05, leave: 0.01, shortest: 5, share: 0.02 }
): ReadonlyArray<Escape> => {
  const last = drops.at(-1)
  if (last === undefined) return []
  const { steps, excess } = runningMinimum(curve)
  const floor = ninety(last)
  const stop = excess.findIndex((loss) => loss <= floor)
  const end = stop === -1 ? steps.length - 1 : stop
  const found: Array<Fall> = []
  let entered: number | null = null
  let ahead = 0
  for (let at = 0; at < end; at++) {
    const reach = steps[at]! + Math.max(search.shortest, search.share * steps[at]!)
    while (ahead < end && steps[ahead]! < reach) ahead++
    // Before the stop is in sight the view has its full length; then it shortens.
    const fall = 1 - excess[ahead]! / excess[at]!
    if (entered === null && fall > search.enter) entered = excess[at]!
    else if (entered !== null && fall < search.leave && steps[ahead]! >= reach) {
      found.push({ before: entered, after: excess[at]! })
      entered = null
    }
  }
  if (entered !== null && stop !== -1) found.push({ before: entered, after: excess[stop]! })
  return dwelling(curve, found, drops)
}

/** A fall of the excess loss. */
interface Fall {
  readonly before: number
  readonly after: number
}

const TENTH = 0.1
const SHORTEST_DWELL = 10

const ninety = ({ before, after }: Fall): number => after + TENTH * (before - after)

/** Falls that have their dwell, each with those after it that do not. */
const dwelling = (
  curve: LossCurve,
  falls: ReadonlyArray<Fall>,
  drops: ReadonlyArray<Drop>
): ReadonlyArray<Escape> => {
  const found: Array<Passage> = []
  for (const fall of falls) {
    const passage = passageOf(curve, fall, drops)
    if (passage === null) break
    const last = found.at(-1)
    if (passage.dwell >= Math.max(SHORTEST_DWELL, passage.end - passage.start)) {
      found.push(passage)
    } else if (last !== undefined) {
      found[found.length - 1] = passageOf(curve, { before: last.before, after: fall.after }, drops) ?? last
    }
  }
  return found.map((passage, index) => ({ escape: index + 1, ...passage }))
}

type Passage = Omit<Escape, "escape">

/** When the curve goes through a fall; null if it never reaches 90 % of it. */
const passageOf = (curve: LossCurve, fall: Fall, drops: ReadonlyArray<Drop>): Passage | null => {
  const { before, after } = fall
  const tenth = TENTH * (before - after)
  const arrival = firstPassage(curve, before + tenth)
  const start = firstPassage(curve, before - tenth)
  const step = firstPassage(curve, (before + after) / 2)
  const end = firstPassage(curve, ninety(fall))
  if (arrival === null || start === null || step === null || end === null) return null
  return {
    step,
    start,
    end,
    dwell: start - arrival,
    before,
    after,
    learntBefore: learntModes(drops, before),
    learntAfter: learntModes(drops, after)
  }
}
