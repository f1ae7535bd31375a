/** The singular values of every partial product P_ij = W_j…W_i at the checkpoints of a run. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pattern from "../../dln/Pattern.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import * as Parameter from "../Parameter.ts"
import { joined, weightsOf } from "../training/weightsOf.ts"

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
    Effect.sync(() => {
      const pairs = Pattern.pairs(widths.length - 1)
      const counts = pairs.map(({ i, j }) => Math.min(...widths.slice(i - 1, j + 1)))
      const values = pairs.flatMap(({ i, j }, pair) => Array.from({ length: counts[pair]! }, (_, index) => ({ i, j, k: index + 1 })))
      const layers = checkpoints.groups("checkpoint")
      const spectra = spectraOf(widths, layers.map((rows) => weightsOf(Array.from(rows, (row) => checkpoints.rows[row]!))))
      return {
        ...checkpoints.across(Int32Array.from(layers, ([first]) => first!), ["checkpoint", ...Checkpoint.momentColumns], values),
        sigma: spectra.flatMap((found) => counts.flatMap((count, pair): ReadonlyArray<number | null> =>
          found === null ? new Array(count).fill(null) : [...found[pair]!.subarray(0, count)]))
      }
    })
})

/** The singular values of every P_ij of each network, by one call of the kernel; null for null. */
const spectraOf = (widths: ReadonlyArray<number>, networks: ReadonlyArray<Float64Array | null>) => {
  const known = networks.filter((weights) => weights !== null)
  const all = known.length === 0 ? [] : Kernel.allProductSpectra(widths, joined(known))
  const each = known.map((_, index) => all.slice((index * all.length) / known.length, ((index + 1) * all.length) / known.length)).values()
  return networks.map((weights) => weights && each.next().value!)
}
