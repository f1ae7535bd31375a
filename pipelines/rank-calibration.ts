/**
 * Which threshold ε makes a numerical rank worth believing? The relative rank is tried on matrices of known rank under
 * noise of several kinds and sizes, then on networks that learn one mode after another, and over sixteen decades of ε.
 */
import { Claim, Figure, Hypothesis, Pipeline, Report } from "dln-lab"
import { Calibration, columnNames, numberTex } from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", late: "relative, mode 1 learnt" }
const inks = { gd: "black", sgd: "blue" } as const

export default Pipeline.make("rank-calibration", {
  about: "which threshold makes a numerical rank worth believing?",
  params: Calibration.params,
  defaults: Calibration.defaults,
  presets: { quick: {}, paper: Calibration.paper },
  problems: Calibration.problems
}, (settings) => {
  const { draws, epsilons, level, multiples, required, scale, seeds, spectrum, tail, widths } = settings
  const rank = spectrum.length
  const depth = widths.length - 1
  const { stability, ...tables } = Calibration.measured(settings)
  const { admissible, answers, changes, conclusions, drawn, harshness, modes, perturbations, plateaus, ranks } = tables
  const { recovery, sampledAdmissible, sampledRecovery, shape, spectra, spread, window } = tables

  const one = { replicate: [1] } as const
  const axis = { xScale: "log", names, inks } as const
  const near = { ...axis, xLimits: [1e-9, 1] } as const
  const byKind = { facet: { columns: "kind" } } as const
  const runwise = { color: "algorithm", group: ["replicate", "run"], names, inks } as const
  const epsilon = "threshold $\\varepsilon$"
  const time = "time $t = \\eta \\cdot$ step"
  const size = "size of the noise, in units of $\\sigma_{SGD}$"
  const sigma = "size of the noise $\\sigma$"
  const least = "smallest admissible $\\varepsilon$"
  const probability = "$P(r_\\varepsilon = r)$"
  const exact = `${percent(level)} Clopper–Pearson intervals over ${draws} draws`
  const reliably = `The smallest $\\varepsilon$ of the grid that recovers the rank with probability ${required} or more`
  const few = Array.from({ length: Math.min(40, draws) }, (_, draw) => draw + 1)
  const inDouble = { ...one, noise: ["independent", "tangent", "SGD − GD"] } as const
  const cloud = { size: 2, opacity: 0.5, where: { ...inDouble, draw: few } } as const
  const asSeen = { ...inDouble, multiple: [1] } as const
  const decades = epsilons.filter((value) => [1e-7, 1e-6, 1e-5, 1e-4, 1e-2, 1e-1].includes(value))
  const someEpsilons = decades.length > 0 ? decades : epsilons.slice(-6)
  const step = Math.ceil(multiples.length / 6)
  const someMultiples = multiples.toSorted((a, b) => b - a).filter((_, index) => index % step === 0)
  const moments = ["start", ...spectrum.map((_, mode) => `mode ${mode + 1} at 50%`), "end"]
  const plateau = (["low", "high"] as const).map((end) =>
    Figure.rules(answers, { x: end, ink: "green", dash: "dashed", weight: 1, where: one }))
  const marked = "Dashed green: the ends of the plateau that is found below"

  /** Rank of GD's W against ε, a line a time. */
  const againstEpsilon = (count: "anchored_rank" | "rank", label: string) => Figure.staircase(ranks, {
    ...near, x: "epsilon", y: count, color: "checkpoint", order: { checkpoint: moments },
    where: { ...one, algorithm: ["gd"], checkpoint: moments }, labels: { x: epsilon, y: label, color: "GD at" }
  })
  /** Rank of W along all runs, a panel an ε. */
  const againstTime = (count: "anchored_rank" | "rank", label: string) => Figure.staircase(ranks, {
    x: "time", y: count, ...runwise, facet: { columns: "epsilon" },
    where: { ...one, alignment: ["time"], epsilon: someEpsilons },
    labels: { x: time, y: `${label} rank of $W(t)$`, color: "", columns: "$\\varepsilon$" },
    caption: `The ${label} rank along GD and ${runsOf(seeds)} for several thresholds $\\varepsilon$.`
  })
  const judged = { x: "epsilon", where: one } as const

  return {
    tables,
    warnings: [stability],
    conditions: `$n = ${settings.samples}$ samples, ${runsOf(seeds)}${settings.replicates === 1 ? "" : `, ${settings.replicates} replicates`}`,
    names: { ...columnNames, ...names, runs: "runs" },
    report: Report`
# Calibration of the numerical rank

The relative rank $r_\varepsilon(A) = \#\{i : \sigma_i(A) > \varepsilon\,\sigma_1(A)\}$ counts whatever its threshold
lets pass. Here the truth is known: first for matrices of rank ${rank} under noise, then for networks of widths
${widths.join(", ")} that learn a teacher of rank ${rank}, one mode after another. Then every conclusion is drawn again
at each $\varepsilon$ of a grid from $${numberTex(Math.min(...epsilons))}$ to $${numberTex(Math.max(...epsilons))}$, to see where it does not
depend on $\varepsilon$.

## I. A known rank under noise

$M = U\,\mathrm{diag}(\hat s)\,V^\top$ holds the teacher's ${rank} modes as training sees them, and $A = M + N$. How
large should $N$ be? Over the last ${percent(tail)} of the runs of part II, the entries of $W_{SGD} - W_{GD}$ have a
root mean square $\sigma_{SGD}$; what of it is tangent to the matrices of rank ${rank} moves along them, and leaves
the rank as it is:

${Report.table(perturbations, {
  caption: "What SGD adds to the matrix that GD learns, at the end of each run: its size $\\sigma$ as that of " +
    "independent entries, and the share of its square that is tangent.",
  where: ({ step }) => step === settings.steps,
  columns: ["replicate", "run", "step", "sigma", "tangent_share"]
})}

Four kinds of noise, at this size and at others: independent Gaussian entries, with $A$ and its singular values in
double and in single precision; the same projected on the tangent space at $M$ and scaled back to equal size; and the
differences $W_{SGD} - W_{GD}$ themselves, drawn anew and scaled.

${Figure.lines(recovery, {
  ...axis, x: "epsilon", y: "recovery", band: ["recovery_low", "recovery_high"], color: "multiple",
  where: { ...one, multiple: someMultiples },
  facet: { columns: "noise" }, labels: { x: epsilon, y: probability, color: size },
  caption: `Probability to recover the rank ${rank} against the threshold, by kind and size of noise. Bands: ${exact}.`
})}

${Figure.heat(recovery, {
  x: "epsilon", y: "multiple", fill: "recovery", where: one, facet: { columns: "noise" }, aspect: 0.8,
  labels: { x: epsilon, y: size, fill: probability },
  caption: `The same as a map over the threshold and the size of the noise (n = ${draws} draws a cell).`
})}

${Figure.beside([
  Figure.lines(recovery, {
    ...axis, x: "epsilon", y: "recovery", band: ["recovery_low", "recovery_high"], color: "noise", where: asSeen,
    labels: { x: epsilon, y: probability, color: "" }
  }),
  Figure.lines(recovery, {
    ...axis, x: "epsilon", y: "rank_variance", color: "noise", where: asSeen,
    labels: { x: epsilon, y: "variance of $r_\\varepsilon$", color: "" }
  })
], {
  letters: true,
  caption: `At the size that SGD's perturbation has: (a) probability to recover the rank, with ${exact}, and (b) ` +
    "variance of the rank over draws. An ambiguous threshold shows in both."
})}

