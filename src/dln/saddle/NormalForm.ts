// The critical points of rank r whose end-to-end matrix is P_S A, in a fixed gauge: S is a set of r modes, and
//   W_1 = [U_Sᵀ A; Z_1],  W_l = diag(I_r, Z_l),  W_L = [U_S, U_Q Z_L].
// Z is itself a network, of widths n_0 = d_0, n_l = d_l − r, and W is critical if and only if
//   Z_L … Z_1 = 0  and  Z_{l−1} … Z_1 σ Z_L … Z_{l+1} = 0 for l = 1 … L,  σ = Σ_xy U_Q.
// Source: Achour, Malgouyres, Gerchinovitz, JMLR 25:242 (2024).
import * as Matrix from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"
import * as Landscape from "./Landscape.ts"

export interface NormalForm {
  readonly landscape: Landscape.Landscape
  /** d_0, …, d_L. */
  readonly widths: ReadonlyArray<number>
  /** S, ascending, modes counted from 1. */
  readonly modes: ReadonlyArray<number>
  /** The modes outside S, ascending, those with s_m = 0 among them. */
  readonly others: ReadonlyArray<number>
  /** U_S: d_L × r. */
  readonly US: Matrix.Matrix
  /** U_Q: d_L × (d_L − r). */
  readonly UQ: Matrix.Matrix
  /** U_Sᵀ A: r × d_0. */
  readonly signal: Matrix.Matrix
  /** σ = Σ_xy U_Q: d_0 × (d_L − r). */
  readonly sigma: Matrix.Matrix
  /** n_0, …, n_L, the widths of Z. */
  readonly residualWidths: ReadonlyArray<number>
}

export interface Options {
  readonly landscape: Landscape.Landscape
  readonly widths: ReadonlyArray<number>
  /** S: any set of learnable modes, counted from 1; `top(r)` for the strongest. */
  readonly modes: ReadonlyArray<number>
  /** r = r_max gives minima where S is top(r); refused unless asked for, since saddles are wanted. */
  readonly minima?: boolean
}

/** The modes 1, …, r. */
export const top = (rank: number): ReadonlyArray<number> => Array.from({ length: rank }, (_, index) => index + 1)

/** Throws RankTooLarge, RepeatedMode, UnknownMode or DividedModes. */
export const make = ({ landscape, widths, modes, minima = false }: Options): NormalForm => {
  const problem = Network.checkWidths(widths)
  if (problem !== undefined) throw new Error(problem)
  const { target, U, s } = landscape
  if (widths[0] !== target.columns || widths.at(-1) !== target.rows) {
    throw new Error(`Widths [${widths.join(", ")}] do not fit a target of ${target.rows} × ${target.columns}.`)
  }
  const S = checked(landscape, widths, modes, minima)
  const others = top(target.rows).filter((m) => !S.includes(m))
  const [US, UQ] = [pick(U, S), pick(U, others)]
  const learnable = Matrix.diagonal(others.map((m) => (s[m - 1]! > 0 ? 1 : 0)))
  return {
    landscape,
    widths,
    modes: S,
    others,
    US,
    UQ,
    signal: Matrix.multiply(Matrix.transpose(US), target),
    sigma: Matrix.multiply(landscape.xy, Matrix.multiply(UQ, learnable)), // Σ_xy u_m = 0 to the bit where s_m = 0
    residualWidths: widths.map((width, l) => (l === 0 ? width : width - S.length))
  }
}

/** The weights W_1|…|W_L of a residual Z_1|…|Z_L, both flat. */
export const assemble = (form: NormalForm, z: Float64Array): Float64Array => {
  const { widths, modes, US, UQ, signal, residualWidths } = form
  const [depth, r] = [Network.depth(widths), modes.length]
  const weights = new Float64Array(Network.size(widths))
  for (let l = 1; l <= depth; l++) {
    const W = Network.layer(widths, weights, l)
    const Z = Network.layer(residualWidths, z, l)
    if (l === 1) W.data.set(signal.data)
    else if (l === depth) place(W, 0, 0, US)
    else place(W, 0, 0, Matrix.identity(r))
    place(W, l === depth ? 0 : r, l === 1 ? 0 : r, l === depth ? Matrix.multiply(UQ, Z) : Z)
  }
  return weights
}

