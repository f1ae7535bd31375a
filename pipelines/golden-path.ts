/**
 * Is SGD on GD's path? For every regime and kind of teacher, six answers: in function space, in parameters, in rank
 * pattern, in spectra, in balance, and in the order of the modes. Each is a departure with its interval and a margin.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  aspects, BalanceCourse, BalanceIdentity, BalanceMeans, Comparison, DistanceCourse, DistanceMeans, LogSpectra, ModeSeries,
  ModeTimes, Parameter, ParameterDistance, PathVerdicts, Plateaus, Protocol, Ranks, Spectra, SpectralDistance, windowProblems
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK", relative: "parameters", function_relative: "function space" }
const inks = { gd: "black", sgd: "blue" } as const

export default Pipeline.make("golden-path", {
  about: "is SGD on GD's path: in function space, parameters, rank pattern, spectra, balance and mode order?",
  params: {
    ...Protocol.params, epsilon: Parameter.epsilon.annotate({ description: "threshold ε of the rank pattern" }),
    top: Parameter.top, readEvery: Protocol.perRegime(Parameter.every, "steps between two readings of the modes in each regime"),
    bootstrap: Parameter.bootstrap, level: Parameter.level
  },
  defaults: {
    ...Protocol.defaults, epsilon: 1e-2, top: 5, readEvery: { "saddle-to-saddle": 10, intermediate: 2, ntk: 1 }, bootstrap: 1000, level: 0.95
  },
  presets: { quick: {}, paper: { ...Protocol.paper, top: 10, bootstrap: 10_000 } },
  problems: (settings) => [...Protocol.problems(settings), ...windowProblems(settings)]
}, ({ epsilon, top, readEvery, bootstrap, level, ...settings }) => {
  const { batch, sampler, samples, seed, seeds, segments } = settings
  const widths = Protocol.widthsOf(settings)
  const interval = { bootstrap, level, seed }

  const { plateaus, stability, ...tables } = Grid.map(Protocol.cells(settings), (cell) => {
    const { learningRate, problem, run: runOf, stability, start } = Protocol.cell(settings, cell)
    const { modes } = problem
    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, curve, states, trained } = runOf(run)
      const spectra = Spectra({ widths, checkpoints })
      const steps = segments[cell.regime]
      const series = Grid.concat(states.slice(0, -1).map((state, index) =>
        ModeSeries({ ...trained, from: index * steps, steps, every: readEvery[cell.regime], modes, state }).modes))
      return {
        losses: curve,
        checkpoints,
        ranks: Ranks({ widths, epsilons: [epsilon], spectra, modes }),
        logs: LogSpectra({ top, floor: 1e-30, spectra }),
        balance: BalanceCourse({ widths, start, checkpoints }),
        times: ModeTimes({ learningRate, rhos: [0.05], onset: 0.01, learnt: 0.5, series, modes }),
        identities: Grid.concat(states.slice(0, -1).map((state) => BalanceIdentity({ ...trained, state })))
      }
    }
    const gd = measure({ run: 0 })
    const sgd = Grid.map(Grid.range("run", 1, seeds), ({ run }) => {
      const own = measure({ run })
      return { ...own, ...ParameterDistance({ widths, gd: gd.checkpoints, sgd: own.checkpoints }) }
    })
    const comparison = Comparison({ ...interval, gd: gd.ranks, sgd: sgd.ranks })
    const spectral = SpectralDistance({ ...interval, gd: gd.logs, sgd: sgd.logs })
    const balances = BalanceMeans({ ...interval, courses: sgd.balance })
    const courses = DistanceCourse({ ...interval, whole: sgd.whole })
    const { losses, times, balance, identities } = Grid.map(Protocol.runs(settings), measure)
    return {
      verdicts: PathVerdicts({
        epsilon, level, courses, comparison, spectra: spectral, gdBalance: gd.balance, sgdBalance: balances,
        gdTimes: gd.times, sgdTimes: sgd.times
      }),
      courses,
      distances: DistanceMeans({ ...interval, whole: sgd.whole, layers: sgd.layers }),
      comparison,
      spectral,
      balance,
      identities,
      losses,
      times,
      plateaus: Plateaus({ modes }),
      stability
    }
  })
  const { balance, comparison, distances, identities, losses, spectral, times, verdicts } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, inks, free: ["x"] } as const
  const runwise = { color: "algorithm", group: ["replicate", "run"] } as const
  const time = "time $t = \\eta \\cdot$ step"
  const atLevels = { alignment: ["level"] } as const
  const bands = seeds === 1
    ? "With one SGD run there is no band"
    : `Bands: ${100 * level} % percentile bootstrap over ${seeds} SGD runs, absent where all agree`
  const withNull = { name: "GD against SGD", ink: "blue", group: ["replicate"] } as const
  const nullOf = { name: "SGD against SGD", ink: "grey", dash: "dashed", group: ["replicate"] } as const
  const judged = (aspect: (typeof aspects)[number], text: string) =>
    Hypothesis.test(text, verdicts, {
      where: (row) => row.aspect === aspect,
      effect: "departure",
      interval: ["departure_low", "departure_high"],
      margin: 1
    })

  return {
    tables,
    warnings: [stability],
    report: Report`
# Is SGD on GD's path?

One run of full-batch GD and ${seeds} of SGD (batches of ${batch},
${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) leave from the same weights of a deep
linear network of widths ${widths.join(", ")} on the same ${samples} samples, in each regime of the start and for each kind of
teacher. Theory solves gradient flow mode by mode; the golden-path hypothesis says that SGD follows it. Because of the
network's symmetries the two may end with different weights and still have the same complexity, so we ask six questions.

${Figure.heat(verdicts, {
  x: "teacher", y: "aspect", fill: "departure", values: true, where: { replicate: [1] }, width: "double",
  facet: { columns: "regime" }, names, labels: { x: "", y: "", fill: "departure, in margins" },
  caption: "How far SGD is from GD at the end of training, in units of the margin of each aspect: up to 1 SGD is on GD's " +
    `path. Means over ${seeds} SGD runs.`
})}

${Report.table(verdicts, {
  caption: `The verdict in each cell. ${bands}; of the mode order the exact binomial interval. Supported: the whole interval is ` +
    "within the margin; refuted: it is wholly outside.",
  columns: ["regime", "teacher", "replicate", "aspect", "effect", "low", "high", "margin", "verdict"],
  limit: 120
})}

The figures behind the verdicts: of function and parameters [Figure 3](#figure-3), of the rank pattern [Figure 4](#figure-4), of
the spectra [Figure 5](#figure-5), of balance [Figure 6](#figure-6), of the order of modes [Figure 7](#figure-7).

## The runs

${Figure.layers([
  Figure.lines(losses, { x: "time", y: "excess", ...runwise }),
  Figure.rules(plateaus, { y: "excess" })
], {
  ...panelsOf, yScale: "log", yLimits: [1e-4, null], labels: { x: time, y: "excess loss $\\ell - \\ell_{\\min}$", color: "" },
  caption: `Excess training loss of GD and of ${seeds} SGD runs; dotted, the plateaus at the saddles.`
})}

${Claim.every("Every step of GD and SGD obeys the balance identity to round-off", identities, {
  where: ({ residual }) => residual !== null,
  holds: ({ residual }) => residual! < 1e-13
})}

## Function space and parameters

${Figure.lines(distances, {
  ...panelsOf, x: "time", y: "mean", band: ["low", "high"], color: "quantity", group: ["replicate"],
  where: { alignment: ["time"], quantity: ["relative", "function_relative"] },
  labels: { x: time, y: "relative distance of GD and SGD", color: "" },
  caption: "Relative distance of SGD from GD at the same time, of the weights and of the end-to-end matrix. While a mode " +
    `rises, a small delay is a large distance. ${bands}.`
})}

${judged("function", "In function space SGD ends where GD does, to a twentieth")}
${judged("parameters", "In parameters SGD ends where GD does, to a tenth")}

## Rank pattern

${Figure.layers([
  Figure.lines(comparison, { x: "time", y: "d_r", band: ["d_r_low", "d_r_high"], where: atLevels, ...withNull }),
  Figure.lines(comparison, { x: "time", y: "d_r_null", band: ["d_r_null_low", "d_r_null_high"], where: atLevels, ...nullOf })
], {
  ...panelsOf, xScale: "log", labels: { x: "time of GD at that level", y: "$d_r$" },
  caption: `Distance of the rank patterns at $\\varepsilon = ${epsilon}$, at matched levels of the loss. ${bands}. Grey: the null.`
})}

${judged("rank pattern", `SGD ends with GD's rank pattern, at $\\varepsilon = ${epsilon}$`)}

## Spectra

${Figure.layers([
  Figure.lines(spectral, { x: "time", y: "distance", band: ["low", "high"], where: { ...atLevels, measure: ["sigma"] }, ...withNull }),
  Figure.lines(spectral, {
    x: "time", y: "null_mean", band: ["null_low", "null_high"], where: { ...atLevels, measure: ["sigma"] }, ...nullOf
  })
], {
  ...panelsOf, xScale: "log", yScale: "log", yLimits: [1e-2, null],
  labels: { x: "time of GD at that level", y: "$d_\\sigma$" },
  caption: `Distance of the logarithms of the top ${top} singular values of all partial products. ${bands}. Grey: the null.`
})}

${judged("spectra", "SGD ends with GD's spectra, to a tenth")}

## Balance

${Figure.lines(balance, {
  ...panelsOf, x: "time", y: "residual", ...runwise, group: ["replicate", "run", "layer"], where: { alignment: ["time"] },
  yScale: "log", labels: { x: time, y: "balance residual $r_l$", color: "" },
  caption: `How far adjacent layers are from balance, along GD and ${seeds} SGD runs; a line for each pair of layers.`
})}

${judged("balance", "SGD ends as balanced as GD")}

## Mode order

${Figure.layers([
  Figure.points(times, { x: "block", y: "t_diag", ink: "blue", name: "SGD", size: 3, where: { algorithm: ["sgd"] } }),
  Figure.lines(times, {
    x: "block", y: "t_diag", ink: "black", name: "GD", group: ["replicate"], where: { algorithm: ["gd"] }
  })
], {
  ...panelsOf, free: ["x", "y"], yScale: "log",
  labels: { x: "mode, or block of equal modes", y: "time when it is half learnt" },
  caption: `When each mode is half learnt, in GD and in ${seeds} SGD runs.`
})}

${judged("mode order", "SGD learns the modes in GD's order")}
`
  }
})
