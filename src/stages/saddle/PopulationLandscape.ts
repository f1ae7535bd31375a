/** The expected loss of a teacher on white inputs: the teacher is that of `problem` with the same seed and replicate. */
import * as Effect from "effect/Effect"
import * as Landscape from "../../dln/saddle/Landscape.ts"
import * as Teacher from "../../dln/Teacher.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, rowOf } from "./landscapeOf.ts"

export const PopulationLandscape = Stage.make(import.meta.url, "population-landscape", {
  params: {
    singularValues: Parameter.singularValues,
    outputs: Parameter.width,
    inputs: Parameter.width,
    seed: Parameter.seed,
    replicate: Parameter.replicate
  },
  inputs: {},
  outputs: LandscapeRow,
  run: ({ seed, replicate, ...shape }) =>
    Effect.sync(() =>
      [rowOf(Landscape.population(Teacher.make({ ...shape, stream: Random.stream(seed, "teacher", replicate) })))])
})
