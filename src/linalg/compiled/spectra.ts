// Spectra and orthonormal columns by a compiled kernel. It says no more than that it failed, and the reference then says of
// what.

import type { Matrix } from "../Matrix.ts"
import { type Arc, arcSpectra } from "../reference/arcSpectra.ts"
import { copiesIn } from "../reference/copiesIn.ts"
import { allProductSpectra, networkSize, productSpectra } from "../reference/productSpectra.ts"
import { qFactors } from "../reference/qFactors.ts"
import { allSingularValues, singularValues } from "../reference/singularValues.ts"
import { countsBelow, eigenvaluesAt } from "../reference/sturm.ts"
import { tridiagonalize } from "../reference/tridiagonalize.ts"
import type { Tridiagonal } from "../Tridiagonal.ts"

export const reference = {
  singularValues, allSingularValues, productSpectra, allProductSpectra, arcSpectra, qFactors,
  tridiagonalize, countsBelow, eigenvaluesAt
}

export type Spectra = typeof reference

/** What a kernel offers: it fills `values`, or returns false where an entry is not finite or sweeps do not converge. */
export interface CompiledSpectra {
  readonly singularValues: (
    rows: number,
    columns: number,
    count: number,
    matrices: Float64Array,
    values: Float64Array
  ) => boolean
  /** Of networks W_1|W_2|…|W_L; of every P_ij in turn, or of P_1L alone. */
  readonly productSpectra: (
    widths: Int32Array,
    count: number,
    weights: Float64Array,
    all: boolean,
    values: Float64Array
  ) => boolean
  /** `through` is empty where no arc passes it. */
  readonly arcSpectra: (
    widths: Int32Array,
    weights: Float64Array,
    through: Float64Array,
    arcs: Int32Array,
    values: Float64Array
  ) => boolean
  readonly qFactors: CompiledSpectra["singularValues"]
  readonly tridiagonalize: (n: number, matrix: Float64Array, diagonal: Float64Array, off: Float64Array) => boolean
  readonly countsBelow: (diagonal: Float64Array, off: Float64Array, bounds: Float64Array, counts: Int32Array) => void
  readonly eigenvaluesAt: (diagonal: Float64Array, off: Float64Array, indices: Int32Array, values: Float64Array) => void
}

