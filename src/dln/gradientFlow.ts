// Gradient flow of a two-layer network on ½‖W_2 W_1 − M‖²_F in closed form, all matrix entries at once and with no
// assumption on alignment: only a zero-balanced start, W_1 W_1ᵀ = W_2ᵀ W_2. Source: Fukumizu, "Effect of batch learning
// in multilayer neural networks" (1998). With Q = [W_1ᵀ; W_2], F = [[0, Mᵀ], [M, 0]] and G = ∫_0^t e^{2Fτ} dτ,
//   Q Qᵀ(t) = e^{Ft} Q_0 [I + Q_0ᵀ G Q_0]^{-1} Q_0ᵀ e^{Ft},
// and W = W_2 W_1 is its lower left block. F has the eigenvalues ±s_k with eigenvectors (v_k; ±u_k)/√2, and 0.
import * as Matrix from "../linalg/Matrix.ts"
import type { Svd } from "../linalg/svd.ts"
import { integratedExponential } from "./integratedExponential.ts"
import { regularisedRange } from "./regularisedRange.ts"

/**
 * W(t) = W_2(t) W_1(t), d_2 × d_0, at t = η·step ≥ 0, from W_1: d_1 × d_0 and W_2: d_2 × d_1. The teacher comes as the
 * singular value decomposition of M, which may be rectangular and deficient: taken once, it serves every t.
 */
export const gradientFlow = (teacher: Svd, w1: Matrix.Matrix, w2: Matrix.Matrix, time: number): Matrix.Matrix => {
  const first = Matrix.multiply(w1, Matrix.transpose(w1))
  const second = Matrix.multiply(Matrix.transpose(w2), w2)
  if (Matrix.frobenius(Matrix.subtract(first, second)) > 1e-9 * Matrix.frobenius(second)) {
    throw new Error("This flow is solved for W_1 W_1ᵀ = W_2ᵀ W_2 only: start from a balanced network.")
  }
  const [below, above] = flow(teacher, [Matrix.transpose(w1), w2], time)
  return Matrix.multiply(above, Matrix.transpose(below))
}

/** [W_1ᵀ, W_2], the two parts of Q; any rotation of the hidden layer gives the same Q Qᵀ. */
type Pair = readonly [below: Matrix.Matrix, above: Matrix.Matrix]

/** A Q of time t. */
const flow = (teacher: Svd, start: Pair, time: number): Pair => {
  // Beyond this the exponentials leave the range of a double. Any pair with the right Q Qᵀ may start the rest.
  const longest = 300 / (teacher.s[0] ?? 0)
  let pair = start
  let left = time
  for (; left > longest; left -= longest) pair = step(teacher, pair, longest)
  return left === 0 ? pair : step(teacher, pair, left)
}

/**
 * With rows q_i of Q_0 in the eigenbasis of F, B = [√g_i q_i], g_i = ∫_0^t e^{2λ_i τ} dτ, C Cᵀ = B (I + BᵀB)^{-1} Bᵀ:
 *   Q(t) = [d_i c_i],   d_i² = e^{2λ_i t}/g_i = 1/∫_0^t e^{−2λ_i τ} dτ,
 * in which nothing is large. The eigenvalue 0 needs no basis: its rows are what U and V leave of W_1ᵀ and W_2.
 */
const step = ({ U, s, V }: Svd, [below, above]: Pair, time: number): Pair => {
  const [inBelow, inAbove] = [inner(V, below), inner(U, above)]
  const blocks = [
    Matrix.scale(Matrix.add(inBelow, inAbove), ROOT_HALF),
    Matrix.scale(Matrix.subtract(inBelow, inAbove), ROOT_HALF),
    Matrix.subtract(below, Matrix.multiply(V, inBelow)),
    Matrix.subtract(above, Matrix.multiply(U, inAbove))
  ]
  const rates = [...s, ...s.map((value) => -value), ...new Float64Array(below.rows + above.rows)]
  const grown = scaleRows(stack(blocks), rates.map((rate) => Math.sqrt(integratedExponential(2 * rate, time))))
  const q = scaleRows(
    regularisedRange(grown),
    rates.map((rate) => 1 / Math.sqrt(integratedExponential(-2 * rate, time)))
  )
  const k = s.length
  const plus = Matrix.scale(Matrix.rows(q, 0, k), ROOT_HALF)
  const minus = Matrix.scale(Matrix.rows(q, k, 2 * k), ROOT_HALF)
  return [
    Matrix.add(Matrix.multiply(V, Matrix.add(plus, minus)), Matrix.rows(q, 2 * k, 2 * k + below.rows)),
    Matrix.add(Matrix.multiply(U, Matrix.subtract(plus, minus)), Matrix.rows(q, 2 * k + below.rows, q.rows))
  ]
}

const ROOT_HALF = Math.sqrt(0.5)

/** basisᵀ·a. */
const inner = (basis: Matrix.Matrix, a: Matrix.Matrix): Matrix.Matrix => Matrix.multiply(Matrix.transpose(basis), a)

const stack = (parts: ReadonlyArray<Matrix.Matrix>): Matrix.Matrix => {
  const columns = parts[0]!.columns
  const result = Matrix.make(parts.reduce((rows, part) => rows + part.rows, 0), columns)
  let at = 0
  for (const part of parts) {
    result.data.set(part.data, at)
    at += part.data.length
  }
  return result
}

const scaleRows = (a: Matrix.Matrix, factors: ReadonlyArray<number>): Matrix.Matrix =>
  Matrix.make(a.rows, a.columns, a.data.map((value, at) => value * factors[Math.floor(at / a.columns)]!))
