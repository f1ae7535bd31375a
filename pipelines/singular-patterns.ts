/**
 * Do the singular values of all partial products agree between GD and SGD? For every regime and kind of teacher: the K
 * largest of them, as logarithms, along one GD run and S runs of SGD from the same start on the same data, and how far
 * they lie apart at matched checkpoints and around escapes.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  columnNames, LogSpectra, numberTex, Parameter, Protocol, Spectra, SpectralDistance, SpectralMeans, SpectralPanels
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK" }
const nameOf = (regime: Protocol.Cell["regime"]) => regime === "ntk" ? names.ntk : regime
const symbols = { sigma: "$d_\\sigma$", shape: "$d_{shape}$", weighted: "$d_{\\sigma,w}$" }

export default Pipeline.make("singular-patterns", {
  about: "do the singular values of all partial products agree between GD and SGD?",
  params: {
    ...Protocol.params, top: Parameter.top, floor: Parameter.floor, slices: Parameter.slices,
    bootstrap: Parameter.bootstrap, level: Parameter.level
  },
  defaults: { ...Protocol.defaults, top: 5, floor: 1e-30, slices: [2], bootstrap: 1000, level: 0.95 },
  presets: { quick: {}, paper: { ...Protocol.paper, top: 10, slices: [2, 5], bootstrap: 10_000 } },
  problems: ({ top, slices, ...settings }) => {
    const widths = Protocol.widthsOf(settings)
    const least = Math.min(...widths)
    return [
      ...Protocol.problems(settings),
      ...(top <= least ? [] : [
        `top = ${top}, but with widths ${widths.join(", ")} there are ${least} singular values: lower it`
      ]),
      ...slices.filter((k) => k > top).map((k) => `slices has ${k}, but top = ${top}: lower it, or raise top`)
    ]
  }
}, ({ top, floor, slices, bootstrap, level, ...settings }) => {
  const { batch, regimes, sampler, seed, seeds, teachers } = settings
  const widths = Protocol.widthsOf(settings)
  const depth = widths.length - 1
  const interval = { bootstrap, level, seed }

  const { stability, ...tables } = Grid.map(Protocol.cells(settings), (cell) => {
    const { run: runOf, stability } = Protocol.cell(settings, cell)
    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, curve, escapes } = runOf(run)
      return { losses: curve, escapes, logs: LogSpectra({ top, floor, spectra: Spectra({ widths, checkpoints }) }) }
    }
    const gd = measure({ run: 0 }).logs
    const sgd = Grid.map(Grid.range("run", 1, seeds), measure).logs
    const means = SpectralMeans({ ...interval, sgd })
    return {
      ...Grid.map(Protocol.runs(settings), measure),
      means,
      distances: SpectralDistance({ ...interval, gd, sgd }),
      panels: SpectralPanels({ slices, gd, sgd: means }),
      stability
    }
  })
  const { distances, logs, means, panels } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, free: ["x"] } as const
  const time = "time $t = \\eta \\cdot$ step"

  /** The mean of SGD by k, and GD dashed over it, for products of so many layers. */
  const spectra = (factors: number, regime: ReadonlyArray<Protocol.Cell["regime"]>) => {
    const shown = { x: "time", y: "log_sigma" } as const
    const along = { alignment: ["time"], replicate: [1], factors: [factors], regime } as const
    const line = { ink: "black", dash: "dashed", weight: 0.8, name: "GD", group: ["k"] } as const
    return [
      Figure.lines(means, { ...shown, band: ["log_sigma_low", "log_sigma_high"], color: "k", where: along }),
      Figure.lines(logs, { ...shown, ...line, where: { ...along, algorithm: ["gd"] } })
    ] as const
  }
  /** The distance of GD's pattern beside its null. */
  const distance = (measure: keyof typeof symbols, alignment: "level" | "time") => {
    const shown = { x: "time", group: ["replicate"], where: { alignment: [alignment], measure: [measure] } } as const
    return [
      Figure.lines(distances, { ...shown, y: "distance", band: ["low", "high"], ink: "blue", name: "GD against SGD" }),
      Figure.lines(distances, {
        ...shown, y: "null_mean", band: ["null_low", "null_high"], ink: "grey", dash: "dashed", name: "SGD against SGD"
      })
    ] as const
  }
  const around = {
    x: "offset", color: "first_mode", group: ["regime", "replicate", "drop"], where: { alignment: ["escape"], measure: ["sigma"] },
    facet: { rows: "teacher" }, names, at: { x: [0] }
  } as const
  const offset = { x: "$t - t_{esc}$", color: "escape of mode" }
  const pattern = ({ regime, teacher }: Pick<Protocol.Cell, "regime" | "teacher">) => {
    const heat = (panel: "GD" | "mean SGD" | "difference", scale: "sequential" | "diverging") =>
      Figure.heat(panels, {
        x: "j", y: "i", fill: "value", scale, facet: { rows: "slice", columns: "moment" }, names: sliceNames,
        where: { regime: [regime], teacher: [teacher], replicate: [1], panel: [panel] }, labels: { fill: panel }
      })
    return Figure.beside([heat("GD", "sequential"), heat("mean SGD", "sequential"), heat("difference", "diverging")], {
      caption: `Singular-value patterns of the ${teacher} teacher in the ${nameOf(regime)} regime: GD, the mean of ` +
        `${seeds} SGD runs, and that mean less GD, before, during and after an escape: the ends and the middle ` +
        "of the window around the middle escape that GD and SGD share or, where there is none, 10, 50 and 90 % of the " +
        "middle drop."
    })
  }
  const sliceNames = Object.fromEntries([1, ...slices].flatMap((k) => [
    [`ln σ_${k}`, `$\\ln \\sigma_{${k}}$`], [`ln σ_${k}/σ_1`, `$\\ln \\sigma_{${k}}/\\sigma_1$`]
  ]))

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: Protocol.bands({ level, seeds }),
    names: { ...columnNames, ...names },
    report: Report`
# Singular-value patterns of GD and SGD

Rank patterns count singular values; here the values themselves are compared. For every partial product
$P_{ij} = W_j \cdots W_i$ of a network of widths ${widths.join(", ")} we follow the ${top} largest singular values as
logarithms, $s_{ijk} = \ln \max(\sigma_k, \delta)$ with the floor $\delta = ${numberTex(floor)}$, and their shape
$s_{ijk} - s_{ij1}$, along one run of GD and ${seeds} of SGD from the same start on the same data (batches of
${batch}, ${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}).

A formed product knows its singular values to $u\,\sigma_1$ at best, and $u = 10^{-16}$ is far above $\delta$. Ours
are found from the factors, to a relative error of about $10^{-16}\sum_l \mathrm{cond}(W_l) + 10^{-11}$ whatever their
size. What still lies at or below $\delta$, or below the floor that this sets, is counted beside each distance as
*floored*.

## Spectra along a run

${Figure.layers(spectra(depth, regimes), {
  ...panelsOf, free: ["x", "y"], labels: { x: time, y: "$\\ln \\sigma_k$ of $W(t)$", color: "mean SGD, $k$" },
  caption: `Logarithms of the ${top} largest singular values of the end-to-end matrix: mean of ${seeds} SGD runs, ` +
    `and GD. Values beyond the teacher's rank hold the label noise that the student fits.`
})}

