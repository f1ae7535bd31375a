/**
 * Does SGD follow GD in parameter space, or in function space alone? For every regime and kind of teacher: the distance
 * between GD and S runs of SGD from the same start on the same data, at matched time, loss and escape.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  columnNames, DistanceCourse, DistanceMeans, EscapeDelays, Parameter, ParameterDistance, Protocol, SaddleNorms
} from "dln-lab/stages"

const names = {
  ntk: "NTK", relative: "parameters", function_relative: "function", layer_mean: "mean over layers"
}

export default Pipeline.make("parameter-distance", {
  about: "does SGD follow GD in parameter space, or in function space alone?",
  params: { ...Protocol.params, bootstrap: Parameter.bootstrap, level: Parameter.level },
  defaults: { ...Protocol.defaults, bootstrap: 1000, level: 0.95 },
  presets: { quick: {}, paper: { ...Protocol.paper, bootstrap: 10_000 } },
  problems: Protocol.problems
}, ({ bootstrap, level, ...settings }) => {
  const { batch, sampler, seed, seeds } = settings
  const widths = Protocol.widthsOf(settings)
  const interval = { bootstrap, level, seed }

  const { stability, ...tables } = Grid.map(Protocol.cells(settings), (cell) => {
    const { problem, run: runOf, stability } = Protocol.cell(settings, cell)
    const gd = runOf(0)
    const { escapes, layers, whole } = Grid.map(Grid.range("run", 1, seeds), ({ run }) => {
      const { checkpoints, escapes } = runOf(run)
      return { ...ParameterDistance({ widths, gd: gd.checkpoints, sgd: checkpoints }), escapes }
    })
    return {
      distances: whole,
      layers,
      means: DistanceMeans({ ...interval, whole, layers }),
      courses: DistanceCourse({ ...interval, whole }),
      delays: EscapeDelays({ ...interval, gd: gd.escapes, sgd: escapes }),
      saddles: SaddleNorms({ widths, modes: problem.modes, statistics: problem.statistics }),
      stability
    }
  })
  const { courses, delays, distances, means, saddles } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, free: ["x", "y"] } as const
  const time = "time $t = \\eta \\cdot$ step"
  const mean = { x: "time", y: "mean", band: ["low", "high"], group: ["replicate"] } as const
  const ratios = { color: "quantity", where: { quantity: ["relative", "layer_mean", "function_relative"] } } as const
  const around = (quantity: "relative" | "function_relative", label: string) =>
    Figure.lines(means, {
      ...mean, x: "offset", color: "first_mode", group: ["regime", "replicate", "drop"],
      where: { alignment: ["escape"], quantity: [quantity] }, facet: { rows: "teacher" }, free: ["y"], at: { x: [0] },
      labels: { x: "$t - t_{esc}$", y: label, color: "escape of mode" }
    })

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: Protocol.bands({ level, seeds }),
    names: { ...columnNames, ...names },
    report: Report`
# Distance of GD and SGD in parameter space and in function space

One run of GD and ${seeds} of SGD (batches of ${batch},
${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) leave from the same weights
$\theta$ of a deep linear network of widths ${widths.join(", ")} on the same data; only batches differ between SGD
runs, so that means over runs are the $\mathbf{E}_B$ of the protocol. The network has symmetries that change $\theta$
and not $W$, so GD and SGD may compute the same function with different weights. The protocol expects their distance
to be large in mid-training, to fall as saddles are crossed, and to be small in the end.

## The scale: the norm of the weights

${Figure.layers([
  Figure.lines(distances, {
    x: "time", y: "sgd_norm", ink: "blue", name: "SGD", group: ["replicate", "run"], where: { alignment: ["time"] }
  }),
  Figure.lines(distances, {
    x: "time", y: "norm", ink: "black", name: "GD", group: ["replicate"], where: { alignment: ["time"], run: [1] }
  }),
  Figure.rules(saddles, { y: "norm", where: { regime: ["saddle-to-saddle"] } })
], {
  ...panelsOf, labels: { x: time, y: "$\\|\\theta\\|$" },
  caption: `Norm of the weights of GD and of ${seeds} SGD runs. Dotted: the balanced saddles with $k$ learnt modes, ` +
    "$\\|\\theta\\|^2 = L \\sum_{i \\le k} \\hat s_i^{2/L}$, near which a small start must dwell."
})}

## At the same time

${Figure.lines(means, {
  ...panelsOf, ...mean, where: { alignment: ["time"], quantity: ["distance"] },
  labels: { x: time, y: "$E_B \\|\\theta_{GD} - \\theta_{SGD}\\|$" },
  caption: `Distance in parameter space at the same time. Mean over SGD runs.`
})}

${Figure.lines(means, {
  ...panelsOf, ...mean, ...ratios, where: { ...ratios.where, alignment: ["time"] },
  labels: { x: time, y: "relative distance", color: "" },
  caption: "Relative distances at the same time: " +
    "of the weights, $\\|\\theta_{GD} - \\theta_{SGD}\\|/\\|\\theta_{GD}\\|$; " +
    `the mean of $d_l$ over layers; of the end-to-end matrix, $\\|W_{GD} - W_{SGD}\\|_F/\\|W_{GD}\\|_F$. Mean over SGD runs.`
})}

While a mode rises, a run that is a little late has not yet learnt what the other has: at the same time, distances
hold the delay of SGD too, which the next table gives. Checkpoints of the same loss, further down, are without it.

${Report.table(delays, {
  caption: `How much later SGD leaves each saddle than GD: $t_{esc}^{SGD}/t_{esc}^{GD} - 1$. Mean over SGD runs.`, limit: 40
})}

${Figure.lines(means, {
  ...panelsOf, ...mean, where: { alignment: ["time"], quantity: ["cosine"] },
  labels: { x: time, y: "$\\cos(\\theta_{GD}, \\theta_{SGD})$" },
  caption: `Cosine of the weights of GD and SGD at the same time. Mean over SGD runs.`
})}

${Figure.lines(means, {
  ...panelsOf, ...mean, color: "layer", where: { alignment: ["time"], quantity: ["layer"] },
  labels: { x: time, y: "$d_l$", color: "layer $l$" },
  caption: "Relative distance of each layer, $d_l = E_B \\|W_{l,GD} - W_{l,SGD}\\|_F/\\|W_{l,GD}\\|_F$, " +
    `at the same time. Mean over SGD runs.`
})}

## At the same loss

${Figure.lines(means, {
  ...panelsOf, ...mean, ...ratios, where: { ...ratios.where, alignment: ["level"] }, xScale: "symlog",
  labels: { x: "time of GD at that level", y: "relative distance", color: "" },
  caption: `Relative distances at matched levels of the loss, which each run passes in its own time. Mean over SGD runs.`
})}

## Around the same escape

${Figure.beside([
  around("relative", "relative distance, $\\theta$"),
  around("function_relative", "relative distance, $W$")
], {
  letters: true,
  caption: "Relative distances around each escape, on every run's own $t - t_{esc}$: (a) in parameter space, (b) in " +
    `function space. Mean over SGD runs; the table \`means\` has the number of runs at each point.`
})}

## Exact facts

${Claim.every("GD and SGD start from the same weights", distances, {
  where: ({ step }) => step === 0,
  holds: ({ distance, function_distance }) => distance === 0 && function_distance === 0
})}

${Claim.every(
  "$\\|\\theta_{GD} - \\theta_{SGD}\\|^2$ is the sum of its layers and obeys the law of cosines, to round-off",
  distances,
  { where: ({ residual }) => residual !== null, holds: ({ residual }) => residual! < 1e-13 }
)}

## Answers

${Hypothesis.test("In the end SGD has GD's weights, to a tenth", courses, {
  where: ({ space }) => space === "parameters",
  effect: "end",
  interval: ["end_low", "end_high"],
  margin: 0.1
})}

${Hypothesis.test("In the end SGD has GD's function, to a twentieth", courses, {
  where: ({ space }) => space === "function",
  effect: "end",
  interval: ["end_low", "end_high"],
  margin: 0.05
})}

${Hypothesis.test("The distance of the weights falls to less than half of its peak", courses, {
  where: ({ space }) => space === "parameters",
  effect: "fall",
  interval: ["fall_low", "fall_high"],
  margin: 0.5
})}

${Hypothesis.test("The distance of the functions falls to less than half of its peak", courses, {
  where: ({ space }) => space === "function",
  effect: "fall",
  interval: ["fall_low", "fall_high"],
  margin: 0.5
})}

${Report.table(courses, {
  caption: `Relative distance at its peak and in the end, and their ratio. Mean over SGD runs.`,
  limit: 40
})}

${Report.table(means, {
  caption: "Levels of the loss that GD or some SGD run never reached, and how many SGD runs did. No row: none.",
  where: (row) => row.alignment === "level" && row.quantity === "distance" && (row.step === null || row.runs < seeds),
  columns: ["regime", "teacher", "replicate", "checkpoint", "excess", "mean", "runs"]
})}
`
  }
})
