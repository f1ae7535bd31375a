/** The thresholds ε at which the rank of the signal is recovered reliably, for one noise: a single interval. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { admissible } from "../../dln/recovery.ts"
import * as Stage from "../../engine/Stage.ts"
import { DrawnSpectrum } from "./NoisySpectra.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { Recovery } from "./Recovery.ts"
import { strengthsOf } from "../signal.ts"
import { thresholdText } from "./thresholdText.ts"

const real = Schema.NullOr(Schema.Finite)

export const Admissible = Stage.make(import.meta.url, "admissible", {
  params: { required: Parameter.required },
  inputs: { modes: Problem.output.modes, spectra: DrawnSpectrum, recovery: Recovery.output },
  outputs: Schema.Struct({
    /** The size of the noise as the σ of independent entries. */
    sigma: Schema.Finite,
    /** The widest run of ε at which the lower end of the interval of recovery is `required` or more; null if none. */
    smallest: real,
    largest: real,
    /** The ε of the grid on either side of it, which are not admissible: the bounds lie between. */
    below: real,
    above: real,
    /** What theory gives: the edge of independent noise, σ(√(d_out − r) + √(d_in − r))/s_1, and s_r/s_1. */
    edge: Schema.Finite,
    ceiling: Schema.Finite,
    draws: Schema.Int,
    finding: Schema.String
  }),
  run: ({ required }, { modes, spectra, recovery }) =>
    Effect.sync(() => {
      const strengths = strengthsOf(modes)
      const rows = recovery.rows
      const passes = rows.map(({ recovery_low }) => recovery_low >= required)
      const found = admissible(rows.map(({ epsilon }) => epsilon), passes)
      return [{
        sigma: rows[0]!.sigma,
        smallest: found && found.low,
        largest: found && found.high,
        below: found && found.below,
        above: found && found.above,
        edge: spectra.rows[0]!.edge,
        ceiling: strengths.at(-1)! / strengths[0]!,
        draws: rows[0]!.draws,
        finding: found === null
          ? "no ε of the grid recovers the rank reliably: use effective rank"
          : `any ε from ${thresholdText(found.low)} to ${thresholdText(found.high)} recovers the rank`
      }]
    })
})
