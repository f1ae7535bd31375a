/** The least eigenvalue of the Hessian by Lanczos on its products with vectors, beside that of the whole matrix. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { lanczosSpectrum } from "../../dln/saddle/spectrum.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Parameter from "../Parameter.ts"
import { Certificates } from "./Certificates.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import * as Saddle from "./Saddle.ts"

export const LanczosCheck = Stage.make(import.meta.url, "lanczos-check", {
  /** The first so many points are checked. */
  params: { widths: Parameter.widths, first: Saddle.saddles },
  inputs: {
    landscape: LandscapeRow,
    points: Schema.Struct({ sample: Schema.Int, weights: Vector }),
    certificates: Certificates.output.certificates
  },
  outputs: Schema.Struct({
    sample: Schema.Int,
    /** λ_min by the whole matrix, and by Lanczos. */
    least: Schema.Finite,
    least_lanczos: Schema.Finite,
    /** ‖H y − λ y‖ of the vector that Lanczos found, which bounds its error. */
    bound: Schema.Finite,
    /** |λ_min − that by Lanczos| in units of the largest modulus of an eigenvalue. */
    difference: Schema.Finite
  }),
  run: ({ widths, first }, { landscape: row, points, certificates }) =>
    Effect.sync(() => {
      const landscape = landscapeOf(row)
      const known = new Map(certificates.rows.map((certificate) => [certificate.sample, certificate]))
      return points.rows.slice(0, first).flatMap(({ sample, weights }) => {
        const dense = known.get(sample)
        if (dense === undefined || dense.index === null) return [] // beyond the size of the whole matrix
        const { least, largest } = dense
        const lanczos = lanczosSpectrum(widths, weights, landscape)
        const size = Math.max(largest, -least)
        const difference = size === 0 ? 0 : Math.abs(least - lanczos.least) / size
        return [{ sample, least, least_lanczos: lanczos.least, bound: lanczos.residual, difference }]
      })
    })
})