export const spectraOf = (compiled: CompiledSpectra): Spectra => {
  const singularValues = (matrix: Matrix): Float64Array => {
    const { rows, columns, data } = matrix
    const values = new Float64Array(Math.min(rows, columns))
    const done = fit([rows, columns]) && data.length === rows * columns &&
      compiled.singularValues(rows, columns, 1, data, values)
    return done ? values : reference.singularValues(matrix)
  }

  const allSingularValues = (rows: number, columns: number, matrices: Float64Array): Float64Array => {
    const size = rows * columns
    const n = Math.min(rows, columns)
    const count = copiesIn(matrices.length, size, `${rows} × ${columns} matrices`)
    const values = new Float64Array(count * n)
    const done = fit([rows, columns]) && byPieces(count, size * (n + CARE), (from, to) => {
      const [these, theirs] = [matrices.subarray(from * size, to * size), values.subarray(from * n, to * n)]
      return compiled.singularValues(rows, columns, to - from, these, theirs)
    })
    return done ? values : reference.allSingularValues(rows, columns, matrices)
  }

  const productSpectra = (factors: ReadonlyArray<Matrix>): Float64Array => {
    const widths = factors.slice(0, 1).map(({ columns }) => columns).concat(factors.map(({ rows }) => rows))
    const values = new Float64Array(Math.min(widths[0] ?? 0, widths.at(-1) ?? 0))
    const done = factors.length > 0 && fit(widths) &&
      factors.every(({ columns, data }, l) => columns === widths[l] && data.length === columns * widths[l + 1]!) &&
      compiled.productSpectra(Int32Array.from(widths), 1, joined(factors), false, values)
    return done ? values : reference.productSpectra(factors)
  }

  const allProductSpectra = (widths: ReadonlyArray<number>, weights: Float64Array): Array<Float64Array> => {
    const size = networkSize(widths)
    const count = copiesIn(weights.length, size, `networks of widths ${widths.join(", ")}`)
    const lengths = widths.slice(1).flatMap((_, i) => widths.slice(i + 1).map((d) => Math.min(d, widths[i]!)))
    const n = lengths.reduce((sum, length) => sum + length, 0)
    const values = new Float64Array(count * n)
    const integers = Int32Array.from(widths)
    const done = fit(widths) && widths.length > 1 && byPieces(count, size * (n + CARE), (from, to) => {
      const [these, theirs] = [weights.subarray(from * size, to * size), values.subarray(from * n, to * n)]
      return compiled.productSpectra(integers, to - from, these, true, theirs)
    })
    return done ? cut(values, count, lengths) : reference.allProductSpectra(widths, weights)
  }

  const arcSpectra: Spectra["arcSpectra"] = (widths, weights, arcs, through) => {
    const depth = widths.length - 1
    const lengths = arcs.map(([i, j]) => Math.min(widths[i - 1]!, widths[j]!))
    const values = new Float64Array(lengths.reduce((sum, length) => sum + length, 0))
    const { rows, columns, data } = through ?? { rows: 0, columns: 0, data: NONE }
    const passes = rows === widths[0] && columns === widths[depth] && data.length === rows * columns && data.length > 0
    const done = fit(widths) && depth > 0 && weights.length === networkSize(widths) &&
      arcs.every((arc) => arc.every(Number.isInteger) && isOn(arc, depth) && (arc[0] <= arc[1] || passes)) &&
      compiled.arcSpectra(Int32Array.from(widths), weights, passes ? data : NONE, Int32Array.from(arcs.flat()), values)
    return done ? cut(values, 1, lengths) : reference.arcSpectra(widths, weights, arcs, through)
  }

  const qFactors: Spectra["qFactors"] = (rows, columns, matrices) => {
    const size = rows * columns
    const rank = Math.min(rows, columns)
    const count = copiesIn(matrices.length, size, `${rows} × ${columns} matrices`)
    const factors = new Float64Array(count * rows * rank)
    const done = fit([rows, columns]) && byPieces(count, 4 * size * (rank + CARE), (from, to) => {
      const [these, theirs] = [matrices.subarray(from * size, to * size), factors.subarray(from * rows * rank, to * rows * rank)]
      return compiled.qFactors(rows, columns, to - from, these, theirs)
    })
    return done ? factors : reference.qFactors(rows, columns, matrices)
  }

  const tridiagonalize: Spectra["tridiagonalize"] = (matrix) => {
    const { rows: n, columns, data } = matrix
    if (n === 0 || n !== columns || !fit([n]) || data.length !== n * n) return reference.tridiagonalize(matrix)
    const [diagonal, off] = [new Float64Array(n), new Float64Array(n - 1)]
    return compiled.tridiagonalize(n, data, diagonal, off) ? { diagonal, off } : reference.tridiagonalize(matrix)
  }

  const countsBelow: Spectra["countsBelow"] = (t, bounds) => {
    if (!isWhole(t)) return reference.countsBelow(t, bounds)
    const counts = new Int32Array(bounds.length)
    compiled.countsBelow(...diagonals(t), Float64Array.from(bounds), counts)
    return counts
  }

  const eigenvaluesAt: Spectra["eigenvaluesAt"] = (t, indices) => {
    const [diagonal, off] = diagonals(t)
    if (!isWhole(t) || !diagonal.every(Number.isFinite) || !off.every(Number.isFinite)) return reference.eigenvaluesAt(t, indices)
    const values = new Float64Array(indices.length)
    compiled.eigenvaluesAt(diagonal, off, Int32Array.from(indices), values)
    return values
  }

  return {
    singularValues, allSingularValues, productSpectra, allProductSpectra, arcSpectra, qFactors,
    tridiagonalize, countsBelow, eigenvaluesAt
  }
}

/** Whether these rows and columns are numbers that a kernel has memory for; the reference sees to others. */
const fit = (sizes: ReadonlyArray<number>): boolean =>
  sizes.every((size) => Number.isInteger(size) && size >= 0 && size <= LARGEST_SIZE)

const LARGEST_SIZE = 4096

/** Whether there are such layers. */
const isOn = ([i, j]: Arc, depth: number): boolean => 1 <= i && i <= depth + 1 && 0 <= j && j <= depth

const NONE = new Float64Array(0)

const isWhole = ({ diagonal, off }: Tridiagonal): boolean => diagonal.length > 0 && off.length >= diagonal.length - 1

const diagonals = ({ diagonal, off }: Tridiagonal): readonly [Float64Array, Float64Array] =>
  [numbersOf(diagonal), numbersOf(off)]

/** As they are where they can be: copies cost as much as counting eigenvalues. */
const numbersOf = (values: ArrayLike<number>): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values)

/** W_1|W_2|…|W_L. */
const joined = (factors: ReadonlyArray<Matrix>): Float64Array => {
  const weights = new Float64Array(factors.reduce((sum, { data }) => sum + data.length, 0))
  let at = 0
  for (const { data } of factors) {
    weights.set(data, at)
    at += data.length
  }
  return weights
}

/** Calls `count` in pieces, [from, to); a thread can be stopped between calls only. */
const byPieces = (count: number, work: number, call: (from: number, to: number) => boolean): boolean => {
  const piece = Math.ceil(WORK_A_CALL / (work + 1))
  for (let from = 0; from < count; from += piece) if (!call(from, Math.min(count, from + piece))) return false
  return true
}

/** Multiplications and additions, some 50 ms of them. */
const WORK_A_CALL = 5e7

/** What an entry takes however small its matrix is; so no call has more than 8 MB of small ones. */
const CARE = 50

/** `count` times pieces of these lengths. */
const cut = (values: Float64Array, count: number, lengths: ReadonlyArray<number>): Array<Float64Array> => {
  const pieces: Array<Float64Array> = []
  for (let k = 0, from = 0; k < count; k++) {
    for (const length of lengths) pieces.push(values.slice(from, from += length))
  }
  return pieces
}