A threshold is admissible if the lower end of its interval is ${required} or more. The least one follows the size of
independent noise, whose largest singular value lies at $\sigma(\sqrt{d_L - r} + \sqrt{d_0 - r})$; in single precision
it does not fall below round-off. Tangent noise lifts the singular values beyond the rank in second order only. A
difference of SGD and GD is a chord between matrices of nearly rank ${rank}: a part $c$ of it leaves them in
proportion to $c - c^2$, and the whole of it leads back onto them.

${Figure.layers([
  Figure.lines(admissible, {
    x: "sigma", y: "edge", ink: "grey", dash: "dashed", name: "edge of independent noise",
    where: { ...one, noise: ["independent"] }
  }),
  Figure.lines(admissible, { x: "sigma", y: "smallest", color: "noise", group: ["replicate"] }),
  Figure.points(admissible, { x: "sigma", y: "smallest", color: "noise", size: 3 })
], {
  ...axis, yScale: "log", labels: { x: sigma, y: least, color: "" },
  caption: `${reliably}, against the size of the noise (${draws} draws at each). Dashed: the edge of independent noise.`
})}

${Report.table(admissible, {
  caption: "Admissible thresholds at the size that SGD's perturbation has, with the next $\\varepsilon$ of the grid " +
    "below; `edge` and `ceiling` are what theory gives for independent noise.",
  where: ({ multiple }) => multiple === 1,
  columns: ["replicate", "noise", "sigma", "below", "smallest", "largest", "edge", "ceiling", "draws"]
})}

