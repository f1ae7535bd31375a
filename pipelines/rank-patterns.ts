/**
 * Do SGD runs pass through the rank patterns of GD? For every regime and kind of teacher: one GD run and S runs of SGD
 * from the same start on the same data, the ranks of all partial products at matched checkpoints, and their distance.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  BalanceIdentity, Comparison, Laziness, Multiplicities, Panels, Parameter, Patterns, Plateaus, Protocol, Ranks, Spectra, Transitions
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK" }
const inks = { gd: "black", sgd: "blue" } as const

export default Pipeline.make("rank-patterns", {
  about: "does SGD pass through the rank patterns of GD, by regime and kind of teacher?",
  params: { ...Protocol.params, epsilons: Parameter.epsilons, bootstrap: Parameter.bootstrap, level: Parameter.level },
  defaults: { ...Protocol.defaults, epsilons: [1e-2, 1e-1, 1e-3, 1e-4, 1e-5], bootstrap: 2000, level: 0.95 },
  presets: { quick: {}, paper: { ...Protocol.paper, bootstrap: 10_000 } },
  problems: Protocol.problems
}, ({ epsilons, bootstrap, level, ...settings }) => {
  const { seeds, seed, samples, noise, batch, sampler } = settings
  const widths = Protocol.widthsOf(settings)
  const reference = epsilons[0]!
  const interval = { bootstrap, level, seed }

  const measured = Grid.map(Protocol.cells(settings), (cell) => {
    const { problem, stability, start, run: runOf } = Protocol.cell(settings, cell)

    const measure = ({ run }: { readonly run: number }) => {
      const { trained, curve, states, end, escapes, checkpoints } = runOf(run)
      const spectra = Spectra({ widths, checkpoints })
      const ranks = Ranks({ widths, epsilons, spectra, modes: problem.modes })
      return {
        losses: curve,
        escapes,
        checkpoints,
        spectra,
        ranks,
        multiplicities: Multiplicities({ ranks }),
        identities: Grid.concat(states.slice(0, -1).map((state) => BalanceIdentity({ ...trained, state }))),
        laziness: Laziness({ widths, start, end })
      }
    }
    const gd = measure({ run: 0 })
    const sgd = Grid.map(Grid.range("run", 1, seeds), measure)
    const patterns = Patterns({ ...interval, ranks: sgd.ranks })
    return {
      ...Grid.map(Protocol.runs(settings), measure),
      patterns,
      comparison: Comparison({ ...interval, gd: gd.ranks, sgd: sgd.ranks }),
      transitions: Grid.map(Grid.cross({ algorithm: ["gd", "sgd"] }), ({ algorithm }) =>
        Transitions({ ranks: algorithm === "gd" ? Grid.map([{ run: 0 }], () => gd.ranks) : sgd.ranks })),
      modes: problem.modes,
      plateaus: Plateaus({ modes: problem.modes }),
      panels: Panels({ epsilon: reference, rows: 5, gd: gd.ranks, sgd: patterns }),
      stability
    }
  })
  const { panels, plateaus, stability, ...tables } = measured
  const { comparison, identities, losses, modes, ranks, spectra, escapes } = tables
  const facet = { rows: "regime", columns: "teacher" } as const
  const whole = { i: [1], j: [widths.length - 1] }

  return {
    tables,
    warnings: [stability],
    report: Report`
# Rank patterns of GD and SGD

A deep linear network $W = W_L \cdots W_1$ of widths ${widths.join(", ")} learns a teacher $M = U\,\mathrm{diag}(s)\,V^\top$ from
${samples} samples with label noise $\sigma = ${noise}$, by the loss $\ell(W) = \tfrac{1}{2n}\sum_k \|W x_k - y_k\|^2$. Each cell is a regime of
the start (Gaussian of variance $w^{-\gamma}$) and a kind of teacher; in each, one run of full-batch GD and ${seeds} of SGD (batches of
${batch}, ${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) leave from the same weights on the same data.

We ask whether SGD passes through the rank patterns of GD: $r_{ij} = \#\{m : \sigma_m(P_{ij}) > \varepsilon\,\sigma_1(P_{ij})\}$ for all
partial products $P_{ij} = W_j \cdots W_i$, at checkpoints matched by the level of the loss. The relative rank cannot start at 0: a tiny random
product has full relative rank. The anchored rank $\#\{m : \sigma_m > (\varepsilon \hat s_1)^{(j-i+1)/L}\}$ does, so both are shown.

## Training

${Figure.layers([
  Figure.lines(losses, { x: "time", y: "excess", color: "algorithm", group: ["replicate", "run"], opacity: 0.8 }),
  Figure.rules(plateaus, { y: "excess" }),
  Figure.points(escapes, { x: "time", y: "loss_before", color: "algorithm", size: 3 })
], {
  facet, names, inks, free: ["x"], yScale: "log", yLimits: [1e-4, null],
  labels: { x: "time $t = \\eta \\cdot$ step", y: "excess loss $\\ell - \\ell_{min}$", color: "" },
  caption: `Excess training loss of GD and of ${seeds} SGD runs. Dotted: the plateaus $P_k = \\frac12 \\sum_{i>k} \\hat s_i^2$ after $k$ learnt modes; points: escapes, at the plateau that is left.`
})}

${Figure.layers([
  Figure.lines(spectra, { x: "time", y: "sigma", color: "k", group: ["replicate", "algorithm", "run"], opacity: 0.7, where: { ...whole, alignment: ["time"] } }),
  Figure.rules(modes, { y: "teacher_value", dash: "dashed" })
], {
  facet, names, free: ["x"],
  labels: { x: "time $t = \\eta \\cdot$ step", y: "singular value $\\sigma_k$ of $W(t)$", color: "mode $k$" },
  caption: `Singular values of the end-to-end matrix along GD and ${seeds} SGD runs, coloured by mode. Dashed: the singular values of the teacher.`
})}

${Claim.every("Every step of GD and SGD obeys the balance identity $G_l' - G_l = \\eta^2(g_l g_l^\\top - g_{l+1}^\\top g_{l+1})$ to round-off", identities, {
  where: ({ residual }) => residual !== null,
  holds: ({ residual }) => residual! < 1e-13
})}

How lazy was each run? The relative change of the weights and of the tangent kernel from start to end:

${Report.table(tables.laziness, { caption: "Laziness of each run: $\\|\\theta_t - \\theta_0\\|/\\|\\theta_0\\|$ and $\\|K_t - K_0\\|/\\|K_0\\|$.", limit: 12 })}

## Rank against time

${Figure.beside([
  Figure.staircase(ranks, { x: "time", y: "rank", color: "epsilon", group: ["replicate"], facet: { rows: "regime", columns: "teacher" }, free: ["x"], names, where: { ...whole, alignment: ["time"], algorithm: ["gd"] }, labels: { x: "time", y: "relative rank of $W(t)$", color: "$\\varepsilon$" } }),
  Figure.staircase(ranks, { x: "time", y: "anchored_rank", color: "epsilon", group: ["replicate"], facet: { rows: "regime", columns: "teacher" }, free: ["x"], names, where: { ...whole, alignment: ["time"], algorithm: ["gd"] }, labels: { x: "time", y: "anchored rank of $W(t)$", color: "$\\varepsilon$" } })
], { letters: true, caption: "Rank of the end-to-end matrix along GD for each threshold: (a) relative to $\\sigma_1$, (b) anchored to the teacher." })}

${Figure.layers([
  Figure.lines(ranks, { x: "time", y: "gap", color: "algorithm", group: ["replicate", "run"], opacity: 0.7, where: { ...whole, alignment: ["time"], epsilon: [reference] } })
], {
  facet, names, inks, free: ["x"], yScale: "log", at: { y: [10] },
  labels: { x: "time", y: "gap $\\sigma_r/\\sigma_{r+1}$", color: "" },
  caption: `Gap at the threshold $\\varepsilon = ${reference}$ of the relative rank of $W(t)$. Below the line at 10 a rank is ambiguous.`
})}

## Rank patterns

${Grid.cross({ regime: settings.regimes, teacher: settings.teachers }).map(({ regime, teacher }) => Figure.beside([
  Figure.heat(panels, { x: "j", y: "i", fill: "value", values: true, where: { regime: [regime], teacher: [teacher], replicate: [1], panel: ["GD", "mean SGD"] }, facet: { rows: "at", columns: "panel" }, labels: { fill: "rank" } }),
  Figure.heat(panels, { x: "j", y: "i", fill: "value", values: true, scale: "diverging", where: { regime: [regime], teacher: [teacher], replicate: [1], panel: ["difference"] }, facet: { rows: "at", columns: "panel" }, labels: { fill: "difference" } })
], { caption: `Rank patterns $r_{ij}$ of GD, their mean over ${seeds} SGD runs, and the difference, for the ${teacher} teacher in the ${regime} regime at $\\varepsilon = ${reference}$; one row for each level of the loss.` }))}

## Distance of the patterns

${Figure.beside([
  Figure.layers([
    Figure.lines(comparison, { x: "time", y: "d_r", band: ["d_r_low", "d_r_high"], ink: "blue", name: "GD against SGD", group: ["replicate"], where: { alignment: ["level"], epsilon: [reference] } }),
    Figure.lines(comparison, { x: "time", y: "d_r_null", band: ["d_r_null_low", "d_r_null_high"], ink: "grey", dash: "dashed", name: "SGD against SGD", group: ["replicate"], where: { alignment: ["level"], epsilon: [reference] } })
  ], { facet, names, free: ["x"], xScale: "log", labels: { x: "time of GD at that level", y: "$d_r$" } }),
  Figure.layers([
    Figure.lines(comparison, { x: "time", y: "d_m", band: ["d_m_low", "d_m_high"], ink: "blue", name: "GD against SGD", group: ["replicate"], where: { alignment: ["level"], epsilon: [reference] } }),
    Figure.lines(comparison, { x: "time", y: "d_m_null", band: ["d_m_null_low", "d_m_null_high"], ink: "grey", dash: "dashed", name: "SGD against SGD", group: ["replicate"], where: { alignment: ["level"], epsilon: [reference] } })
  ], { facet, names, free: ["x"], xScale: "log", labels: { x: "time of GD at that level", y: "$d_m$" } })
], { letters: true, caption: `Distance of GD's pattern from the mean of ${seeds} SGD runs at matched levels of the loss, $\\varepsilon = ${reference}$: (a) ranks, (b) multiplicities. Bands: ${100 * level} % percentile bootstrap over runs, absent where all runs agree. Grey: the null, each SGD run against the mean of the others; a distance within it is no difference.` })}

${Figure.beside([
  Figure.layers([
    Figure.lines(comparison, { x: "offset", y: "d_r", band: ["d_r_low", "d_r_high"], color: "drop", group: ["replicate"], where: { alignment: ["escape"], epsilon: [reference], regime: ["saddle-to-saddle"] } })
  ], { facet: { rows: "teacher" }, names, at: { x: [0] }, labels: { x: "$t - t_{esc}$", y: "$d_r$", color: "escape of" } }),
  Figure.staircase(comparison, { x: "offset", y: "runs", color: "drop", group: ["replicate"], facet: { rows: "teacher" }, where: { alignment: ["escape"], epsilon: [reference], regime: ["saddle-to-saddle"] }, labels: { x: "$t - t_{esc}$", y: "SGD runs $n$", color: "escape of" } })
], { letters: true, caption: `Around each escape, on every run's own $t - t_{esc}$: (a) the distance of the rank patterns at $\\varepsilon = ${reference}$, (b) the number $n$ of SGD runs that each point averages.` })}

${Claim.every("At the start GD and every SGD run have the same rank pattern", comparison, {
  where: ({ checkpoint }) => checkpoint === "start",
  holds: ({ d_r, d_m }) => d_r === 0 && d_m === 0
})}

${Hypothesis.test(`SGD ends with GD's rank pattern, at $\\varepsilon = ${reference}$`, comparison, {
  where: ({ checkpoint, epsilon }) => checkpoint === "end" && epsilon === reference,
  effect: "d_r",
  interval: ["d_r_low", "d_r_high"],
  margin: 0.5
})}

${Report.table(comparison, {
  caption: "Distances at the end of training, all cells and thresholds.",
  where: ({ checkpoint }) => checkpoint === "end",
  columns: ["regime", "teacher", "replicate", "epsilon", "d_r", "d_r_low", "d_r_high", "d_r_null", "d_m", "runs", "d_r_differs"],
  limit: 60
})}
`
  }
})
