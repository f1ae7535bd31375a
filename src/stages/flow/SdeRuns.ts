/** Paths of the modewise equation of SGD: the strength of each mode, read now and then. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { modePaths, PathDiverged, pathInputs, pathParams } from "./modePaths.ts"
import { ModePoint } from "./ModeRuns.ts"

export const SdeRuns = Stage.make(import.meta.url, "sde-runs", {
  params: pathParams,
  inputs: pathInputs,
  outputs: Schema.Struct(ModePoint),
  errors: [PathDiverged],
  run: (params, inputs) =>
    Effect.map(modePaths(params, inputs), (paths) =>
      paths.flatMap(({ run, mode, teacher, times, strengths }) =>
        times.map((time, reading) => ({ run, reading, time, mode, teacher, strength: strengths[reading]! }))))
})
