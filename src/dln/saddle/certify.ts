// What kind of critical point a network is at, by two ways that know nothing of each other: the spectrum of the
// Hessian, and a test of ranks. Where the least eigenvalue is negative beyond doubt, the point is a strict saddle; near
// zero the rank test decides; where they disagree, or a number is unclear, the point is undecided, and the reason said.
// For squared loss every local minimum is global among the networks of its widths (Kawaguchi 2016).
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"
import { criticality } from "./criticality.ts"
import * as Landscape from "./Landscape.ts"
import { pivots, type Pivot } from "./pivots.ts"
import { denseSpectrum, lanczosSpectrum, DENSE_LIMIT, type Spectrum } from "./spectrum.ts"

export const verdicts =
  ["strict saddle", "non-strict saddle", "global minimum", "bottleneck minimum", "undecided"] as const
/** `bottleneck minimum`: the least loss of networks too narrow for the target, which lies above ℓ_min. */
export type Verdict = (typeof verdicts)[number]

export interface Certificate {
  readonly verdict: Verdict
  /** What was in the way, as a sentence, where undecided; else what settled it. */
  readonly reason: string
  /** What each way says alone. */
  readonly bySpectrum: "negative eigenvalue" | "no negative eigenvalue" | "undecided"
  readonly byRanks: Verdict
  readonly spectrum: Spectrum
  /** S of the end-to-end matrix P_S A; null where it is none, or where it divides a repeated singular value. */
  readonly modes: ReadonlyArray<number> | null
  /** Empty where the ranks of the ends settle it. */
  readonly pivots: ReadonlyArray<Pivot>
  /** ‖∇ℓ‖/scale. */
  readonly gradient: number
}

export interface Options {
  /** By the whole Hessian, by Lanczos, or by Lanczos beyond DENSE_LIMIT weights only, which is the default. */
  readonly method?: "dense" | "lanczos"
  /** The largest ‖∇ℓ‖/scale of a critical point; 1e-11 unless told. */
  readonly tolerance?: number
}

export const certify = (
  landscape: Landscape.Landscape, widths: ReadonlyArray<number>, weights: Float64Array, options: Options = {}
): Certificate => certifyAll(landscape, widths, [weights], options)[0]!

/** The same of many, all Hessians first: one of them drives everything else out of the processor's caches. */
export const certifyAll = (
  landscape: Landscape.Landscape,
  widths: ReadonlyArray<number>,
  points: ReadonlyArray<Float64Array>,
  { method, tolerance = 1e-11 }: Options = {}
): ReadonlyArray<Certificate> => {
  const isDense = (method ?? (Network.size(widths) <= DENSE_LIMIT ? "dense" : "lanczos")) === "dense"
  const spectra = points.map((weights) => (isDense ? denseSpectrum : lanczosSpectrum)(widths, weights, landscape))
  return points.map((weights, k) => certificateOf(landscape, widths, weights, spectra[k]!, tolerance))
}

const certificateOf = (
  landscape: Landscape.Landscape,
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  spectrum: Spectrum,
  tolerance: number
): Certificate => {
  const { relative: gradient } = criticality(widths, weights, landscape)
  const modes = learntModes(landscape, Network.endToEnd(widths, weights))
  const ranks = byRanks(landscape, widths, weights, modes)
  const bySpectrum = signOf(spectrum)
  const found = { bySpectrum, byRanks: ranks.verdict, spectrum, modes, pivots: ranks.pivots, gradient }
  const say = (verdict: Verdict, reason: string): Certificate => ({ ...found, verdict, reason })
  const least = spectrum.least.toPrecision(3)
  if (!(gradient <= tolerance)) {
    return say("undecided", `The gradient is ${gradient.toPrecision(3)} of its terms: refine the point first`)
  }
  if (bySpectrum === "negative eigenvalue") {
    return ranks.verdict === "strict saddle" || ranks.verdict === "undecided"
      ? say("strict saddle", `The Hessian has the eigenvalue ${least}`)
      : say("undecided", `The Hessian has the eigenvalue ${least}, but by its ranks the point is a ${ranks.verdict}`)
  }
  if (bySpectrum === "undecided") {
    return say("undecided", `Lanczos left the least eigenvalue at ${least} ± ${spectrum.residual.toPrecision(3)}`)
  }
  return say(ranks.verdict, ranks.reason)
}

/** Negative only beyond the tolerance and the error; zero only where the error is within the tolerance. */
const signOf = ({ least, tolerance, residual }: Spectrum): Certificate["bySpectrum"] => {
  if (least + residual < -tolerance) return "negative eigenvalue"
  return residual <= tolerance ? "no negative eigenvalue" : "undecided"
}

interface ByRanks {
  readonly verdict: Verdict
  readonly reason: string
  readonly pivots: ReadonlyArray<Pivot>
}

const byRanks = (
  landscape: Landscape.Landscape,
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  modes: ReadonlyArray<number> | null
): ByRanks => {
  const say = (verdict: Verdict, reason: string, found: ReadonlyArray<Pivot> = []): ByRanks =>
    ({ verdict, reason, pivots: found })
  if (modes === null) return say("undecided", "The end-to-end matrix is not the target's projection on a set of modes")
  const r = modes.length
  const isTop = modes.every((m, index) => m === index + 1)
  if (!isTop) return say("strict saddle", `Modes [${modes.join(", ")}] are not the strongest ${r}`)
  if (r === landscape.rank) return say("global minimum", "All modes of the target are learnt")
  if (r === Landscape.largestRank(landscape, widths)) {
    return say("bottleneck minimum", `The strongest ${r} modes are learnt, as many as the network can carry`)
  }
  const found = pivots(widths, weights, landscape.xy, r)
  const open = found.filter(({ isTightened }) => !isTightened)
  const unclear = found.find(({ isClear }) => !isClear)
  const decisive = open.find(({ isClear }) => isClear)
  if (decisive !== undefined) {
    return say("strict saddle", `The pivot (${decisive.i}, ${decisive.j}) is not tightened`, found)
  }
  if (unclear === undefined) return say("non-strict saddle", "Every pivot is tightened", found)
  return say("undecided", `Ranks at pivot (${unclear.i}, ${unclear.j}) are unclear: refine the point further`, found)
}

/**
 * S where W = P_S A: with C = Uᵀ W Σ_xy U diag(1/s²), which is UᵀP_S U there, the modes of C_mm = 1 when C is zero
 * elsewhere. Modes of equal s count together: their block of C is then 1, or 0.
 */
export const learntModes = (landscape: Landscape.Landscape, W: Matrix.Matrix): ReadonlyArray<number> | null => {
  const { xy, U, s, rank } = landscape
  const seen = Kernel.multiply(Kernel.multiplyTransposed(U, Kernel.multiply(W, xy)), U)
  const modes: Array<number> = []
  for (let row = 0; row < U.columns; row++) {
    for (let column = 0; column < U.columns; column++) {
      const unit = s[column < rank ? column : 0]!
      const entry = Matrix.at(seen, row, column) / (unit * unit)
      const isLearnt = row === column && column < rank && entry > 0.5
      if (isLearnt) modes.push(row + 1)
      if (!(Math.abs(entry - (isLearnt ? 1 : 0)) < 1e-4)) return null
    }
  }
  const isDivided = modes.some((m) => m < rank && Landscape.isRepeated(landscape, m) && !modes.includes(m + 1)) ||
    modes.some((m) => m > 1 && Landscape.isRepeated(landscape, m - 1) && !modes.includes(m - 1))
  return isDivided ? null : modes
}
