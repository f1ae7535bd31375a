/** What is wrong with the windows around escapes, a sentence for each regime whose runs are shorter than Δ. */
import type { Settings } from "../Protocol.ts"

export const windowProblems = ({ regimes, alignment, window, learningRates, steps }: Settings): ReadonlyArray<string> =>
  regimes.flatMap((regime) => {
    const end = Number((learningRates[regime] * steps[regime]).toPrecision(6))
    return alignment.includes("escape") && window > end
      ? [`window = ${window}, but ${regime} runs end at time ${end}: lower it, or leave "escape" out of alignment`]
      : []
  })