${Hypothesis.test(
  "Independent noise of the size of SGD's perturbation asks for the same $\\varepsilon$ as it, to half a decade",
  harshness,
  { effect: "decades", interval: ["decades_low", "decades_high"], margin: 0.5 }
)}

Effective rank needs no threshold, and noise lifts it gradually:

${Figure.beside([
  Figure.layers([
    Figure.points(drawn, { x: "sigma", y: "effective_rank", color: "noise", ...cloud }),
    Figure.rules(drawn, { y: "signal_effective_rank", where: { ...one, draw: [1] } })
  ], { ...axis, labels: { x: sigma, y: "effective rank", color: "" } }),
  Figure.points(drawn, {
    ...axis, x: "sigma", y: "gap", color: "noise", ...cloud, yScale: "log", at: { y: [10] },
    labels: { x: sigma, y: `gap $\\sigma_{${rank}}/\\sigma_{${rank + 1}}$`, color: "" }
  })
], {
  letters: true,
  caption: `A point a draw, the first ${few.length} of ${draws} at each size: (a) effective rank, dotted that of ` +
    "$M$; (b) the gap behind the true rank, below the line at 10 ambiguous."
})}

${Claim.every("No noise moves a singular value by more than its own norm (Weyl), in double precision", drawn, {
  where: ({ noise, sigma, weyl }) => noise !== "independent, float32" && weyl !== null && sigma > 1e-12,
  holds: ({ weyl }) => weyl! <= 1 + 1e-3
})}

${Claim.every("Tangent noise never gives a rank above $2r$", drawn, {
  where: ({ noise, beyond_tangent }) => noise === "tangent" && beyond_tangent !== null,
  holds: ({ beyond_tangent }) => beyond_tangent! < 1e-13
})}

### Covariances of finite samples

$\hat M = \frac1n \sum_k y_k x_k^\top$ with $y = Mx$ has at most the rank of $M$, however small $n$ is: this is the
control. What lifts its rank is label noise; with whitened inputs that is independent noise of size $\sigma/\sqrt n$,
exactly.

${Figure.lines(sampledRecovery, {
  ...axis, x: "epsilon", y: "recovery", band: ["recovery_low", "recovery_high"], color: "n", where: one,
  facet: { columns: "sampling" }, labels: { x: epsilon, y: probability, color: "sample size $n$" },
  caption: "Probability to recover the rank of $\\hat M$ against the threshold, for samples of $n$; label noise " +
    `$\\sigma = ${settings.noise}$. Bands: ${exact}.`
})}

