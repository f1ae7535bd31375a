// Matrices and networks of every kind, the same in every run, on which backends must agree to the bit.
import * as Matrix from "../../src/linalg/Matrix.ts"
import { integers, normals, stream } from "../../src/linalg/Random.ts"

/** Equality of bits: −0 is not 0. */
export const bits = (numbers: Float64Array | ReadonlyArray<Float64Array>): string =>
  (numbers instanceof Float64Array ? [numbers] : numbers)
    .map((values) => Buffer.from(values.slice().buffer).toString("hex")).join(" ")

/** A random sequence of integers from `low` to `high`, the same in every run of the tests. */
export const dice = (label: string): ((low: number, high: number) => number) => {
  let place = 0
  return (low, high) => low + integers(stream("spectra dice", label), place++, 1, high - low + 1)[0]!
}
export type Roll = ReturnType<typeof dice>

/** What entries look like; every kind meets other branches of the algorithms. */
const kinds: ReadonlyArray<(x: number, place: number, size: number) => number> = [
  (x) => x,
  (x) => Math.round(x), // exact zeros, low ranks, repeated values
  (x, place) => x * 10 ** -(place % 17), // graded columns
  (x, place, size) => x * 10 ** (-40 * place / size), // graded rows
  (x, place, size) => x * 10 ** (-320 * place / size), // rows whose squares vanish, and denormal ones
  (x) => (x > 1.2 ? x : 0), // sparse
  (x) => x * 1e-310,
  (x) => x * 1e300,
  (x, place) => (place % 2 === 0 ? x * 1e-160 : x * 1e150),
  () => 0,
  () => 1,
  (x, place, size) => (place % Math.ceil(Math.sqrt(size) + 1) === 0 ? 1 + 1e-9 * x : 1e-9 * x)
]

export const entries = (roll: Roll, label: string, count: number, kind = roll(0, kinds.length - 1)): Float64Array =>
  normals(stream("spectra", label), 0, count).map((x, place) => kinds[kind]!(x, place, count))

/** L layers of kinds of their own, some of low rank. */
export const network = (roll: Roll, label: string, widths: ReadonlyArray<number>): Float64Array =>
  Float64Array.from(widths.slice(1).flatMap((rows, l) => {
    const columns = widths[l]!
    const layer = Matrix.make(rows, columns, entries(roll, `${label} ${l}`, rows * columns, roll(0, 1) * roll(0, kinds.length - 1)))
    if (roll(0, 3) > 0) return [...layer.data]
    const rank = roll(0, Math.min(rows, columns))
    const right = Matrix.make(rank, columns, entries(roll, label, rank * columns, 0))
    return [...Matrix.multiply(Matrix.columns(layer, 0, rank), right).data]
  }))
