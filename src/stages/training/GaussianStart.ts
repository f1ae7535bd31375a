/** The start of a network: Gaussian weights of variance w^(−γ), which sets the regime. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { gaussian } from "../../dln/start.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"

/** The weights W_1|…|W_L, each row-major d_l × d_{l−1}, after `step` steps. */
export const State = Schema.Struct({ step: Schema.Int, weights: Vector })

export const GaussianStart = Stage.make(import.meta.url, "gaussian-start", {
  params: { widths: Parameter.widths, exponent: Parameter.exponent, seed: Parameter.seed, replicate: Parameter.replicate },
  inputs: {},
  outputs: State,
  run: ({ widths, exponent, seed, replicate }) =>
    Effect.sync(() => [{ step: 0, weights: gaussian({ widths, exponent, stream: Random.stream(seed, "start", replicate) }) }])
})
