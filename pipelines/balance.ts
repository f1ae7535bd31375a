/**
 * Are adjacent layers balanced, and do they stay so? For every regime and kind of teacher: the balance residual of GD
 * and of S runs of SGD along training, the exact law of one step, and the drift that the size of the steps causes.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report, Schema } from "dln-lab"
import {
  BalanceCourse, BalanceDrift, BalanceIdentity, BalanceMeans, columnNames, DriftLaw, Parameter, Protocol, train
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK" }
const inks = { gd: "black", sgd: "blue" } as const

export default Pipeline.make("balance", {
  about: "are adjacent layers balanced, and do they stay so?",
  params: {
    ...Protocol.params,
    divisors: Schema.Array(Parameter.divisor).check(Schema.isMinLength(2), Schema.isUnique()).annotate({
      description: "the drift is measured at the learning rate of the regime divided by each of these, two or more"
    }),
    driftSteps: Schema.Struct({
      "saddle-to-saddle": Parameter.steps, intermediate: Parameter.steps, ntk: Parameter.steps
    }).annotate({
      description: "steps at the regime's learning rate after which the drift is measured; smaller rates take more"
    }),
    bootstrap: Parameter.bootstrap,
    level: Parameter.level
  },
  defaults: {
    ...Protocol.defaults,
    divisors: [1, 2, 4, 8],
    driftSteps: { "saddle-to-saddle": 1000, intermediate: 200, ntk: 200 },
    bootstrap: 2000,
    level: 0.95
  },
  presets: { quick: {}, paper: { ...Protocol.paper, divisors: [1, 2, 4, 8, 16], bootstrap: 10_000 } },
  problems: Protocol.problems
}, ({ divisors, driftSteps, bootstrap, level, ...settings }) => {
  const { learningRates, regimes, seed, seeds, teachers } = settings
  const widths = Protocol.widthsOf(settings)
  const interval = { bootstrap, level, seed }
  const teacher = teachers[0]!

  const { stability, ...courses } = Grid.map(Protocol.cells(settings), (cell) => {
    const { run: runOf, stability, start } = Protocol.cell(settings, cell)
    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, states, trained } = runOf(run)
      return {
        courses: BalanceCourse({ widths, start, checkpoints }),
        identities: Grid.concat(states.slice(0, -1).map((state) => BalanceIdentity({ ...trained, state })))
      }
    }
    const sgd = Grid.map(Grid.range("run", 1, seeds), measure)
    return {
      ...Grid.map(Protocol.runs(settings), measure),
      means: BalanceMeans({ ...interval, courses: sgd.courses }),
      stability
    }
  })

  const drift = Grid.map(Grid.cross({ regime: regimes, algorithm: ["gd", "sgd"] }), ({ regime, algorithm }) => {
    const { problem: { statistics }, run: runOf, start } = Protocol.cell(settings, { regime, teacher, replicate: 1 })
    const rates = divisors.map((divisor) => ({ learning_rate: learningRates[regime] / divisor, divisor }))
    const drifts = Grid.map(algorithm === "gd" ? [{ run: 0 }] : Grid.range("run", 1, seeds), ({ run }) =>
      Grid.map(rates, ({ learning_rate: learningRate, divisor }) => {
        const steps = driftSteps[regime] * divisor
        const { trained } = runOf(run)
        const { end } = train({ ...trained, learningRate, statistics, start, steps, segment: steps, lossEvery: steps })
        return BalanceDrift({ widths, start, end })
      }))
    return { drifts, ...DriftLaw({ ...interval, drifts }) }
  })
  const tables = { ...courses, ...drift }
  const { drifts, identities, law, means, slopes } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, inks, free: ["x"] } as const
  const time = "time $t = \\eta \\cdot$ step"
  const along = (column: "residual" | "drift") => {
    const shown = { x: "time", y: column, dashes: "layer", group: ["replicate"], weight: 1.2 } as const
    const band = [`${column}_low`, `${column}_high`] as const
    return [
      Figure.lines(means, { ...shown, band, ink: "blue", name: "SGD", where: { alignment: ["time"] } }),
      Figure.lines(tables.courses, {
        ...shown, ink: "black", name: "GD", where: { alignment: ["time"], algorithm: ["gd"] }
      })
    ] as const
  }
  const pair = "layers $l$, $l+1$"

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: Protocol.bands({ level, seeds }),
    names: { ...columnNames, ...names },
    report: Report`
# Balance of adjacent layers

Gradient flow conserves $G_l = W_l W_l^\top - W_{l+1}^\top W_{l+1}$, and the theory of learning dynamics assumes that
it is 0. How far from balanced are the layers of a network of widths ${widths.join(", ")} along one run of GD and
${seeds} of SGD? The residual

$$r_l = \frac{\|G_l\|_F}{\|W_l W_l^\top\|_F + \|W_{l+1}^\top W_{l+1}\|_F} \in [0, 1]$$

does not change when all weights are scaled. A random start is unbalanced at any scale. What gradient flow adds to it
is balanced, so $r_l$ falls where the start is small against what is learnt.

${Figure.layers(along("residual"), {
  ...panelsOf, yScale: "log", labels: { x: time, y: "$r_l$", dashes: pair },
  caption: `Balance residual along GD and SGD. SGD: mean over runs.`
})}

## One step, exactly

A step of size $\eta$ with gradients $g$, of any batch, changes $G_l$ by
$\eta^2 (g_l g_l^\top - g_{l+1}^\top g_{l+1})$ and nothing else, since $g_l W_l^\top = W_{l+1}^\top g_{l+1}$. The
trainer is held to it at the start of each of its segments.

${Claim.every(
  "Steps of GD and SGD change $G_l$ by $\\eta^2(g_l g_l^\\top - g_{l+1}^\\top g_{l+1})$, to round-off",
  identities,
  { where: ({ residual }) => residual !== null, holds: ({ residual }) => residual! < 1e-13 }
)}

${Claim.every("$0 \\le r_l \\le 1$", tables.courses, {
  where: ({ residual }) => residual !== null,
  holds: ({ residual }) => residual! >= 0 && residual! <= 1
})}

## The drift

Over a fixed time there are $T/\eta$ steps of $\eta^2$ each, so $G_l$ drifts by an amount of order $\eta$. For GD that
is the error of its steps. For SGD the covariance of the gradient noise takes part in it, and as its steps are random,
the drift also scatters about its mean, by an amount of order $\eta^{3/2}$: where the noise of two layers nearly
cancels in the mean, the scatter and what is of second order show as a steeper law.

${Figure.layers(along("drift"), {
  ...panelsOf, free: ["x", "y"], labels: { x: time, y: "$\\|G_l(t) - G_l(0)\\|_F$", dashes: pair },
  caption: `Drift of $G_l$, which gradient flow conserves. SGD: mean over runs.`
})}

${Figure.layers([
  Figure.points(drifts, { x: "learning_rate", y: "drift", color: "algorithm", shapes: "layer", size: 3.5 }),
  Figure.lines(law, { x: "learning_rate", y: "drift", color: "algorithm", dashes: "layer", weight: 0.8 })
], {
  facet: { columns: "regime" }, names, inks, free: ["x", "y"], xScale: "log", yScale: "log",
  labels: { x: "learning rate $\\eta$", y: "$\\|G_l(T) - G_l(0)\\|_F$", color: "", shapes: pair, dashes: pair },
  caption: `Drift at the same time, for learning rates that are divided by ${divisors.join(", ")}: one GD run and ` +
    `${seeds} SGD runs on the ${teacher} teacher. Lines: $c\\,\\eta$.`
})}

${Hypothesis.test("The drift of $G_l$ under GD is of order $\\eta$: its exponent is 1", slopes, {
  where: ({ algorithm }) => algorithm === "gd",
  effect: "excess",
  interval: ["excess_low", "excess_high"],
  margin: 0.1
})}

${Hypothesis.test("The drift of $G_l$ under SGD is of order $\\eta$ too", slopes, {
  where: ({ algorithm }) => algorithm === "sgd",
  effect: "excess",
  interval: ["excess_low", "excess_high"],
  margin: 0.1
})}

${Report.table(slopes, {
  caption: "Slopes of $\\ln \\|G_l(T) - G_l(0)\\|_F$ against $\\ln \\eta$, and their excess over 1. The interval of " +
    "SGD is the percentile bootstrap over runs, that of a single run the range of slopes between neighbouring rates.",
  limit: 24
})}

## Answers

${Hypothesis.test("In the end the layers of SGD are balanced, to a twentieth", means, {
  where: ({ checkpoint }) => checkpoint === "end",
  effect: "residual",
  interval: ["residual_low", "residual_high"],
  margin: 0.05
})}

${Report.table(tables.courses, {
  caption: "Balance at the start and in the end, of GD and of the first SGD run.",
  where: ({ checkpoint, run }) => run <= 1 && (checkpoint === "start" || checkpoint === "end"),
  columns: ["regime", "teacher", "replicate", "algorithm", "checkpoint", "layer", "residual", "defect", "drift"],
  limit: 72
})}
`
  }
})
