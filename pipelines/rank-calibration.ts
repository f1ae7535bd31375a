/**
 * Which threshold ε makes a numerical rank worth believing? The relative rank is tried on matrices of known rank under
 * noise of several kinds and sizes, then on networks that learn one mode after another, and over seventeen decades of ε.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  Admissible, Calibration, Conclusions, DrawnRanks, EpsilonPlateaus, Harshness, NoisySpectra, Perturbation, RankCourse, RankGrowth,
  RankSpread, Recovery, SampledSpectra, Spectra
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", late: "relative, mode 1 learnt" }
const inks = { gd: "black", sgd: "blue" } as const

/** The kinds of noise on a matrix of known rank, by the names that tables and figures give them. */
const noiseNames = ["independent", "independent, float32", "tangent", "SGD − GD"] as const
const noises = {
  independent: { model: "gaussian", precision: "float64" },
  "independent, float32": { model: "gaussian", precision: "float32" },
  tangent: { model: "tangent", precision: "float64" },
  "SGD − GD": { model: "resampled", precision: "float64" }
} as const

const samplingNames = ["no label noise", "label noise", "label noise, whitened"] as const
const samplings = {
  "no label noise": { noisy: false, whiten: "none" },
  "label noise": { noisy: true, whiten: "none" },
  "label noise, whitened": { noisy: true, whiten: "exact" }
} as const

