// Singular values of products W_j … W_i to high relative accuracy, without forming a product. Each factor is split
// once as Q D X, D diagonal, Q orthonormal, X well conditioned; the middle D (X Q) D of two neighbours is split again,
// and so on: no sum ever mixes sizes that belong apart. One-sided Jacobi on D X gives the values.
// Stewart, On graded QR decompositions of products of matrices, ETNA 3 (1995); Drmač, Accurate computation of the
// product-induced singular value decomposition, SIAM J. Numer. Anal. 35 (1998).

import { exponent, hypot, scaleByPowerOfTwo } from "../elementary.ts"
import * as Matrix from "../Matrix.ts"
import { largestEntry } from "../NotFinite.ts"
import { pivotedQr, pivotedR } from "../pivotedQr.ts"
import { copiesIn } from "./copiesIn.ts"
import { dot } from "./dot.ts"
import { orthogonalizeRows } from "./jacobi.ts"
import { singularValues } from "./singularValues.ts"

/**
 * The singular values, descending, of the product of `factors` in order of application (W_i, …, W_j, so that
 * P = W_j … W_i); min(rows of W_j, columns of W_i) of them. Whatever the condition of the product, the relative error
 * of a value is about 1e-16·Σ_l condition(W_l) + 1e-11, down to 1e-140 of the largest. Throws NotFinite.
 */
export const productSpectra = (factors: ReadonlyArray<Matrix.Matrix>): Float64Array => {
  const last = factors[factors.length - 1]
  if (last === undefined) throw new Error("A product without factors has no size: give at least one matrix.")
  const splits = factors.map((factor, index) => splitFactor(factor, index + 1))
  let product = begin(splits[0]!)
  for (let l = 1; l < splits.length; l++) product = extend(product, join(splits[l - 1]!, splits[l]!), splits[l]!)
  return spectrum(product, Math.min(last.rows, factors[0]!.columns))
}

/**
 * The singular values of every P_ij = W_j … W_i in the order (1,1), (1,2), …, (1,L), (2,2), …, (L,L), each as by
 * `productSpectra`; min(d_j, d_(i−1)) of them. `widths` are d_0..d_L, `weights` W_1|…|W_L with W_l of d_l × d_(l−1),
 * row after row; of one network or of several, one after another, whose spectra then follow one another too, and whose
 * layers are counted through where NotFinite names a `factor`.
 */
export const allProductSpectra = (widths: ReadonlyArray<number>, weights: Float64Array): Array<Float64Array> => {
  const size = networkSize(widths)
  const count = copiesIn(weights.length, size, `networks of widths ${widths.join(", ")}`)
  const networks = Array.from({ length: count }, (_, k) => weights.subarray(k * size, (k + 1) * size))
  return networks.flatMap((network, k) => spectraOf(widths, network, k))
}

/** The number of weights, Σ d_l d_(l−1). */
export const networkSize = (widths: ReadonlyArray<number>): number =>
  widths.slice(1).reduce((sum, width, l) => sum + width * widths[l]!, 0)

/** Of network `index`, from 0. P_i,j+1 takes up where P_ij ended. */
const spectraOf = (widths: ReadonlyArray<number>, weights: Float64Array, index: number): Array<Float64Array> => {
  const splits: Array<Split> = []
  for (let l = 1, from = 0; l < widths.length; l++) {
    const [rows, columns] = [widths[l]!, widths[l - 1]!]
    const factor = Matrix.make(rows, columns, weights.subarray(from, from + rows * columns))
    splits.push(splitFactor(factor, index * (widths.length - 1) + l))
    from += rows * columns
  }
  const joints = splits.slice(1).map((split, index) => join(splits[index]!, split))
  const spectra: Array<Float64Array> = []
  for (let i = 1; i < widths.length; i++) {
    let product = begin(splits[i - 1]!)
    for (let j = i; j < widths.length; j++) {
      if (j > i) product = extend(product, joints[j - 2]!, splits[j - 1]!)
      spectra.push(spectrum(product, Math.min(widths[j]!, widths[i - 1]!)))
    }
  }
  return spectra
}

