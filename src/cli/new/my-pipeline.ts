/**
 * Does a larger start learn faster? A deep linear network is trained from starts of several sizes, once by GD and a few
 * times by SGD; a stage of this file finds when each run has learnt half of what there is to learn.
 *
 * Change anything here and run it again: only what the change concerns is computed anew.
 */
import { Claim, Effect, Figure, Grid, Pipeline, Report, Schema, Stage } from "dln-lab"
import { GaussianStart, Parameter, Problem, Segment, train } from "dln-lab/stages"

/** A stage is a named, pure step from parameters and tables to tables, and must be exported. */
export const HalfTime = Stage.make(import.meta.url, "my-pipeline/half-time", {
  params: {},
  inputs: { curve: Segment.output.curve },
  outputs: Schema.Struct({ start: Schema.Finite, half: Schema.Finite, end: Schema.Finite }),
  run: (_, { curve }) =>
    Effect.sync(() => {
      const [start, end] = [curve.rows[0]!.excess, curve.rows.at(-1)!.excess]
      const half = curve.rows.find(({ excess }) => excess <= start / 2)?.time ?? curve.rows.at(-1)!.time
      return [{ start, half, end }]
    })
})

export default Pipeline.make("my-pipeline", {
  about: "does a larger start learn faster?",
  params: {
    exponents: Schema.Array(Parameter.exponent).annotate({ description: "exponents γ of the starts, of variance w^(−γ)" }),
    seeds: Parameter.seeds,
    seed: Parameter.seed,
    samples: Parameter.samples,
    steps: Parameter.steps
  },
  defaults: { exponents: [2, 1.5, 1], seeds: 4, seed: 1, samples: 200, steps: 2000 },
  presets: { quick: {}, paper: { seeds: 32, samples: 2000, steps: 8000 } },
  problems: ({ steps }) => steps % 500 === 0 ? [] : [`steps = ${steps} is no multiple of 500, the steps of a segment`]
}, ({ exponents, seeds, seed, samples, steps }) => {
  const widths = [5, 16, 16, 5]
  const { data, statistics } = Problem({
    singularValues: [4, 2, 1], inputs: 5, outputs: 5, samples, noise: 0.1, whiten: "exact", covariance: "isotropic", condition: 1,
    seed, replicate: 1
  })

  // Calls describe what is to be computed; nothing runs here. A grid has a cell for each combination.
  const { curves, times } = Grid.map(Grid.cross({ exponent: exponents }), ({ exponent }) => {
    const start = GaussianStart({ widths, exponent, seed, replicate: 1 })
    const measure = ({ run }: { readonly run: number }) => {
      const { curve } = train({
        data, statistics, start, widths, learningRate: 0.01, steps, segment: 500, lossEvery: 1,
        batches: run === 0 ? null : { seed, replicate: 1, run, size: 8, sampler: "shuffle" }
      })
      return { curves: curve, times: HalfTime({ curve }) }
    }
    return Grid.map([
      { algorithm: "GD", run: 0 },
      ...Array.from({ length: seeds }, (_, index) => ({ algorithm: "SGD", run: index + 1 }))
    ], measure)
  })

  return {
    tables: { curves, times },
    conditions: `$n = ${samples}$ samples, ${seeds} seeds of SGD`,
    report: Report`
# Does a larger start learn faster?

A deep linear network of widths ${widths.join(", ")} is trained on ${samples} samples from starts of variance $w^{-\gamma}$.

${Figure.lines(curves, {
      x: "time", y: "excess", color: "algorithm", group: ["run"], facet: { columns: "exponent" }, yScale: "log", yLimits: [1e-4, null],
      inks: { GD: "black" }, labels: { x: "time $t = \\eta \\cdot$ step", y: "excess loss $\\ell - \\ell_{\\min}$", columns: "$\\gamma$" },
      caption: `Excess loss of GD and of ${seeds} runs of SGD, by the size of the start: a smaller $\\gamma$ is a larger start.`
    })}

${Figure.points(times, {
      x: "exponent", y: "half", color: "algorithm", xScale: "band", inks: { GD: "black" },
      labels: { x: "$\\gamma$", y: "time to half the loss" },
      caption: "When each run has learnt half of what there is to learn."
    })}

${Claim.every("Every run ends below a tenth of its first excess loss", times, { holds: ({ end, start }) => end < start / 10 })}
`
  }
})
