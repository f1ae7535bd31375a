/** Whether chains can be trusted: do they agree, how many draws are they worth, did they move. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { diagnose } from "../../dln/saddle/diagnose.ts"
import * as Stage from "../../engine/Stage.ts"
import { quantile } from "../../stats/quantile.ts"
import * as Parameter from "../Parameter.ts"
import { ChainSegment } from "./ChainSegment.ts"
import { ChainState } from "./ChainStart.ts"
import * as Saddle from "./Saddle.ts"

const real = Schema.NullOr(Schema.Finite)

export const ChainDiagnosis = Stage.make(import.meta.url, "chain-diagnosis", {
  params: { widths: Parameter.widths, modes: Saddle.modes },
  inputs: {
    snapshots: Schema.Struct({ chain: Schema.Int, ...ChainSegment.output.snapshots.fields }),
    ends: Schema.Struct({ chain: Schema.Int, ...ChainState.fields })
  },
  outputs: {
    chains: Schema.Struct({
      chain: Schema.Int,
      steps: Schema.Int,
      samples: Schema.Int,
      /** Share of proposals that were accepted; 1 without Metropolis' correction. */
      acceptance: Schema.Finite,
      /** ‖Z − Z_start‖ at the end. */
      distance: Schema.Finite
    }),
    /** Each chain in up to 100 windows of equally many snapshots: medians, at the last step of the window. */
    traces: Schema.Struct({ chain: Schema.Int, step: Schema.Int, energy: Schema.Finite, distance: Schema.Finite, snapshots: Schema.Int }),
    mixing: Schema.Struct({
      /** E, and the norms of the blocks. */
      quantity: Schema.String,
      mean: Schema.Finite,
      /** Rank-normalized split-R̂: below 1.01 where chains agree; null where the quantity does not change. */
      r_hat: real,
      /** Effective numbers of independent draws, for the centre and for the tails. */
      bulk_size: real,
      tail_size: real
    })
  },
  run: ({ widths, modes }, { snapshots, ends }) =>
    Effect.sync(() => {
      const residualWidths = widths.map((width, l) => l === 0 ? width : width - modes.length)
      const runs = ends.rows.map(({ chain, step, residual: z, start, accepted }) => ({
        chain: { chain, start, state: { step, z, accepted } },
        snapshots: snapshots.rows.filter((row) => row.chain === chain).map(({ residual, is_sample, ...row }) =>
          ({ ...row, z: residual, isSample: is_sample }))
      }))
      const { acceptance, distance, mixing } = diagnose({ residualWidths }, runs)
      return {
        chains: runs.map(({ chain, snapshots }, index) => ({
          chain: chain.chain,
          steps: chain.state.step,
          samples: snapshots.filter(({ isSample }) => isSample).length,
          acceptance: acceptance[index]!,
          distance: distance[index]!
        })),
        traces: runs.flatMap(({ chain: { chain }, snapshots }) => windows(snapshots).map((window) => ({
          chain,
          step: window.at(-1)!.step,
          energy: quantile(window.map(({ energy }) => energy), 0.5),
          distance: quantile(window.map(({ distance }) => distance), 0.5),
          snapshots: window.length
        }))),
        mixing: mixing.map(({ quantity, mean, rHat, bulkSize, tailSize }) =>
          ({ quantity, mean, r_hat: rHat, bulk_size: bulkSize, tail_size: tailSize }))
      }
    })
})

const windows = <A>(rows: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const length = Math.max(1, Math.ceil(rows.length / 100))
  return Array.from({ length: Math.ceil(rows.length / length) }, (_, window) => rows.slice(window * length, (window + 1) * length))
}
