/** Singular-value patterns: the K largest singular values of every partial product as logarithms, with their floor. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { logSpectrum } from "../../dln/logSpectrum.ts"
import { reachableFloor } from "../../dln/reachableFloor.ts"
import * as Stage from "../../engine/Stage.ts"
import { log } from "../../linalg/elementary.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import * as Parameter from "../Parameter.ts"
import { Spectra } from "../ranks/Spectra.ts"

const real = Schema.NullOr(Schema.Finite)

export const LogSpectra = Stage.make(import.meta.url, "log-spectra", {
  params: { top: Parameter.top, floor: Parameter.floor },
  inputs: { spectra: Spectra.output },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    i: Schema.Int,
    j: Schema.Int,
    /** 1 … K, and no more than the product has singular values. */
    k: Schema.Int,
    /** j − i + 1, the layers in the product: 1 for single layers, L for the whole network. */
    factors: Schema.Int,
    /** ln max(σ_k, δ); null where the checkpoint was never reached. */
    log_sigma: real,
    /** ln max(σ_k, δ) − ln max(σ_1, δ). */
    shape: real,
    /** Below it a singular value of this product is round-off: in the unit of σ. */
    reachable_floor: real,
    /** Whether σ_k lies at or below δ or the reachable floor: then it says nothing. */
    floored: Schema.NullOr(Schema.Boolean),
    /** Σ_{m≤k} (ln σ_m(P_ij) − Σ_l ln σ_m(W_l)), which by Horn's inequality is never positive; null where floored. */
    horn: real,
    ...Checkpoint.moment
  }),
  run: ({ top, floor }, { spectra }) =>
    Effect.sync(() =>
      Checkpoint.groups(spectra.rows).flatMap((rows) => {
        const products = [...Map.groupBy(rows, ({ i, j }) => `${i} ${j}`).values()].map((values) => {
          const { checkpoint, i, j } = values[0]!
          const sigma = values.flatMap((row) => row.sigma ?? [])
          return { checkpoint, i, j, count: values.length, sigma: sigma.length === 0 ? null : Float64Array.from(sigma) }
        })
        const moment = Checkpoint.momentOf(rows[0]!)
        const layers = products.filter(({ i, j }) => i === j)
        return products.flatMap(({ checkpoint, i, j, count, sigma }) => {
          const factors = layers.filter((layer) => i <= layer.i && layer.i <= j).flatMap((layer) => layer.sigma ?? [])
          const kept = Math.min(top, count)
          const found = sigma && logSpectrum(sigma, kept, floor)
          const reach = sigma && reachableFloor(factors)
          const horn = sigma && reach !== null ? hornExcess(sigma, factors, kept) : null
          return Array.from({ length: kept }, (_, index) => {
            const floored = sigma && sigma[index]! <= Math.max(floor, reach!)
            return {
              checkpoint,
              i,
              j,
              k: index + 1,
              factors: j - i + 1,
              log_sigma: found && found.values[index]!,
              shape: found && found.shape[index]!,
              reachable_floor: reach,
              floored,
              horn: floored === false ? horn![index]! : null,
              ...moment
            }
          })
        })
      }))
})

/** For every k the sum of the k largest logarithms of the product less those of its factors. */
const hornExcess = (product: Float64Array, factors: ReadonlyArray<Float64Array>, count: number) => {
  let sum = 0
  return Array.from({ length: count }, (_, index) => {
    sum += log(product[index]!) - factors.reduce((total, sigma) => total + log(sigma[index]!), 0)
    return sum
  })
}
