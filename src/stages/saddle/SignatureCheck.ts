/** The signature of the Hessian at constructed saddles, measured beside its closed form. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { Certificates } from "./Certificates.ts"
import { ConstructedSaddles } from "./ConstructedSaddles.ts"

const whole = Schema.NullOr(Schema.Int)

export const SignatureCheck = Stage.make(import.meta.url, "signature-check", {
  params: {},
  inputs: { residuals: ConstructedSaddles.output.residuals, certificates: Certificates.output.certificates },
  outputs: Schema.Struct({
    sample: Schema.Int,
    least: Schema.Finite,
    least_formula: Schema.NullOr(Schema.Finite),
    /** |λ_min − its formula| in units of the largest modulus of an eigenvalue. */
    least_error: Schema.NullOr(Schema.Finite),
    index: whole,
    index_formula: whole,
    nullity: whole,
    nullity_formula: whole,
    /** Whether the measured counts do not hang on the tolerance. */
    clear: Schema.NullOr(Schema.Boolean)
  }),
  run: (_, { residuals, certificates }) =>
    Effect.sync(() => {
      const measured = new Map(certificates.rows.map((row) => [row.sample, row]))
      return residuals.rows.flatMap(({ sample, least_formula, index_formula, nullity_formula }) => {
        const found = measured.get(sample)
        if (found === undefined) return []
        const { least, largest, index, nullity, clear } = found
        const size = Math.max(largest, -least)
        const least_error = least_formula === null ? null : size === 0 ? 0 : Math.abs(least - least_formula) / size
        return [{ sample, least, least_formula, least_error, index, index_formula, nullity, nullity_formula, clear }]
      })
    })
})
