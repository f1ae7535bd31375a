/** All eigenvalues of the Hessian of the full loss at the first few points. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Tridiagonal from "../../linalg/Tridiagonal.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import * as Saddle from "./Saddle.ts"

export const HessianSpectra = Stage.make(import.meta.url, "hessian-spectra", {
  params: { widths: Parameter.widths, first: Saddle.saddles },
  inputs: { landscape: LandscapeRow, points: Schema.Struct({ sample: Schema.Int, weights: Vector }) },
  outputs: Schema.Struct({
    sample: Schema.Int,
    /** From 1 at the least. */
    place: Schema.Int,
    eigenvalue: Schema.Finite,
    /** The same, and 0 where its modulus is within 1e-8 of the largest: what is left of zero by round-off. */
    counted: Schema.Finite,
    sign: Schema.Literals(["negative", "zero", "positive"])
  }),
  run: ({ widths, first }, inputs) =>
    Effect.sync(() => {
      const landscape = landscapeOf(inputs.landscape)
      return inputs.points.rows.slice(0, first).flatMap(({ sample, weights }) => {
        const values = Tridiagonal.eigenvalues(Kernel.hessianTridiagonal(widths, weights, landscape))
        const tolerance = 1e-8 * Math.max(values.at(-1)!, -values[0]!)
        return Array.from(values, (eigenvalue, index) => {
          const counted = Math.abs(eigenvalue) <= tolerance ? 0 : eigenvalue
          const sign = counted < 0 ? "negative" as const : counted > 0 ? "positive" as const : "zero" as const
          return { sample, place: index + 1, eigenvalue, counted, sign }
        })
      })
    })
})
