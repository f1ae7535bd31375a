// Whether the chains of a sampler can be trusted: do they agree, how many draws are they worth, did they move.
import * as Chains from "../../stats/Chains.ts"
import { mean } from "../../stats/mean.ts"
import type { NormalForm } from "./NormalForm.ts"
import * as Prior from "./Prior.ts"
import type { Chain, Snapshot } from "./Sampler.ts"

/** Of one quantity over all chains; null where it does not change, or has fewer than four samples a chain. */
export interface Mixing {
  readonly quantity: string
  readonly mean: number
  /** Below 1.01 where the chains agree. */
  readonly rHat: number | null
  readonly bulkSize: number | null
  readonly tailSize: number | null
}

export interface Diagnosis {
  /** Share of proposals accepted by each chain; 1 without Metropolis' correction. */
  readonly acceptance: ReadonlyArray<number>
  /** ‖Z − Z_start‖ of each chain at its last snapshot. */
  readonly distance: ReadonlyArray<number>
  /** E, and the norms ‖Z_1‖ … ‖Z_L‖. */
  readonly mixing: ReadonlyArray<Mixing>
}

/** Chains with equally many samples each, at least one. */
export const diagnose = (
  { residualWidths }: Pick<NormalForm, "residualWidths">,
  runs: ReadonlyArray<{ readonly chain: Chain; readonly snapshots: ReadonlyArray<Snapshot> }>
): Diagnosis => {
  const samples = runs.map(({ snapshots }) => snapshots.filter(({ isSample }) => isSample))
  const norms = samples.map((snapshots) => snapshots.map(({ z }) => Prior.norms(residualWidths, z)))
  const mixing = (quantity: string, of: (chain: number, sample: number) => number): Mixing => {
    const draws = samples.map((snapshots, chain) => Float64Array.from(snapshots, (_, sample) => of(chain, sample)))
    return {
      quantity,
      mean: mean(draws.map(mean)),
      rHat: Chains.rHat(draws),
      bulkSize: Chains.bulkSize(draws),
      tailSize: Chains.tailSize(draws)
    }
  }
  return {
    acceptance: runs.map(({ chain: { state } }) => state.accepted / Math.max(state.step, 1)),
    distance: runs.map(({ snapshots }) => snapshots.at(-1)?.distance ?? 0),
    mixing: [
      mixing("E", (chain, sample) => samples[chain]![sample]!.energy),
      ...residualWidths.slice(1).map((_, index) =>
        mixing(`‖Z_${index + 1}‖`, (chain, sample) => norms[chain]![sample]![index]!))
    ]
  }
}
