/** The loss of a data set as a landscape: its modes are those that training learns. */
import * as Effect from "effect/Effect"
import * as Landscape from "../../dln/saddle/Landscape.ts"
import { statistics } from "../../dln/statistics.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { LandscapeRow, rowOf } from "./landscapeOf.ts"

export const EmpiricalLandscape = Stage.make(import.meta.url, "empirical-landscape", {
  params: { inputs: Parameter.width, outputs: Parameter.width },
  inputs: { data: Problem.output.data },
  outputs: LandscapeRow,
  run: ({ inputs, outputs }, { data }) =>
    Effect.sync(() => {
      const { samples, x, y } = data.rows[0]!
      const set = { x: Matrix.make(samples, inputs, x), y: Matrix.make(samples, outputs, y) }
      return [rowOf(Landscape.empirical(statistics(set)))]
    })
})
