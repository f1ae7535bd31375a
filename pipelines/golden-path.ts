/**
 * Is SGD on GD's path? For every regime and kind of teacher, six answers: in function space, in parameters, in rank
 * pattern, in spectra, in balance, and in the order of the modes. Each is a departure with its interval and a margin.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  type Aspect, BalanceCourse, BalanceIdentity, BalanceMeans, columnNames, Comparison, DistanceMeans, LogSpectra, margins,
  ModeSeries, ModeTimes, numberTex, Parameter, ParameterDistance, PathAnswers, PathVerdicts, Plateaus, Protocol, Ranks, Spectra,
  SpectralDistance
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK", relative: "parameters", function_relative: "function space" }
const inks = { gd: "black", sgd: "blue" } as const
const symbols = {
  function: "$W$", parameters: "$\\theta$", "rank pattern": "$r_{ij}$", spectra: "$\\sigma$", balance: "$r_l$",
  "mode order": "order"
}
type Stage = "on the way" | "at the end"

export default Pipeline.make("golden-path", {
  about: "is SGD on GD's path: in function space, parameters, rank pattern, spectra, balance and mode order?",
  params: {
    ...Protocol.params, epsilon: Parameter.epsilon.annotate({ description: "threshold ε of the rank pattern" }),
    top: Parameter.top, readEvery: Protocol.perRegime(Parameter.every, "steps between two readings of the modes in each regime"),
    bootstrap: Parameter.bootstrap, level: Parameter.level
  },
  defaults: {
    ...Protocol.defaults, epsilon: 1e-2, top: 5, readEvery: { "saddle-to-saddle": 10, intermediate: 2, ntk: 1 },
    bootstrap: 1000, level: 0.95
  },
  presets: { quick: {}, paper: { ...Protocol.paper, top: 10, bootstrap: 10_000 } },
  problems: Protocol.problems
}, ({ epsilon, top, readEvery, bootstrap, level, ...settings }) => {
  const { batch, sampler, samples, seed, seeds, segments } = settings
  const widths = Protocol.widthsOf(settings)
  const interval = { bootstrap, level, seed }

  const { plateaus, stability, ...measured } = Grid.map(Protocol.cells(settings), (cell) => {
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
    const distances = DistanceMeans({ ...interval, whole: sgd.whole, layers: sgd.layers })
    const { losses, times, balance, identities } = Grid.map(Protocol.runs(settings), measure)
    return {
      verdicts: PathVerdicts({
        epsilon, level, distances, comparison, spectra: spectral, gdBalance: gd.balance, sgdBalance: balances,
        gdTimes: gd.times, sgdTimes: sgd.times
      }),
      distances,
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
  const { balance, comparison, distances, identities, losses, spectral, times, verdicts } = measured
  const { answers, shares } = PathAnswers({ level, verdicts })
  const tables = { answers, shares, ...measured }

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, inks, free: ["x"] } as const
  const runwise = { color: "algorithm", group: ["replicate", "run"] } as const
  const time = "time $t = \\eta \\cdot$ step"
  const atLevels = { alignment: ["level"] } as const
  const withNull = { name: "GD against SGD", ink: "blue", group: ["replicate"] } as const
  const nullOf = { name: "SGD against SGD", ink: "grey", dash: "dashed", group: ["replicate"] } as const
  /** The figure behind each aspect. */
  const links: Record<Aspect, string> = {
    function: "#figure-3", parameters: "#figure-3", "rank pattern": "#figure-4", spectra: "#figure-5", balance: "#figure-6",
    "mode order": "#figure-7"
  }
  const shown = {
    effect: "departure", interval: ["departure_low", "departure_high"], margin: 1, called: "departure, in margins,"
  } as const
  const judged = (aspect: Aspect, stage: Stage, text: string) =>
    Hypothesis.test(text, verdicts, { ...shown, where: (row) => row.aspect === aspect && row.stage === stage })
  const pooled = (aspect: Aspect, stage: Stage, text: string) =>
    Hypothesis.test(text, shares, { ...shown, where: (row) => row.aspect === aspect && row.stage === stage })

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: Protocol.bands({ level, seeds }),
    names: { ...columnNames, ...names, effect: "departure" },
    report: Report`
# Is SGD on GD's path?

One run of full-batch GD and ${seeds} of SGD (batches of ${batch},
${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) leave from the same weights of a deep
linear network of widths ${widths.join(", ")} on the same ${samples} samples, in each regime of the start and for each kind of
teacher. Theory solves gradient flow mode by mode; the golden-path hypothesis says that SGD follows it. Because of the
network's symmetries the two may end with different weights and still have the same complexity, so we ask six questions.

${Report.table(answers, {
  caption: "**Is SGD within the margin of GD?** *Yes*, *no* or *open*, and of how many teachers; of rank pattern and mode " +
    "order, which a run has or has not, over all runs of the regime. *On the way*: at the level of the loss where they " +
    "are farthest apart. Each aspect leads to its figure.",
  columns: ["aspect", "stage", "saddle_to_saddle", "intermediate", "ntk"],
  links
})}

${Figure.points(verdicts, {
  x: "aspect", y: "departure", interval: ["departure_low", "departure_high"], color: "teacher", shapes: "teacher", size: 4,
  facet: { rows: "stage", columns: "regime" }, yScale: "symlog", at: { y: [1] }, names: { ...names, ...symbols },
  order: { stage: ["on the way", "at the end"] },
  labels: { x: "", y: "departure, in margins", color: "teacher", shapes: "teacher" },
  caption: "How far SGD is from GD, in units of the margin of each aspect: up to the line at 1 it is on GD's path. From " +
    "left to right: function $W$, parameters $\\theta$, rank pattern $r_{ij}$, spectra $\\sigma$, balance $r_l$, order of modes. Bars " +
    `of rank pattern and order: exact binomial ${100 * level} % intervals.`
})}

The margins are ${margins.function} for $\|W_{GD} - W_{SGD}\|_F/\|W_{GD}\|_F$; ${margins.parameters} for
$\|\theta_{GD} - \theta_{SGD}\|/\|\theta_{GD}\|$; one run of SGD in three with another rank pattern than GD;
${margins.spectra} for the mean $|\Delta \ln \sigma|$; ${margins.balance} for the difference of the balance residual; and one
run in three that learns modes, of those that GD tells apart, in another order. Table 2, at the end, has every cell.

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
    "rises, a small delay is a large distance."
})}

${judged("function", "on the way", "In every regime SGD passes through GD's functions, at the same loss, to a twentieth")}
${judged("function", "at the end", "In every regime SGD ends with GD's function, to a twentieth")}
${judged("parameters", "on the way", "In every regime SGD passes through GD's weights, at the same loss, to a tenth")}
${judged("parameters", "at the end", "In every regime SGD ends with GD's weights, to a tenth")}

## Rank pattern

While ranks change, SGD runs differ from each other, too: where GD's distance is within the null, GD is no farther from SGD
than one SGD run is from the others.

${Figure.layers([
  Figure.lines(comparison, { x: "time", y: "d_r", band: ["d_r_low", "d_r_high"], where: atLevels, ...withNull }),
  Figure.lines(comparison, { x: "time", y: "d_r_null", band: ["d_r_null_low", "d_r_null_high"], where: atLevels, ...nullOf })
], {
  ...panelsOf, xScale: "log", labels: { x: "time of GD at that level", y: "$d_r$" },
  caption: `Distance of the rank patterns at $\\varepsilon = ${numberTex(epsilon)}$, at matched levels of the loss. Grey: ` +
    "the null, each SGD run against the mean of the others."
})}

${pooled("rank pattern", "on the way", "In every regime two runs of SGD in three pass through GD's rank patterns")}
${pooled("rank pattern", "at the end", "In every regime two runs of SGD in three end with GD's rank pattern")}

## Spectra

${Figure.layers([
  Figure.lines(spectral, {
    x: "time", y: "distance", band: ["low", "high"], where: { ...atLevels, measure: ["sigma"] }, ...withNull
  }),
  Figure.lines(spectral, {
    x: "time", y: "null_mean", band: ["null_low", "null_high"], where: { ...atLevels, measure: ["sigma"] }, ...nullOf
  })
], {
  ...panelsOf, xScale: "log", yScale: "log", yLimits: [1e-2, null],
  labels: { x: "time of GD at that level", y: "$d_\\sigma$" },
  caption: `Distance of the logarithms of the top ${top} singular values of all partial products. Grey: the null.`
})}

${judged("spectra", "on the way", "In every regime SGD passes through GD's spectra, to a tenth")}
${judged("spectra", "at the end", "In every regime SGD ends with GD's spectra, to a tenth")}

## Balance

${Figure.lines(balance, {
  ...panelsOf, x: "time", y: "residual", ...runwise, group: ["replicate", "run", "layer"], where: { alignment: ["time"] },
  yScale: "log", labels: { x: time, y: "balance residual $r_l$", color: "" },
  caption: `How far adjacent layers are from balance, along GD and ${seeds} SGD runs; a line for each pair of layers.`
})}

${judged("balance", "on the way", "In every regime SGD is as balanced as GD on the way, to a twentieth")}
${judged("balance", "at the end", "In every regime SGD ends as balanced as GD, to a twentieth")}

## Mode order

${Figure.layers([
  Figure.points(times, { x: "block", y: "t_diag", ink: "blue", name: "SGD", size: 3, where: { algorithm: ["sgd"] } }),
  Figure.lines(times, {
    x: "block", y: "t_diag", ink: "black", name: "GD", group: ["replicate"], where: { algorithm: ["gd"] }
  })
], {
  ...panelsOf, free: ["x", "y"], yScale: "log",
  labels: { x: "mode, or block of equal modes", y: "time when it is half learnt" },
  caption: `When each mode is half learnt, in GD and in ${seeds} SGD runs; modes that are large from the start are not shown.`
})}

${pooled("mode order", "on the way", "In every regime two runs of SGD in three learn the modes in GD's order")}

## Every cell

${Report.table(verdicts, {
  caption: "The verdict in each cell. Supported: the whole interval is within the margin; refuted: it is wholly outside. Where " +
    "there are runs, the departure is the share of them that departs, with its exact binomial interval: few runs leave it open.",
  columns: [
    "regime", "teacher", ...(settings.replicates === 1 ? [] : ["replicate" as const]), "aspect", "stage", "effect", "low", "high",
    "departing", "runs", "verdict"
  ],
  limit: 200, links
})}
`
  }
})
