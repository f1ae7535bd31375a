/** When each path of the modewise equation has half learnt its mode. */
import * as Effect from "effect/Effect"
import { passage } from "../../dln/passage.ts"
import * as Stage from "../../engine/Stage.ts"
import { HalfTime } from "./HalfTimes.ts"
import { modePaths, PathDiverged, pathInputs, pathParams } from "./modePaths.ts"

export const SdeHalfTimes = Stage.make(import.meta.url, "sde-half-times", {
  params: pathParams,
  inputs: pathInputs,
  outputs: HalfTime,
  errors: [PathDiverged],
  run: (params, inputs) =>
    Effect.map(modePaths(params, inputs), (paths) =>
      paths.map(({ run, mode, teacher, seen, times, strengths }) =>
        ({ run, mode, teacher, half_time: passage(times, strengths, seen / 2) })))
})
