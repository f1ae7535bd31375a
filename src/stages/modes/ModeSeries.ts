/** The modes of a run at close quarters: its steps are done again, to the same bits, and w_ab is read every few. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { modeName } from "../../dln/levels.ts"
import { blockStates } from "../../dln/modeBlocks.ts"
import { energy } from "../../dln/modes.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { Diverged, divergence } from "../training/Diverged.ts"
import { State } from "../training/GaussianStart.ts"
import { modeBasis, type Reading } from "./modeBasis.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { settings, trainingOf } from "../training/training.ts"

const moment = { step: Schema.Int, /** η·step. */ time: Schema.Finite }

export const ModeSeries = Stage.make(import.meta.url, "mode-series", {
  params: { ...settings, from: Parameter.from, steps: Parameter.steps, every: Parameter.every },
  inputs: {
    statistics: Problem.output.statistics,
    data: Problem.output.data,
    modes: Problem.output.modes,
    state: State
  },
  outputs: {
    /** A row for each mode or block of equal modes, at the start and at every `every`-th step. */
    modes: Schema.Struct({
      ...moment,
      /** "mode 1", or "modes 2-4" for a block. */
      mode: Schema.String,
      block: Schema.Int,
      /** |w_aa|; of a block ‖W_AA‖_F/√|A|. */
      diagonal: Schema.Finite,
      /** max_{b≠a} |w_ab|; of a block the largest ‖W_AB‖_F/√|A|. */
      cross: Schema.Finite
    }),
    energies: Schema.Struct({
      ...moment,
      /** E_cross, E_tot and their ratio, of the teacher's modes; modes of one block are not cross modes. */
      cross: Schema.Finite,
      total: Schema.Finite,
      share: Schema.NullOr(Schema.Finite),
      /** ‖W‖_F² − E_tot: what lies outside of the teacher's modes. */
      outside: Schema.Finite,
      /**
       * By how much ½ Σ (w_ab − ŝ_a δ_ab)² over all modes, and half of what lies outside of them, misses the excess
       * loss of the kernel, relative to ½ Σ ŝ² plus it: round-off.
       */
      residual: Schema.Finite
    })
  },
  errors: [Diverged],
  run: Effect.fn("mode-series")(function*(params, { statistics, data, modes, state }) {
    const { widths, learningRate, from, steps, every } = params
    const training = trainingOf(params, statistics, data)
    const weights = state.rows[0]!.weights.slice()
    const basis = modeBasis(widths, modes.rows, statistics.rows[0]!)
    const records = []
    let done = from
    const first = from === 0 ? 0 : Math.floor(from / every) + 1
    for (let step = first * every; step <= from + steps; step += every) {
      const { divergedAt } = Kernel.train(training, weights, done, step - done, NO_LOSS)
      if (divergedAt !== undefined) return yield* divergence(params, training, divergedAt)
      done = step
      const reading = basis.read(weights)
      const { cross, total, share } = energy(reading.teachers, basis.blocks)
      const excess = Kernel.excessLoss(widths, weights, training.statistics)
      records.push({
        step,
        time: learningRate * step,
        states: blockStates(reading.teachers, basis.blocks),
        energies: {
          cross, total, share, outside: reading.energy - total, residual: missed(reading, basis.strengths, excess)
        }
      })
    }
    return {
      modes: records.flatMap(({ step, time, states }) =>
        states.map(({ diagonal, cross }, index) => {
          const { firstMode, lastMode } = basis.blocks[index]!
          return { step, time, mode: modeName(firstMode, lastMode), block: index + 1, diagonal, cross }
        })),
      energies: records.map(({ step, time, energies }) => ({ step, time, ...energies }))
    }
  })
})

const missed = ({ all, energy }: Reading, strengths: Float64Array, excess: number): number => {
  const off = Matrix.subtract(all, Matrix.diagonal(strengths))
  const whole = 0.5 * strengths.reduce((sum, value) => sum + value * value, 0)
  const byModes = 0.5 * (Matrix.dot(off, off) + energy - Matrix.dot(all, all))
  return Math.abs(byModes - excess) / (whole + excess)
}

/** No loss of a replay is wanted. */
const NO_LOSS = 2_147_483_647