${Figure.heat(sampledRecovery, {
  x: "epsilon", y: "n", fill: "recovery", where: one, facet: { columns: "sampling" }, aspect: 0.5,
  labels: { x: epsilon, y: "$n$", fill: probability },
  caption: `The same as a map over the threshold and the sample size (${draws} samples a cell).`
})}

${Figure.layers([
  Figure.lines(sampledAdmissible, {
    x: "n", y: "edge", ink: "grey", dash: "dashed", name: "edge of $\\sigma/\\sqrt{n}$",
    where: { ...one, sampling: ["label noise"] }
  }),
  Figure.lines(sampledAdmissible, { x: "n", y: "smallest", color: "sampling", group: ["replicate"] }),
  Figure.points(sampledAdmissible, { x: "n", y: "smallest", color: "sampling", size: 3 })
], {
  ...axis, yScale: "log", labels: { x: "sample size $n$", y: least, color: "" },
  caption: `${reliably}, against the sample size (${draws} samples at each).`
})}

${Claim.every(
  "Without label noise a finite sample never exceeds the rank of the teacher, at any $\\varepsilon$ above round-off",
  sampledRecovery,
  {
    where: ({ epsilon, sampling }) => sampling === "no label noise" && epsilon >= 1e-13,
    holds: ({ rank_largest, rank_true }) => rank_largest <= rank_true
  }
)}

## II. Networks that learn one mode after another

From a balanced start of scale $a = ${scale}$ all singular values of $W$ are $a^L$. One run of GD and ${runsOf(seeds)}
learn the modes $\hat s$ one by one. The relative rank cannot start at 0: a tiny random product has full relative
rank, whatever its size. So three ways to count are compared: **anchored** to the teacher, $\#\{\sigma >
\varepsilon\,\hat s_1\}$; **relative** to $\sigma_1$, as the protocol has it; and the same **once mode 1 is learnt**
to its half.

${Figure.layers([
  Figure.lines(spectra, {
    x: "time", y: "sigma", color: "k", group: ["replicate", "run"],
    where: { ...one, alignment: ["time"], i: [1], j: [depth], k: [...Array(rank + 2).keys()].map((index) => index + 1) }
  }),
  Figure.rules(modes, { y: "teacher_value", dash: "dashed", where: one })
], {
  names, facet: { columns: "algorithm" }, yScale: "log",
  labels: { x: time, y: "$\\sigma_k$ of $W(t)$", color: "$k$" },
  caption: `Singular values of the end-to-end matrix along GD and ${runsOf(seeds)}. Dashed: those of the teacher. ` +
    "All start at $a^L$."
})}

${Claim.every("At the balanced start every singular value of $W$ is $a^L$", spectra, {
  where: ({ checkpoint, i, j }) => checkpoint === "start" && i === 1 && j === depth,
  holds: ({ sigma }) => Math.abs(sigma! / scale ** depth - 1) < 1e-9
})}

${Figure.beside([
  againstEpsilon("anchored_rank", "anchored rank of $W$"),
  againstEpsilon("rank", "relative rank of $W$")
], {
  letters: true,
  caption: "Rank of GD's end-to-end matrix against the threshold at several times, (a) anchored and (b) relative. A " +
    "flat stretch is a rank that does not depend on $\\varepsilon$."
})}

${[againstTime("anchored_rank", "anchored"), againstTime("rank", "relative")]}

${Figure.lines(shape, {
  x: "time", y: "effective_rank", ...runwise, where: { ...one, alignment: ["time"] },
  labels: { x: time, y: "effective rank of $W(t)$", color: "" },
  caption: `Effective rank along GD and ${runsOf(seeds)}: without a threshold, and without steps.`
})}

## III. Does it matter which threshold?

For each $\varepsilon$ and each way to count, these are the answers that one would give: do ranks rise by one, and never
fall; do seeds agree; is the rank recovered under SGD's own perturbation?

