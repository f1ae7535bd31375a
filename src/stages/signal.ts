/** The signal that calibration perturbs: of what training sees, the modes that are the teacher's. */
import type { Teacher } from "../dln/Teacher.ts"
import type { Table } from "../engine/Table.ts"
import * as Matrix from "../linalg/Matrix.ts"
import type { Problem } from "./training/Problem.ts"

/** M = U diag(ŝ) Vᵀ over the teacher's r modes: the best approximation of rank r of M̂. */
export const signalOf = (
  modes: Table<typeof Problem.output.modes.Type>,
  outputs: number,
  inputs: number
): Teacher => {
  const learnt = modes.rows.filter(({ teacher_value }) => teacher_value !== null)
  const U = columnsOf(outputs, learnt.map(({ u }) => u))
  const V = columnsOf(inputs, learnt.map(({ v }) => v))
  const s = Float64Array.from(learnt, ({ singular_value }) => singular_value)
  return { U, s, V, M: Matrix.multiply(Matrix.multiply(U, Matrix.diagonal(s)), Matrix.transpose(V)) }
}

/** ŝ of the teacher's modes: r of them, largest first. */
export const strengthsOf = (modes: Table<typeof Problem.output.modes.Type>): Float64Array =>
  Float64Array.from(modes.rows.flatMap((mode) => mode.teacher_value === null ? [] : mode.singular_value))

const columnsOf = (rows: number, vectors: ReadonlyArray<Float64Array>): Matrix.Matrix =>
  Matrix.transpose(Matrix.make(vectors.length, rows, Float64Array.from(vectors.flatMap((vector) => [...vector]))))
