// Where training starts: Gaussian weights of variance w^(−γ), or balanced weights a·Q_l D_l Q_{l−1}ᵀ.
import { exp, log } from "../linalg/elementary.ts"
import * as Matrix from "../linalg/Matrix.ts"
import * as Random from "../linalg/Random.ts"
import { haar } from "./haar.ts"
import * as Network from "./Network.ts"

/**
 * Independent N(0, w^(−γ)) weights, flat. w is the hidden width; where hidden widths differ, their geometric mean: then
 * entries of W(0) have variance w^(L−1−γL) as for one width, which is 1 at the border γ = 1 − 1/L of the NTK regime.
 */
export const gaussian = ({ widths, exponent, stream }: {
  readonly widths: ReadonlyArray<number>
  /** γ. */
  readonly exponent: number
  readonly stream: Random.Stream
}): Float64Array => {
  const hidden = widths.slice(1, -1)
  const logWidth = hidden.reduce((sum, width) => sum + log(width), 0) / hidden.length
  const deviation = exp(-0.5 * exponent * logWidth)
  return Random.normals(stream, 0, Network.size(widths)).map((value) => deviation * value)
}

export interface Balanced {
  readonly weights: Float64Array
  /** Whether a column of Q_0 was flipped so that W(0) can reach the target; null where the question does not arise. */
  readonly flipped: boolean | null
}

/**
 * W_l = a Q_l D_l Q_{l−1}ᵀ with Q_l Haar and every D_l with the same k = min(d_0, …, d_L) ones, so that
 * W_l W_lᵀ = W_{l+1}ᵀ W_{l+1} to round-off at any widths; the neurons beyond k stay dead. W(0) = a^L Q_L D Q_0ᵀ.
 *
 * Gradient flow keeps the sign of det W. If W and `towards` (M̂, as training sees it) are square, k is their size and
 * det W(0)·det M̂ < 0, the last mode could not be learnt: then the last column of Q_0 changes sign.
 */
export const balanced = ({ widths, scale, stream, towards }: {
  readonly widths: ReadonlyArray<number>
  /** a. */
  readonly scale: number
  readonly stream: Random.Stream
  /** M̂: d_L × d_0. */
  readonly towards?: Matrix.Matrix
}): Balanced => {
  const k = Network.bottleneck(widths)
  let from = 0
  const frames = widths.map((width) => {
    const frame = haar(width, k, stream, from)
    from += width * k
    return frame
  })
  const first = frames[0]!
  const sign = towards === undefined || towards.rows !== towards.columns || k < towards.rows
    ? 0
    : determinantSign(Matrix.multiply(frames.at(-1)!, Matrix.transpose(first))) * determinantSign(towards)
  if (sign < 0) for (let row = 0; row < first.rows; row++) first.data[row * k + k - 1] = -Matrix.at(first, row, k - 1)
  const layers = frames.slice(1).map((frame, index) =>
    Matrix.scale(Matrix.multiply(frame, Matrix.transpose(frames[index]!)), scale))
  return { weights: Network.flatten(layers), flipped: sign === 0 ? null : sign < 0 }
}

/** −1, 0 or 1, by elimination with row pivoting. */
const determinantSign = (square: Matrix.Matrix): number => {
  const n = square.rows
  const rest = Array.from({ length: n }, (_, r) => Matrix.row(square, r))
  let sign = 1
  for (let step = 0; step < n; step++) {
    let pivot = step
    for (let r = step + 1; r < n; r++) if (Math.abs(rest[r]![step]!) > Math.abs(rest[pivot]![step]!)) pivot = r
    const top = rest[pivot]!
    if (top[step] === 0) return 0
    if (top[step]! < 0) sign = -sign
    if (pivot !== step) sign = -sign
    rest[pivot] = rest[step]!
    rest[step] = top
    for (let r = step + 1; r < n; r++) {
      const factor = rest[r]![step]! / top[step]!
      for (let c = step; c < n; c++) rest[r]![c]! -= factor * top[c]!
    }
  }
  return sign
}
