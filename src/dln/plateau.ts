// Plateaus of a threshold: the intervals of ε over which a conclusion stays what it is (protocol III).
import { log } from "../linalg/elementary.ts"

export interface Plateau<C> {
  /** The first and the last ε of the grid with this conclusion: it may hold a little beyond them, nothing less. */
  readonly low: number
  readonly high: number
  /** log₁₀(high/low). */
  readonly decades: number
  /** Points of the grid on it. */
  readonly points: number
  readonly conclusion: C
}

/** One conclusion for each ε of a grid that ascends: its longest runs of equal conclusions, in the order of ε. */
export const plateaus = <C extends string | number | boolean>(
  epsilons: ArrayLike<number>,
  conclusions: ReadonlyArray<C>
): ReadonlyArray<Plateau<C>> => {
  check(epsilons, conclusions.length)
  const starts = conclusions.flatMap((conclusion, at) => at === 0 || conclusion !== conclusions[at - 1] ? [at] : [])
  return starts.map((start, index) => {
    const end = (starts[index + 1] ?? conclusions.length) - 1
    const [low, high] = [epsilons[start]!, epsilons[end]!]
    return { low, high, decades: log(high / low) / LN_10, points: end - start + 1, conclusion: conclusions[start]! }
  })
}

/** The widest of some plateaus, the one of larger ε where two are equally wide; null of none. */
export const widest = <C>(found: ReadonlyArray<Plateau<C>>): Plateau<C> | null =>
  found.reduce<Plateau<C> | null>((best, one) => best === null || one.decades >= best.decades ? one : best, null)

const LN_10 = 2.302585092994046

const check = (epsilons: ArrayLike<number>, count: number): void => {
  if (epsilons.length !== count || count === 0) {
    throw new Error(`A plateau is sought among one conclusion for each ε: got ${count} for ${epsilons.length}.`)
  }
  for (let at = 0; at < count; at++) {
    if (!(epsilons[at]! > (epsilons[at - 1] ?? 0))) throw new Error("Thresholds ε are positive and ascend.")
  }
}