/** A factor or product as 2^power·Q D X; r columns in Q and r rows in X, r its rank as far as zeros are exact. */
interface Split {
  /** Orthonormal columns. The Q of a product leaves out, on its left, the Q of its last factor. */
  readonly Q: Matrix.Matrix
  /** The diagonal of D, positive. */
  readonly D: Float64Array
  /** Well conditioned. */
  readonly X: Matrix.Matrix
  readonly power: number
}

const splitFactor = (factor: Matrix.Matrix, index: number): Split => {
  const largest = largestEntry(factor, index)
  const power = largest === 0 ? 0 : exponent(largest)
  const scaled = factor.data.slice()
  if (power !== 0) for (let at = 0; at < scaled.length; at++) scaled[at] = scaleByPowerOfTwo(scaled[at]!, -power)
  return { ...splitScaled(Matrix.make(factor.rows, factor.columns, scaled)), power }
}

const splitScaled = (a: Matrix.Matrix): Omit<Split, "power"> => {
  const { Q, R, order } = pivotedQr(a)
  const n = a.columns
  const D = new Float64Array(R.rows)
  const X = Matrix.make(R.rows, n)
  for (let k = 0; k < R.rows; k++) {
    D[k] = Math.abs(Matrix.at(R, k, k))
    for (let c = k; c < n; c++) X.data[k * n + order[c]!] = Matrix.at(R, k, c) / D[k]!
  }
  return { Q, D, X }
}

/** What lies between the D of two neighbours. */
const join = (before: Split, after: Split): Matrix.Matrix => Matrix.multiply(after.X, before.Q)

/** The product of one factor. */
const begin = (factor: Split): Split => ({ ...factor, Q: Matrix.identity(factor.D.length) })

/** The product times one more factor on its left: D' (X' Q) D X with the middle split anew. */
const extend = (product: Split, joint: Matrix.Matrix, factor: Split): Split => {
  const graded = Matrix.multiply(joint, product.Q)
  for (let r = 0, at = 0; r < graded.rows; r++) {
    for (let c = 0; c < graded.columns; c++, at++) graded.data[at] = factor.D[r]! * graded.data[at]! * product.D[c]!
  }
  const middle = splitScaled(graded)
  const power = middle.D.length === 0 ? 0 : exponent(middle.D[0]!)
  return {
    Q: middle.Q,
    D: middle.D.map((value) => scaleByPowerOfTwo(value, -power)),
    X: Matrix.multiply(middle.X, product.X),
    power: product.power + factor.power + power
  }
}

/**
 * The `count` largest singular values of D X, times 2^power, descending. One more QR, of (D X)ᵀ, leaves a square R that
 * is nearly diagonal where D is graded. Where it is not, Golub and Kahan's way is the faster one and accurate enough.
 */
const spectrum = ({ D, X, power }: Split, count: number): Float64Array => {
  const transposed = Matrix.make(X.columns, X.rows)
  for (let r = 0; r < X.rows; r++) {
    for (let c = 0; c < X.columns; c++) transposed.data[c * X.rows + r] = D[r]! * X.data[r * X.columns + c]!
  }
  const R = pivotedR(transposed)
  const rank = R.rows
  const graded = rank > 0 && Math.abs(Matrix.at(R, 0, 0)) > GRADED * Math.abs(Matrix.at(R, rank - 1, rank - 1))
  const found = graded ? rowLengths(R) : singularValues(R)
  const values = new Float64Array(count)
  for (let k = 0; k < rank; k++) values[k] = scaleByPowerOfTwo(found[k]!, Math.max(-4000, Math.min(4000, power)))
  return values
}

/** Condition from which on only Jacobi's rotations keep eleven digits of the smallest singular value. */
const GRADED = 65536

/** The singular values of R, whose rows are used up. */
const rowLengths = ({ data, rows, columns }: Matrix.Matrix): Float64Array => {
  orthogonalizeRows(data, rows, columns, columns)
  const lengths = new Float64Array(rows)
  for (let k = 0; k < rows; k++) {
    const square = dot(data, k * columns, data, k * columns, columns)
    lengths[k] = square > 1e-280 ? Math.sqrt(square) : data.subarray(k * columns, (k + 1) * columns).reduce(hypot, 0)
  }
  return lengths.sort().reverse()
}
