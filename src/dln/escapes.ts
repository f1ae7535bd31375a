// Escapes from saddles: drops of the loss out of a plateau on which the run dwelt first. Found on the running minimum
// of the full training loss, from the plateaus of a known teacher.
//
// A drop counts as an escape only if the run dwells before it for at least 10 steps and at least as long as the drop
// itself takes, from its 10 % to its 90 % point. Otherwise its modes are merged with the escape before it, and if there
// was none it is no escape: exponential decay, as in the NTK regime, gives none at any rate or scale.
//
// Give drops of single modes, `drops(ŝ, rank, 0)`. Modes that are learnt together merge by themselves, while equal
// modes that a random start feeds unequally are learnt one after another, on plateaus at the same P_k.
import { type Drop, learntModes } from "./levels.ts"
import { firstPassage, type LossCurve } from "./LossCurve.ts"

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
export const escapes = (curve: LossCurve, drops: ReadonlyArray<Drop>): ReadonlyArray<Escape> => {
  const found: Array<Passage> = []
  for (const fall of drops) {
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

const TENTH = 0.1
const SHORTEST_DWELL = 10

type Passage = Omit<Escape, "escape">

/** A fall of the excess loss. */
interface Fall {
  readonly before: number
  readonly after: number
}

/** When the curve goes through a fall; null if it never reaches 90 % of it. */
const passageOf = (curve: LossCurve, fall: Fall, drops: ReadonlyArray<Drop>): Passage | null => {
  const { before, after } = fall
  const tenth = TENTH * (before - after)
  const arrival = firstPassage(curve, before + tenth)
  const start = firstPassage(curve, before - tenth)
  const step = firstPassage(curve, (before + after) / 2)
  const end = firstPassage(curve, after + tenth)
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