export default Pipeline.make("rank-calibration", {
  about: "which threshold makes a numerical rank worth believing?",
  params: Calibration.params,
  defaults: Calibration.defaults,
  presets: { quick: {}, paper: Calibration.paper },
  problems: Calibration.problems
}, (settings) => {
  const { draws, epsilons, level, multiples, replicates, required, sampleSizes, scale, seed, seeds, spectrum, tail, widths } = settings
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  const rank = spectrum.length
  const matrices = { outputs, inputs, draws, seed }

  const { stability, ...tables } = Grid.map(Grid.range("replicate", 1, replicates), ({ replicate }) => {
    const { problem, run: runOf, sign, stability } = Calibration.cell(settings, replicate)
    const { modes } = problem

    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, curve } = runOf(run)
      const spectra = Spectra({ widths, checkpoints })
      const { ranks, shape } = RankCourse({ widths, epsilons, spectra, modes })
      const { changes, growth } = RankGrowth({ ranks })
      return { losses: curve, checkpoints, spectra, ranks, shape, growth, changes }
    }
    const gd = measure({ run: 0 })
    const sgd = Grid.map(Grid.range("run", 1, seeds), measure)
    const runs = [{ algorithm: "gd", run: 0 }, ...Grid.range("run", 1, seeds).map(({ run }) => ({ algorithm: "sgd", run }))]
    const { checkpoints: _, ...courses } = Grid.map(runs, measure)

    const perturbations = Perturbation({ widths, tail, modes, gd: gd.checkpoints, sgd: sgd.checkpoints })
    const judged = (spectra: ReturnType<typeof NoisySpectra> | ReturnType<typeof SampledSpectra>) => {
      const recovery = Recovery({ epsilons, level, modes, spectra })
      return { recovery, drawn: DrawnRanks({ modes, spectra }), admissible: Admissible({ required, modes, spectra, recovery }) }
    }
    const under = ({ multiple, noise }: { readonly multiple: number; readonly noise: (typeof noiseNames)[number] }) =>
      judged(NoisySpectra({ ...matrices, ...noises[noise], multiple, replicate, modes, perturbations }))
    const sampled = Grid.map(Grid.cross({ sampling: samplingNames, n: sampleSizes }), ({ n, sampling }) => {
      const { noisy, whiten } = samplings[sampling]
      return judged(SampledSpectra({ ...matrices, samples: n, noise: noisy ? settings.noise : 0, whiten, replicate, modes }))
    })

    const spread = RankSpread({ level, sgd: sgd.ranks })
    const [independent, { admissible, recovery }] = [under({ noise: "independent", multiple: 1 }), under({ noise: "SGD − GD", multiple: 1 })]
    const conclusions = Conclusions({ required, level, modes, gd: gd.growth, sgd: sgd.growth, spread, recovery })
    return {
      ...Grid.map(Grid.cross({ noise: noiseNames, multiple: multiples }), under),
      sampledRecovery: sampled.recovery,
      sampledDrawn: sampled.drawn,
      sampledAdmissible: sampled.admissible,
      harshness: Harshness({ harsh: independent.admissible, mild: admissible }),
      perturbations,
      ...courses,
      spread,
      conclusions,
      ...EpsilonPlateaus({ widths, scale, decades: settings.decades, modes, conclusions }),
      modes,
      sign,
      stability
    }
  })
  const {
    admissible, answers, changes, conclusions, drawn, harshness, modes, perturbations, plateaus, ranks, recovery, sampledAdmissible,
    sampledRecovery, shape, spectra, spread, window
  } = tables

  const one = { replicate: [1] } as const
  const axis = { xScale: "log", names, inks } as const
  const epsilon = "threshold $\\varepsilon$"
  const time = "time $t = \\eta \\cdot$ step"
  const size = "size of the noise, in units of $\\sigma_{SGD}$"
  const probability = "$P(r_\\varepsilon = r)$"
  const exact = `${percent(level)} Clopper–Pearson intervals over ${draws} draws`
  const few = Array.from({ length: Math.min(40, draws) }, (_, draw) => draw + 1)
  const cloud = { ...one, draw: few, noise: ["independent", "tangent", "SGD − GD"] } as const
  const decades = epsilons.filter((value) => [1e-7, 1e-6, 1e-5, 1e-4, 1e-2, 1e-1].includes(value))
  const someEpsilons = decades.length > 0 ? decades : epsilons.slice(-6)
  const someMultiples = multiples.toSorted((a, b) => b - a).filter((_, index) => index % Math.ceil(multiples.length / 6) === 0)
  const moments = ["start", ...spectrum.map((_, mode) => `mode ${mode + 1} at 50%`), "end"]
  const runwise = { color: "algorithm", group: ["replicate", "run"] } as const
  const plateau = (["low", "high"] as const).map((end) =>
    Figure.rules(answers, { x: end, ink: "green", dash: "dashed", weight: 1, where: one }))
  const marked = "Dashed green: the ends of the plateau that is found below"
  const near = { xLimits: [1e-9, 1] } as const

  return {
    tables,
    warnings: [stability],
    report: Report`
# Calibration of the numerical rank

The relative rank $r_\varepsilon(A) = \#\{i : \sigma_i(A) > \varepsilon\,\sigma_1(A)\}$ counts whatever its threshold lets
pass. Here the truth is known: first for matrices of rank ${rank} under noise, then for networks of widths
${widths.join(", ")} that learn a teacher of rank ${rank}, one mode after another. Then every conclusion is drawn again at each
$\varepsilon$ of a grid from ${Math.min(...epsilons)} to ${Math.max(...epsilons)}, to see where it does not depend on $\varepsilon$.

## I. A known rank under noise

$M = U\,\mathrm{diag}(\hat s)\,V^\top$ holds the teacher's ${rank} modes as training sees them, and $A = M + N$. How large should
$N$ be? Over the last ${percent(tail)} of the runs of part II, the entries of $W_{SGD} - W_{GD}$ have a root mean square
$\sigma_{SGD}$; and nearly all of that is tangent to the matrices of rank ${rank}, along which the rank stays:

${Report.table(perturbations, {
  caption: "What SGD adds to the matrix that GD learns, at the end of each run: its size $\\sigma$ as that of independent entries, and the share of its square that is tangent.",
  where: ({ step }) => step === settings.steps,
  columns: ["replicate", "run", "step", "sigma", "tangent_share"]
})}

Four kinds of noise, at this size and at others: independent Gaussian entries, with $A$ and its singular values in double
and in single precision; the same projected on the tangent space at $M$ and scaled back to equal size; and the differences
$W_{SGD} - W_{GD}$ themselves, drawn anew and scaled.

${Figure.lines(recovery, {
  ...axis, x: "epsilon", y: "recovery", band: ["recovery_low", "recovery_high"], color: "multiple", where: { ...one, multiple: someMultiples },
  facet: { columns: "noise" }, labels: { x: epsilon, y: probability, color: size },
  caption: `Probability to recover the rank ${rank} against the threshold, for each kind and size of noise. Bands: ${exact}.`
})}

${Figure.heat(recovery, {
  x: "epsilon", y: "multiple", fill: "recovery", where: one, facet: { columns: "noise" }, aspect: 0.8,
  labels: { x: epsilon, y: size, fill: probability },
  caption: `The same as a map over the threshold and the size of the noise (n = ${draws} draws a cell).`
})}

A threshold is admissible if the lower end of its interval is ${required} or more. The least one follows the size of
independent noise, whose largest singular value lies at $\sigma(\sqrt{d_L - r} + \sqrt{d_0 - r})$; in single precision it
does not fall below round-off. Tangent noise lifts the singular values beyond the rank in second order only. Scaled
differences of SGD and GD are in between, but at their own size (1 in these units) they lead back onto the matrices of
rank ${rank}: there SGD asks for a threshold that is smaller by orders of magnitude than independent noise does.

${Figure.layers([
  Figure.lines(admissible, { x: "sigma", y: "edge", ink: "grey", dash: "dashed", name: "edge of independent noise", where: { ...one, noise: ["independent"] } }),
  Figure.lines(admissible, { x: "sigma", y: "smallest", color: "noise", group: ["replicate"] }),
  Figure.points(admissible, { x: "sigma", y: "smallest", color: "noise", size: 3 })
], {
  ...axis, yScale: "log", labels: { x: "size of the noise $\\sigma$", y: "smallest admissible $\\varepsilon$", color: "" },
  caption: `The smallest $\\varepsilon$ of the grid that recovers the rank with probability ${required} or more, against the size of the noise ` +
    `(${draws} draws at each). Dashed: the edge of independent noise over $s_1$.`
})}

${Report.table(admissible, {
  caption: "Admissible thresholds at the size that SGD's perturbation has, with the next $\\varepsilon$ of the grid below; `edge` and `ceiling` are what theory gives for independent noise.",
  where: ({ multiple }) => multiple === 1,
  columns: ["replicate", "noise", "sigma", "below", "smallest", "largest", "edge", "ceiling", "finding"]
})}

${Hypothesis.test("Independent noise of the size of SGD's perturbation asks for the same $\\varepsilon$ as SGD itself, to half a decade", harshness, {
  effect: "decades",
  interval: ["decades_low", "decades_high"],
  margin: 0.5
})}

Effective rank needs no threshold, and noise lifts it gradually:

${Figure.beside([
  Figure.layers([
    Figure.points(drawn, { x: "sigma", y: "effective_rank", color: "noise", size: 2, opacity: 0.5, where: cloud }),
    Figure.rules(drawn, { y: "signal_effective_rank", where: { ...one, draw: [1] } })
  ], { ...axis, labels: { x: "size of the noise $\\sigma$", y: "effective rank", color: "" } }),
  Figure.points(drawn, {
    ...axis, x: "sigma", y: "gap", color: "noise", size: 2, opacity: 0.5, where: cloud, yScale: "log", at: { y: [10] },
    labels: { x: "size of the noise $\\sigma$", y: `gap $\\sigma_{${rank}}/\\sigma_{${rank + 1}}$`, color: "" }
  })
], {
  letters: true,
  caption: `A point a draw, the first ${few.length} of ${draws} at each size: (a) effective rank, dotted that of $M$; (b) the gap behind the true rank, ` +
    "below the line at 10 ambiguous."
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

$\hat M = \frac1n \sum_k y_k x_k^\top$ with $y = Mx$ has at most the rank of $M$, however small $n$ is: this is the control.
What lifts its rank is label noise; with whitened inputs that is independent noise of size $\sigma/\sqrt n$, exactly.

${Figure.lines(sampledRecovery, {
  ...axis, x: "epsilon", y: "recovery", band: ["recovery_low", "recovery_high"], color: "n", where: one,
  facet: { columns: "sampling" }, labels: { x: epsilon, y: probability, color: "sample size $n$" },
  caption: `Probability to recover the rank of $\\hat M$ against the threshold, for samples of $n$; label noise $\\sigma = ${settings.noise}$. Bands: ${exact}.`
})}

${Figure.heat(sampledRecovery, {
  x: "epsilon", y: "n", fill: "recovery", where: one, facet: { columns: "sampling" }, aspect: 0.5, labels: { x: epsilon, y: "$n$", fill: probability },
  caption: `The same as a map over the threshold and the sample size (${draws} samples a cell).`
})}

${Figure.layers([
  Figure.lines(sampledAdmissible, { x: "n", y: "edge", ink: "grey", dash: "dashed", name: "edge of $\\sigma/\\sqrt{n}$", where: { ...one, sampling: ["label noise"] } }),
  Figure.lines(sampledAdmissible, { x: "n", y: "smallest", color: "sampling", group: ["replicate"] }),
  Figure.points(sampledAdmissible, { x: "n", y: "smallest", color: "sampling", size: 3 })
], {
  ...axis, yScale: "log", labels: { x: "sample size $n$", y: "smallest admissible $\\varepsilon$", color: "" },
  caption: `The smallest $\\varepsilon$ of the grid that recovers the rank with probability ${required} or more, against the sample size (${draws} samples at each).`
})}

${Claim.every("Without label noise a finite sample never exceeds the rank of the teacher, at any $\\varepsilon$ above round-off", sampledRecovery, {
  where: ({ epsilon, sampling }) => sampling === "no label noise" && epsilon >= 1e-13,
  holds: ({ rank_largest, rank_true }) => rank_largest <= rank_true
})}

## II. Networks that learn one mode after another

From a balanced start of scale $a = ${scale}$ all singular values of $W$ are $a^L$. One run of GD and ${seeds} of SGD learn
the modes $\hat s$ one by one. The relative rank cannot start at 0: a tiny random product has full relative rank, whatever
its size. So three ways to count are compared: **anchored** to the teacher, $\#\{\sigma > \varepsilon\,\hat s_1\}$;
**relative** to $\sigma_1$, as the protocol has it; and the same **once mode 1 is learnt** to its half.

${Figure.layers([
  Figure.lines(spectra, {
    x: "time", y: "sigma", color: "k", group: ["replicate", "run"], where: { ...one, alignment: ["time"], i: [1], j: [widths.length - 1], k: [...Array(rank + 2).keys()].map((index) => index + 1) }
  }),
  Figure.rules(modes, { y: "teacher_value", dash: "dashed", where: one })
], {
  names, facet: { columns: "algorithm" }, yScale: "log", labels: { x: time, y: "$\\sigma_k$ of $W(t)$", color: "$k$" },
  caption: `Singular values of the end-to-end matrix along one GD and ${seeds} SGD runs. Dashed: those of the teacher. All start at $a^L$.`
})}

${Claim.every("At the balanced start every singular value of $W$ is $a^L$", spectra, {
  where: ({ checkpoint, i, j }) => checkpoint === "start" && i === 1 && j === widths.length - 1,
  holds: ({ sigma }) => Math.abs(sigma! / scale ** (widths.length - 1) - 1) < 1e-9
})}

${Figure.beside([
  Figure.staircase(ranks, {
    ...axis, ...near, x: "epsilon", y: "anchored_rank", color: "checkpoint", order: { checkpoint: moments },
    where: { ...one, algorithm: ["gd"], checkpoint: moments }, labels: { x: epsilon, y: "anchored rank of $W$", color: "GD at" }
  }),
  Figure.staircase(ranks, {
    ...axis, ...near, x: "epsilon", y: "rank", color: "checkpoint", order: { checkpoint: moments },
    where: { ...one, algorithm: ["gd"], checkpoint: moments }, labels: { x: epsilon, y: "relative rank of $W$", color: "GD at" }
  })
], {
  letters: true,
  caption: "Rank of GD's end-to-end matrix against the threshold at several times, (a) anchored and (b) relative. A flat stretch is a rank that does not depend on $\\varepsilon$."
})}

${(["anchored_rank", "rank"] as const).map((rank) => Figure.staircase(ranks, {
  x: "time", y: rank, ...runwise, names, inks, facet: { columns: "epsilon" }, where: { ...one, alignment: ["time"], epsilon: someEpsilons },
  labels: { x: time, y: rank === "rank" ? "relative rank of $W(t)$" : "anchored rank of $W(t)$", color: "", columns: "$\\varepsilon$" },
  caption: `${rank === "rank" ? "Relative" : "Anchored"} rank along GD and ${seeds} SGD runs for several thresholds $\\varepsilon$.`
}))}

${Figure.lines(shape, {
  x: "time", y: "effective_rank", ...runwise, names, inks, where: { ...one, alignment: ["time"] },
  labels: { x: time, y: "effective rank of $W(t)$", color: "" },
  caption: `Effective rank along GD and ${seeds} SGD runs: without a threshold, and without steps.`
})}

## III. Does it matter which threshold?

For each $\varepsilon$ and each way to count, these are the answers that one would give: do ranks rise by one, and never
fall; do seeds agree; is the rank recovered under SGD's own perturbation?

${Figure.layers([
  Figure.lines(conclusions, { x: "epsilon", y: "unit_share", ink: "blue", name: "rises by one", where: one }),
  Figure.lines(conclusions, { x: "epsilon", y: "fall_share", ink: "vermillion", name: "changes that are falls", where: one }),
  Figure.lines(conclusions, { x: "epsilon", y: "seed_variance", ink: "purple", name: "variance over seeds", where: one }),
  Figure.lines(conclusions, { x: "epsilon", y: "recovery", ink: "black", dash: "dotted", name: "recovery under SGD's noise", where: one }),
  Figure.rules(window, { x: "predicted", where: one }),
  ...plateau
], {
  ...axis, ...near, facet: { columns: "kind" }, labels: { x: epsilon, y: "share, or variance" },
  caption: `Over one GD and ${seeds} SGD runs: the share of rises that are by one, of changes that are falls, the variance of the rank over SGD runs ` +
    `(mean over levels of the loss${seeds === 1 ? "; with one run there is none" : ""}), and the probability that the teacher's rank is recovered under SGD's perturbation. ${marked}; dotted grey: $a^L/s_1$ and $s_r/s_1$.`
})}

${Figure.layers([
  Figure.points(changes, { x: "epsilon", y: "gap_after", ink: "blue", size: 2, opacity: 0.4, name: "gap after the change", where: one }),
  Figure.points(changes, { x: "epsilon", y: "gap_before", ink: "orange", size: 2, opacity: 0.4, name: "gap before it", where: one }),
  ...plateau
], {
  ...axis, facet: { columns: "kind" }, yScale: "log", at: { y: [10] }, labels: { x: epsilon, y: "gap $\\sigma_r/\\sigma_{r+1}$" },
  caption: `The gap at every change of rank, in all ${seeds + 1} runs, on both sides of the change. Below the line at 10 a rank is ambiguous. ${marked}.`
})}

A plateau is a longest run of $\varepsilon$ with one and the same conclusion. The answer is the widest on which the rank is
reliable: it starts and ends as it should, rises by unit steps and never falls (each to ${percent(1 - required)}), is the
same for all seeds, and survives SGD's noise; narrower than ${settings.decades === 1 ? "a decade" : `${settings.decades} decades`} it does not count.

${Report.table(answers, { caption: "The plateau of $\\varepsilon$ for each way to count, or that there is none." })}

${Report.table(plateaus, {
  caption: "All plateaus, from small thresholds to large.",
  columns: ["replicate", "kind", "low", "high", "decades", "reliable", "conclusion"],
  limit: 60
})}

${Hypothesis.test("The anchored plateau reaches from the start of the modes, $a^L/s_1$, to the last of them, $s_r/s_1$, to a factor of five", window, {
  effect: "departure",
  interval: ["departure_low", "departure_high"],
  margin: 0.7
})}

${Report.table(window, {
  caption: "Ends of the anchored plateau, predicted and found. The interval of the departure (in decades) is the step of the grid in which the end lies."
})}

${Hypothesis.test(`On the anchored plateau another seed would end with the teacher's rank as well, ${percent(required)} of the time or more`, conclusions, {
  where: ({ kind, reliable }) => kind === "anchored" && reliable,
  effect: "failure",
  interval: ["failure_low", "failure_high"],
  margin: 1 - required
})}

${Report.table(spread, {
  caption: "Levels of the loss that some SGD run never reached. No row: none.",
  where: ({ all_runs, epsilon, kind, runs }) => kind === "relative" && epsilon === epsilons[0] && runs < all_runs,
  columns: ["replicate", "checkpoint", "runs", "all_runs"]
})}
`
  }
})

const percent = (share: number) => `${Number((100 * share).toPrecision(6))} %`
