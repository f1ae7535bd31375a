/** The singular values of every partial product P_ij = W_j…W_i at the checkpoints of a run. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Network from "../dln/Network.ts"
import * as Pattern from "../dln/Pattern.ts"
import * as Stage from "../engine/Stage.ts"
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import * as Checkpoint from "./Checkpoint.ts"
import { Checkpoints } from "./Checkpoints.ts"
import * as Parameter from "./Parameter.ts"

export const Spectra = Stage.make(import.meta.url, "spectra", {
  params: { widths: Parameter.widths },
  inputs: { checkpoints: Checkpoints.output },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    i: Schema.Int,
    j: Schema.Int,
    k: Schema.Int,
    /** σ_k(P_ij), found without forming the product; null where the checkpoint was never reached. */
    sigma: Schema.NullOr(Schema.Finite),
    ...Checkpoint.moment
  }),
  run: ({ widths }, { checkpoints }) =>
    Effect.sync(() =>
      Checkpoint.groups(checkpoints.rows).flatMap((layers) => {
        const { checkpoint } = layers[0]!
        const moment = Checkpoint.momentOf(layers[0]!)
        const factors = layers.toSorted((a, b) => a.layer - b.layer)
          .flatMap(({ rows, columns, weights }) => weights === null ? [] : [Matrix.make(rows, columns, weights)])
        const spectra = factors.length === 0 ? undefined : Kernel.allProductSpectra(widths, Network.flatten(factors))
        return Pattern.pairs(widths.length - 1).flatMap(({ i, j }, entry) =>
          Array.from({ length: Math.min(...widths.slice(i - 1, j + 1)) }, (_, index) => ({
            checkpoint,
            i,
            j,
            k: index + 1,
            sigma: spectra?.[entry]![index] ?? null,
            ...moment
          })))
      }))
})