Do the single layers agree, or do they come to agree?

${regimes.map((regime) => Figure.layers(spectra(1, [regime]), {
  names, facet: { rows: "i", columns: "teacher" },
  labels: { x: time, y: "$\\ln \\sigma_k(W_l)$", color: "mean SGD, $k$", rows: "layer" },
  caption: `Singular values of the single layers, ${nameOf(regime)} regime: mean of ${seeds} SGD runs, and GD.`
}))}

${Claim.every("GD and every SGD run start from the same spectra", distances, {
  where: ({ step }) => step === 0,
  holds: ({ distance }) => distance === 0
})}

Horn's inequality bounds the singular values of a product by those of its factors, whatever these are:

${Claim.every(
  "$\\prod_{m=1}^k \\sigma_m(P_{ij}) \\le \\prod_l \\prod_{m=1}^k \\sigma_m(W_l)$ for every product and $k$",
  logs,
  { where: ({ horn }) => horn !== null, holds: ({ horn }) => horn! < 1e-9 }
)}

## Distance of the patterns

$d_\sigma = \sum_{i \le j} \sum_{k \le K} |s_{ijk}^{GD} - \bar s_{ijk}^{SGD}|$, $d_{shape}$ is the same of the shapes,
and $d_{\sigma,w}$ has weights $w_{ij} = j - i + 1$. Checkpoints are matched by the level of the loss, which GD and
SGD pass each in its own time. The band of a sum of absolute values excludes 0 even where GD is one more draw of SGD's
law, so the measure of *no difference* is the null: each SGD run against the mean of the others.

