/** The floor of E_cross under SGD on every plateau and at the end, measured, beside the theory of order η/B. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { crossFloor } from "../../dln/crossFloor.ts"
import { drops } from "../../dln/levels.ts"
import { blockStrength } from "../../dln/modeBlocks.ts"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import * as StudentT from "../../stats/StudentT.ts"
import { standardError } from "../../stats/variance.ts"
import { ModeSeries } from "./ModeSeries.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"

const real = Schema.NullOr(Schema.Finite)
const { energies, modes } = ModeSeries.output

export const NoiseFloors = Stage.make(import.meta.url, "noise-floors", {
  params: {
    widths: Parameter.widths,
    learningRate: Parameter.learningRate,
    batch: Parameter.batch,
    noise: Parameter.noise,
    level: Parameter.level
  },
  inputs: {
    problem: Problem.output.modes,
    series: Schema.Struct({ run: Schema.Int, ...modes.fields }),
    energies: Schema.Struct({ run: Schema.Int, ...energies.fields })
  },
  outputs: Schema.Struct({
    /** Modes that are learnt, and whether these are all. */
    learnt: Schema.Int,
    end: Schema.Boolean,
    /**
     * Mean over runs of the mean of E_cross over the run's stay there, its first quarter left out; s.e.m. and Student's
     * interval over runs. Null where no run stays for 8 readings.
     */
    measured: real,
    error: real,
    low: real,
    high: real,
    runs: Schema.Int,
    /** The theory at a balanced state: to first order in η/B, and with the size of the steps; null if unstable. */
    first_order: Schema.Finite,
    theory: real,
    /** measured/theory − 1, with the size of the steps, and its interval. */
    excess: real,
    excess_low: real,
    excess_high: real
  }),
  run: ({ widths, learningRate, batch, noise, level }, { problem, series, energies }) =>
    Effect.sync(() => {
      const singularValues = Float64Array.from(problem.column("singular_value"))
      const rank = problem.rows.filter(({ teacher_value }) => teacher_value !== null).length
      const blocks = drops(singularValues, rank)
      const strengths = blocks.map((block) => blockStrength(singularValues, block))
      const crossOf = new Map(energies.rows.map(({ run, step, cross }) => [`${run} ${step}`, cross]))
      const runs = [...Map.groupBy(series.rows, ({ run }) => run)].map(([run, rows]) =>
        [...Map.groupBy(rows, ({ step }) => step)].map(([step, states]) => ({
          cross: crossOf.get(`${run} ${step}`)!,
          learnt: learntBlocks(states.map(({ block, diagonal }) => diagonal / strengths[block - 1]!))
        })))
      return blocks.map(({ lastMode }, index) => {
        const learnt = index + 1
        const floors = runs.flatMap((readings) => {
          const stay = readings.filter((reading) => reading.learnt === learnt).map(({ cross }) => cross)
          return stay.length < SHORTEST ? [] : [mean(stay.slice(Math.ceil(stay.length / 4)))]
        })
        const { firstOrder, finiteSteps: theory } = crossFloor({
          singularValues, blocks, learnt, depth: widths.length - 1, learningRate, batch, labelNoise: noise
        })
        const measured = floors.length === 0 ? null : mean(floors)
        const interval = floors.length === 0 ? null : StudentT.interval(floors, level)
        const excess = (value: number | null) =>
          value === null || theory === null || theory === 0 ? null : value / theory - 1
        return {
          learnt: lastMode,
          end: learnt === blocks.length,
          measured,
          error: floors.length === 0 ? null : standardError(floors),
          low: interval?.low ?? null,
          high: interval?.high ?? null,
          runs: floors.length,
          first_order: firstOrder,
          theory,
          excess: excess(measured),
          excess_low: excess(interval?.low ?? null),
          excess_high: excess(interval?.high ?? null)
        }
      })
    })
})

/** Readings that a stay needs. */
const SHORTEST = 8

/** k where the first k blocks stand at 90 % or more of their strength and the others at 10 % or less; else null. */
const learntBlocks = (shares: ReadonlyArray<number>): number | null => {
  const k = shares.filter((share) => share >= 0.9).length
  return shares.every((share, index) => index < k ? share >= 0.9 : share <= 0.1) ? k : null
}
