/**
 * Do SGD runs pass through the rank patterns of GD? For every regime and kind of teacher: one GD run and S runs of SGD
 * from the same start on the same data, the ranks of all partial products at matched checkpoints, and their distance.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  BalanceIdentity, columnNames, Comparison, Laziness, Multiplicities, numberTex, Panels, Parameter, Patterns, Plateaus, Protocol,
  Ranks, Spectra, Transitions
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
  const { comparison, escapes, identities, laziness, losses, modes, ranks, spectra } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, inks, free: ["x"] } as const
  const runwise = { color: "algorithm", group: ["replicate", "run"] } as const
  const along = { i: [1], j: [widths.length - 1], alignment: ["time"] } as const
  const time = "time $t = \\eta \\cdot$ step"

  /** The distance of GD's pattern beside its null, at the levels of the loss. */
  const distance = (d: "d_r" | "d_m") => {
    const where = { alignment: ["level"], epsilon: [reference] } as const
    const shown = { x: "time", group: ["replicate"], where } as const
    return Figure.layers([
      Figure.lines(comparison, { ...shown, y: d, band: [`${d}_low`, `${d}_high`], ink: "blue", name: "GD against SGD" }),
      Figure.lines(comparison, {
        ...shown, y: `${d}_null`, band: [`${d}_null_low`, `${d}_null_high`], ink: "grey", dash: "dashed", name: "SGD against SGD"
      })
    ], { ...panelsOf, xScale: "log", labels: { x: "time of GD at that level", y: `$${d}$` } })
  }
  const staircase = (rank: "rank" | "anchored_rank", label: string) =>
    Figure.staircase(ranks, {
      ...panelsOf, x: "time", y: rank, color: "epsilon", group: ["replicate"], where: { ...along, algorithm: ["gd"] },
      labels: { x: time, y: label, color: "$\\varepsilon$" }
    })
  const pattern = ({ regime, teacher }: Pick<Protocol.Cell, "regime" | "teacher">) => {
    const cell = { regime: [regime], teacher: [teacher], replicate: [1] }
    const shown = { x: "j", y: "i", fill: "value", values: true, facet: { rows: "at", columns: "panel" } } as const
    return Figure.beside([
      Figure.heat(panels, { ...shown, where: { ...cell, panel: ["GD", "mean SGD"] } }),
      Figure.heat(panels, { ...shown, scale: "diverging", where: { ...cell, panel: ["difference"] } })
    ], {
      caption: `Rank patterns $r_{ij}$ at $\\varepsilon = ${numberTex(reference)}$ of GD, their mean over ${seeds} SGD runs, and the ` +
        `difference: ${teacher} teacher, ${regime === "ntk" ? names.ntk : regime} regime. One row for each level of the excess loss.`
    })
  }
  const around = { alignment: ["escape"], epsilon: [reference] } as const

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: Protocol.bands({ level, seeds }),
    names: { ...columnNames, ...names },
    report: Report`
# Rank patterns of GD and SGD

A deep linear network $W = W_L \cdots W_1$ of widths ${widths.join(", ")} learns a teacher
$M = U\,\mathrm{diag}(s)\,V^\top$ from ${samples} samples with label noise $\sigma = ${noise}$, by the loss
$\ell(W) = \tfrac{1}{2n}\sum_k \|W x_k - y_k\|^2$. Each cell is a regime of the start (Gaussian of variance $w^{-\gamma}$)
and a kind of teacher; in each, one run of full-batch GD and ${seeds} of SGD (batches of ${batch},
${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) leave from the same weights on the same
data.

We ask whether SGD passes through the rank patterns of GD:
$r_{ij} = \#\{m : \sigma_m(P_{ij}) > \varepsilon\,\sigma_1(P_{ij})\}$ for all partial products $P_{ij} = W_j \cdots W_i$, at
checkpoints matched by the level of the loss. The relative rank cannot start at 0: a tiny random product has full relative
rank. The anchored rank $\#\{m : \sigma_m > (\varepsilon \hat s_1)^{(j-i+1)/L}\}$ does, so both are shown.

## Training

${Figure.layers([
  Figure.lines(losses, { x: "time", y: "excess", ...runwise }),
  Figure.rules(plateaus, { y: "excess" }),
  Figure.points(escapes, { x: "time", y: "loss_before", color: "algorithm", size: 3 })
], {
  ...panelsOf, yScale: "log", yLimits: [1e-4, null], labels: { x: time, y: "excess loss $\\ell - \\ell_{\\min}$", color: "" },
  caption: `Excess training loss of GD and of ${seeds} SGD runs. Dotted: the plateaus ` +
    "$P_k = \\frac12 \\sum_{i>k} \\hat s_i^2$ after $k$ learnt modes; points: escapes, at the plateau that is left."
})}

${Figure.layers([
  Figure.lines(spectra, { x: "time", y: "sigma", ...runwise, color: "k", group: ["replicate", "algorithm", "run"], where: along }),
  Figure.rules(modes, { y: "teacher_value", dash: "dashed" })
], {
  ...panelsOf, labels: { x: time, y: "singular value $\\sigma_k$ of $W(t)$", color: "mode $k$" },
  caption: `Singular values of the end-to-end matrix along GD and ${seeds} SGD runs, coloured by mode. Dashed: those of the teacher.`
})}

${Claim.every(
  "Every step of GD and SGD obeys the balance identity $G_l' - G_l = \\eta^2(g_l g_l^\\top - g_{l+1}^\\top g_{l+1})$ to round-off",
  identities,
  { where: ({ residual }) => residual !== null, holds: ({ residual }) => residual! < 1e-13 }
)}

How lazy was each run? The relative change of its weights and of its tangent kernel, from start to end:

${Report.table(laziness, {
  caption: "Laziness: $\\|\\theta_t - \\theta_0\\|/\\|\\theta_0\\|$ and $\\|K_t - K_0\\|/\\|K_0\\|$ of GD and of the first SGD run.",
  where: ({ run }) => run <= 1,
  columns: ["regime", "teacher", "replicate", "algorithm", "step", "weight_change", "kernel_change"]
})}

## Rank against time

${Figure.beside([staircase("rank", "relative rank of $W(t)$"), staircase("anchored_rank", "anchored rank of $W(t)$")], {
  letters: true,
  caption: "Rank of the end-to-end matrix along GD for each threshold: (a) relative to $\\sigma_1$, (b) anchored to the teacher."
})}

${Figure.lines(ranks, {
  ...panelsOf, x: "time", y: "gap", ...runwise, where: { ...along, epsilon: [reference] }, yScale: "log", at: { y: [10] },
  labels: { x: time, y: "gap $\\sigma_r/\\sigma_{r+1}$", color: "" },
  caption: `Gap at the threshold $\\varepsilon = ${numberTex(reference)}$ of the relative rank of $W(t)$. Below the line at 10 a rank is ` +
    "ambiguous; where the rank is full the gap is infinite and not drawn."
})}

## Rank patterns

${Grid.cross({ regime: settings.regimes, teacher: settings.teachers }).map(pattern)}

## Distance of the patterns

${Figure.beside([distance("d_r"), distance("d_m")], {
  letters: true,
  caption: `Distance of GD's pattern from the mean of ${seeds} SGD runs at matched levels of the loss, $\\varepsilon = ${numberTex(reference)}$: ` +
    `(a) ranks, (b) multiplicities. Grey: the null, each SGD run against the mean of the others; ` +
    "a distance within it is no difference."
})}