${(["sigma", "shape", "weighted"] as const).map((measure) => Figure.layers(distance(measure, "level"), {
  ...panelsOf, xScale: "symlog", labels: { x: "time of GD at that level", y: symbols[measure] },
  caption: `${symbols[measure]} between GD and the mean of ${seeds} SGD runs, at matched levels of the loss. ` +
    "Grey: the null, each SGD run against the mean of the others."
}))}

At matched time the same distance also holds the delay of SGD: while a mode rises, runs that are a little late differ
by orders of magnitude.

${Figure.layers(distance("sigma", "time"), {
  ...panelsOf, labels: { x: time, y: symbols.sigma },
  caption: `$d_\\sigma$ between GD and the mean of ${seeds} SGD runs at the same time. Grey: the null.`
})}

${Figure.beside([
  Figure.lines(distances, { ...around, y: "distance", band: ["low", "high"], labels: { ...offset, y: symbols.sigma } }),
  Figure.staircase(distances, { ...around, y: "runs", yLimits: [0, null], labels: { ...offset, y: "SGD runs $n$" } })
], {
  letters: true,
  caption: "Around each escape, on every run's own $t - t_{esc}$: (a) $d_\\sigma$, (b) the number $n$ of SGD runs " +
    `that each point averages.`
})}

## Patterns around an escape

${Grid.cross({ regime: regimes, teacher: teachers }).map(pattern)}

## Answers

Where the teacher has fewer modes than are compared, the values beyond its rank are the label noise that the student
fits, which SGD holds up at a level of its own. They count below like the others.

${Hypothesis.test(
  "SGD passes through GD's singular values: at matched levels those of all products agree to a tenth on average",
  distances,
  {
    where: ({ alignment, measure, step }) => alignment === "level" && measure === "sigma" && step !== 0,
    effect: "per_value",
    interval: ["per_value_low", "per_value_high"],
    margin: 0.1
  }
)}

${Hypothesis.test("In the end the singular values of the single layers agree to a tenth on average", distances, {
  where: ({ checkpoint, measure }) => checkpoint === "end" && measure === "layers",
  effect: "per_value",
  interval: ["per_value_low", "per_value_high"],
  margin: 0.1
})}

${Hypothesis.test("In the end the singular values of the whole network agree to a tenth on average", distances, {
  where: ({ checkpoint, measure }) => checkpoint === "end" && measure === "network",
  effect: "per_value",
  interval: ["per_value_low", "per_value_high"],
  margin: 0.1
})}

${Report.table(distances, {
  caption: "Distances at the end of training: of all products, of the shapes, weighted, of the single layers, and " +
    "of the whole network. `per_value` is the mean $|\\Delta \\ln \\sigma|$.",
  where: ({ checkpoint }) => checkpoint === "end",
  columns: [
    "regime", "teacher", "replicate", "measure", "distance", "low", "high", "null_mean", "null_high", "per_value",
    "runs", "floored"
  ],
  limit: 60
})}

${Report.table(distances, {
  caption: "Levels of the loss that GD or some SGD run never reached, and how many SGD runs did. No row: none.",
  where: (row) => row.alignment === "level" && row.measure === "sigma" && (row.step === null || row.runs < seeds),
  columns: ["regime", "teacher", "replicate", "checkpoint", "excess", "distance", "runs"]
})}
`
  }
})
