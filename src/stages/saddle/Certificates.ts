/** What kind of critical point each network is at, by the spectrum of the Hessian and by ranks, and its rank pattern. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { multiplicity } from "../../dln/multiplicity.ts"
import * as Pattern from "../../dln/Pattern.ts"
import { certifyAll, verdicts } from "../../dln/saddle/certify.ts"
import { rankPattern } from "../../dln/saddle/invariants.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import * as Saddle from "./Saddle.ts"

export const Certificates = Stage.make(import.meta.url, "certificates", {
  params: { widths: Parameter.widths },
  inputs: { landscape: LandscapeRow, points: Schema.Struct({ sample: Schema.Int, weights: Vector }) },
  outputs: {
    certificates: Schema.Struct({
      sample: Schema.Int,
      verdict: Schema.Literals(verdicts),
      reason: Schema.String,
      by_spectrum: Schema.Literals(["negative eigenvalue", "no negative eigenvalue", "undecided"]),
      by_ranks: Schema.Literals(verdicts),
      /** λ_min and λ_max of the Hessian of the full loss. */
      least: Schema.Finite,
      largest: Schema.Finite,
      /** Eigenvalues within ±tolerance count as zero. */
      tolerance: Schema.Finite,
      /** Negative eigenvalues and zeros; null by Lanczos, in large networks. */
      index: Schema.NullOr(Schema.Int),
      nullity: Schema.NullOr(Schema.Int),
      /** Whether index and nullity do not hang on the tolerance. */
      clear: Schema.NullOr(Schema.Boolean),
      /** S as it is found in the end-to-end matrix; null where it is no projection of the target. */
      learnt: Schema.NullOr(Schema.String),
      /** Pivots that are not tightened, such as "(3, 2)"; null where the ranks of the ends settle it. */
      open_pivots: Schema.NullOr(Schema.String),
      /** ‖∇ℓ‖ in units of its terms. */
      gradient: Schema.Finite,
      /** ℓ − ℓ_min. */
      excess: Schema.Finite
    }),
    /** r_ij and m_ij of every sample. */
    patterns: Schema.Struct({
      sample: Schema.Int,
      i: Schema.Int,
      j: Schema.Int,
      rank: Schema.Int,
      multiplicity: Schema.Int
    })
  },
  run: ({ widths }, inputs) =>
    Effect.sync(() => {
      const landscape = landscapeOf(inputs.landscape)
      const { rows } = inputs.points
      const certificates = certifyAll(landscape, widths, rows.map(({ weights }) => weights))
      const found = rows.map(({ sample, weights }, k) => ({
        sample,
        certificate: certificates[k]!,
        excess: Kernel.excessLoss(widths, weights, landscape),
        ranks: rankPattern(widths, weights)
      }))
      return {
        certificates: found.map(({ sample, certificate: { spectrum, ...certificate }, excess }) => ({
          sample,
          verdict: certificate.verdict,
          reason: certificate.reason,
          by_spectrum: certificate.bySpectrum,
          by_ranks: certificate.byRanks,
          least: spectrum.least,
          largest: spectrum.largest,
          tolerance: spectrum.tolerance,
          index: spectrum.index,
          nullity: spectrum.nullity,
          clear: spectrum.isClear,
          learnt: certificate.modes && Saddle.label(certificate.modes),
          open_pivots: certificate.pivots.length === 0 ? null
            : certificate.pivots.filter(({ isTightened }) => !isTightened).map(({ i, j }) => `(${i}, ${j})`).join(" "),
          gradient: certificate.gradient,
          excess
        })),
        patterns: found.flatMap(({ sample, ranks }) => {
          const { raw } = multiplicity(ranks)
          return Pattern.pairs(widths.length - 1).map(({ i, j }, entry) =>
            ({ sample, i, j, rank: ranks[entry]!, multiplicity: raw[entry]! }))
        })
      }
    })
})