${Figure.layers([
  Figure.lines(conclusions, { ...judged, y: "unit_share", ink: "blue", name: "rises by one" }),
  Figure.lines(conclusions, { ...judged, y: "fall_share", ink: "vermillion", name: "changes that are falls" }),
  Figure.lines(conclusions, { ...judged, y: "seed_variance", ink: "purple", name: "variance over seeds" }),
  Figure.lines(conclusions, { ...judged, y: "recovery", dash: "dotted", name: "recovery under SGD's noise" }),
  Figure.rules(window, { x: "predicted", where: one }),
  ...plateau
], {
  ...near, ...byKind, labels: { x: epsilon, y: "share, or variance" },
  caption: `Over GD and ${runsOf(seeds)}: the share of rises that are by one, of changes that are falls, the ` +
    `variance of the rank over SGD runs (mean over levels of the loss${seeds === 1 ? "; of one run: none" : ""}), ` +
    `and the probability that the teacher's rank is recovered under SGD's perturbation. ${marked}; dotted grey: ` +
    "$a^L/s_1$ and $s_r/s_1$."
})}

${Figure.layers([
  Figure.points(changes, {
    x: "epsilon", y: "gap_after", ink: "blue", size: 2, opacity: 0.4, name: "gap after the change", where: one
  }),
  Figure.points(changes, {
    x: "epsilon", y: "gap_before", ink: "orange", size: 2, opacity: 0.4, name: "gap before it", where: one
  }),
  ...plateau
], {
  ...axis, ...byKind, yScale: "log", at: { y: [10] }, labels: { x: epsilon, y: "gap $\\sigma_r/\\sigma_{r+1}$" },
  caption: `The gap at every change of rank, in all ${seeds + 1} runs, on both sides of the change. Below the line ` +
    `at 10 a rank is ambiguous. ${marked}.`
})}

A plateau is a longest run of $\varepsilon$ with one and the same conclusion. The answer is the widest on which the
rank is reliable: it starts and ends as it should, rises by unit steps and never falls (each to
${percent(1 - required)}), is the same for all seeds, and survives SGD's noise; narrower than
${settings.decades === 1 ? "a decade" : `${settings.decades} decades`} it does not count.

${Report.table(answers, { caption: "The plateau of $\\varepsilon$ for each way to count, or that there is none." })}

${Report.table(plateaus, {
  caption: "All plateaus, from small thresholds to large.",
  columns: ["replicate", "kind", "low", "high", "decades", "reliable", "conclusion"],
  limit: 60
})}

${Hypothesis.test(
  "The anchored plateau reaches from where modes start, $a^L/s_1$, to the last mode, $s_r/s_1$, to a factor of five",
  window,
  { effect: "departure", interval: ["departure_low", "departure_high"], margin: 0.7 }
)}

${Report.table(window, {
  caption: "Ends of the anchored plateau, predicted and found. The interval of the departure (in decades) is the " +
    "step of the grid in which the end lies."
})}

${Hypothesis.test(
  `On the anchored plateau another seed ends with the teacher's rank as well, ${percent(required)} of the time or more`,
  conclusions,
  {
    where: ({ kind, reliable }) => kind === "anchored" && reliable,
    effect: "failure", interval: ["failure_low", "failure_high"], margin: 1 - required, called: "share of seeds that do not,"
  }
)}

${Report.table(spread, {
  caption: "Levels of the loss that some SGD run never reached. No row: none.",
  where: ({ all_runs, epsilon, kind, runs }) =>
    kind === "relative" && epsilon === Math.min(...epsilons) && runs < all_runs,
  columns: ["replicate", "checkpoint", "runs", "all_runs"]
})}
`
  }
})

const percent = (share: number) => `${Number((100 * share).toPrecision(6))} %`
const runsOf = (seeds: number) => seeds === 1 ? "one SGD run" : `${seeds} SGD runs`