${Figure.beside([
  Figure.lines(comparison, {
    x: "offset", y: "d_r", band: ["d_r_low", "d_r_high"], color: "first_mode", group: ["regime", "replicate", "drop"], where: around,
    facet: { rows: "teacher" }, at: { x: [0] }, labels: { x: "$t - t_{\\mathrm{esc}}$", y: "$d_r$", color: "escape of mode" }
  }),
  Figure.staircase(comparison, {
    x: "offset", y: "runs", color: "first_mode", group: ["regime", "replicate", "drop"], where: around, yLimits: [0, null],
    facet: { rows: "teacher" }, labels: { x: "$t - t_{\\mathrm{esc}}$", y: "SGD runs $n$", color: "escape of mode" }
  })
], {
  letters: true,
  caption: `Around each escape, on every run's own $t - t_{\\mathrm{esc}}$: (a) the distance of the rank patterns at ` +
    `$\\varepsilon = ${numberTex(reference)}$ with its band, (b) the number $n$ of SGD runs that each point averages.`
})}

${Claim.every("At the start GD and every SGD run have the same rank pattern", comparison, {
  where: ({ checkpoint }) => checkpoint === "start",
  holds: ({ d_r, d_m }) => d_r === 0 && d_m === 0
})}

${Hypothesis.test(`Two runs of SGD in three end with GD's rank pattern, at $\\varepsilon = ${numberTex(reference)}$`, comparison, {
  where: ({ checkpoint, epsilon }) => checkpoint === "end" && epsilon === reference,
  effect: "differing_share",
  interval: ["differing_low", "differing_high"],
  margin: 1 / 3,
  called: "share of runs that differ"
})}

${Report.table(comparison, {
  caption: "Distances at the end of training, and the SGD runs that differ from GD in any rank, with the exact binomial " +
    `${100 * level} % interval of their share. Where all runs agree $d_r$ has no interval.`,
  where: ({ checkpoint }) => checkpoint === "end",
  columns: [
    "regime", "teacher", "replicate", "epsilon", "d_r", "d_r_low", "d_r_high", "d_r_null", "d_m", "anchored_d_r", "runs", "differing",
    "differing_low", "differing_high"
  ],
  limit: 60
})}
`
  }
})
