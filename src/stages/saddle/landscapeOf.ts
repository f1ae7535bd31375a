/** A landscape as one row of a table. */
import * as Schema from "effect/Schema"
import type { Landscape } from "../../dln/saddle/Landscape.ts"
import { Vector } from "../../engine/ColumnType.ts"
import type { Table } from "../../engine/Table.ts"
import * as Matrix from "../../linalg/Matrix.ts"

/** Matrices are row-major. */
export const LandscapeRow = Schema.Struct({
  inputs: Schema.Int,
  outputs: Schema.Int,
  /** Σ_xx: d_0 × d_0; A: d_L × d_0; Σ_xy: d_0 × d_L; u_1, …, u_{d_L} as columns: d_L × d_L. */
  xx: Vector,
  target: Vector,
  xy: Vector,
  u: Vector,
  /** s_1 ≥ … ≥ s_{d_L} ≥ 0. */
  s: Vector,
  rank: Schema.Int,
  input_rank: Schema.Int
})

export const rowOf = ({ xx, target, xy, U, s, rank, inputRank }: Landscape): typeof LandscapeRow.Type => ({
  inputs: target.columns,
  outputs: target.rows,
  xx: xx.data,
  target: target.data,
  xy: xy.data,
  u: U.data,
  s,
  rank,
  input_rank: inputRank
})

export const landscapeOf = (table: Table<typeof LandscapeRow.Type>): Landscape => {
  const { inputs, outputs, xx, target, xy, u, s, rank, input_rank } = table.rows[0]!
  return {
    xx: Matrix.make(inputs, inputs, xx),
    target: Matrix.make(outputs, inputs, target),
    xy: Matrix.make(inputs, outputs, xy),
    U: Matrix.make(outputs, outputs, u),
    s,
    rank,
    inputRank: input_rank
  }
}