const place = (into: Matrix.Matrix, row: number, column: number, block: Matrix.Matrix): void => {
  for (let r = 0, from = 0; r < block.rows; r++) {
    for (let c = 0, to = (row + r) * into.columns + column; c < block.columns; c++) into.data[to++] = block.data[from++]!
  }
}

const pick = (U: Matrix.Matrix, modes: ReadonlyArray<number>): Matrix.Matrix => {
  const picked = Matrix.make(U.rows, modes.length)
  modes.forEach((m, index) => {
    for (let row = 0; row < U.rows; row++) picked.data[row * modes.length + index] = Matrix.at(U, row, m - 1)
  })
  return picked
}

const checked = (
  landscape: Landscape.Landscape, widths: ReadonlyArray<number>, modes: ReadonlyArray<number>, minima: boolean
): ReadonlyArray<number> => {
  const S = modes.toSorted((a, b) => a - b)
  const limit = Landscape.largestRank(landscape, widths)
  if (S.length > (minima ? limit : limit - 1)) throw new RankTooLarge(S.length, limit, widths, landscape.rank)
  const repeated = S.find((m, index) => m === S[index - 1])
  if (repeated !== undefined) throw new RepeatedMode(repeated, modes)
  const unknown = S.find((m) => !(Number.isInteger(m) && m >= 1 && m <= landscape.rank))
  if (unknown !== undefined) throw new UnknownMode(unknown, landscape.rank)
  for (let m = 1; m < landscape.rank; m++) {
    if (Landscape.isRepeated(landscape, m) && S.includes(m) !== S.includes(m + 1)) {
      throw new DividedModes(m, landscape.s[m - 1]!, modes)
    }
  }
  return S
}

/** S has as many modes as the network or the target can carry, or more. */
export class RankTooLarge extends Error {
  override readonly name = "RankTooLarge"
  readonly rank: number
  /** r_max, where minima are. */
  readonly limit: number
  readonly widths: ReadonlyArray<number>
  readonly targetRank: number

  constructor(rank: number, limit: number, widths: ReadonlyArray<number>, targetRank: number) {
    const advice = rank > limit
      ? "take fewer modes"
      : `the strongest modes are minima there; take at most ${limit - 1}, or ask for minima`
    super(
      `Rank ${rank} is ${rank > limit ? "beyond " : ""}r_max = ${limit}, the least of the target's rank ` +
        `${targetRank} and the widths [${widths.join(", ")}]: ${advice}`
    )
    this.rank = rank
    this.limit = limit
    this.widths = widths
    this.targetRank = targetRank
  }
}

/** S names a mode twice. */
export class RepeatedMode extends Error {
  override readonly name = "RepeatedMode"
  readonly mode: number
  readonly modes: ReadonlyArray<number>

  constructor(mode: number, modes: ReadonlyArray<number>) {
    super(`The set of modes [${modes.join(", ")}] names mode ${mode} more than once: name each once`)
    this.mode = mode
    this.modes = modes
  }
}

/** S names a mode that cannot be learnt. */
export class UnknownMode extends Error {
  override readonly name = "UnknownMode"
  readonly mode: number
  readonly rank: number

  constructor(mode: number, rank: number) {
    super(`There is no mode ${mode} to learn: the target has the modes 1 … ${rank}`)
    this.mode = mode
    this.rank = rank
  }
}

/** S holds one of two modes of equal strength: then u_m is not defined, only the space that both span. */
export class DividedModes extends Error {
  override readonly name = "DividedModes"
  /** Modes `mode` and `mode` + 1 have the singular value `value`. */
  readonly mode: number
  readonly value: number
  readonly modes: ReadonlyArray<number>

  constructor(mode: number, value: number, modes: ReadonlyArray<number>) {
    super(
      `Modes ${mode} and ${mode + 1} share the singular value ${value}, and [${modes.join(", ")}] divides them: ` +
        "only the space that they span is defined; take both or neither"
    )
    this.mode = mode
    this.value = value
    this.modes = modes
  }
}
