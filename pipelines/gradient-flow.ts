/**
 * Theory beside measurement: GD against the closed forms of gradient flow, and SGD against the stochastic equation of a
 * single mode, on networks that are small enough for both to be exact, or nearly.
 */
import { Claim, Figure, Hypothesis, Pipeline, Report } from "dln-lab"
import { columnNames, GradientFlow } from "dln-lab/stages"

const inks = { equation: "black", "SGD, replacement": "blue", "SGD, shuffle": "orange" } as const

export default Pipeline.make("gradient-flow", {
  about: "do GD and SGD do what the theory of gradient flow and of its noise says?",
  params: GradientFlow.params,
  defaults: GradientFlow.defaults,
  presets: { quick: {}, paper: GradientFlow.paper },
  problems: GradientFlow.problems
}, (settings) => {
  const { batch, delaySeeds, depths, learningRate, learningRates, level, noise, points, readings, replicates, samples } = settings
  const { sdeStep, seeds, spectrum, strength } = settings
  const { stability, ...tables } = GradientFlow.measured(settings)
  const { collapse, collapseEnds, collapseNormal, collapseRate, comparisons, course, delays, departures, entries, escapes } = tables
  const { flow, largest, law, lawSample, lawSampleTogether, lawTest, lawTestTogether, lawTogether, moments, order, peak } = tables
  const { diverged, profile, theory } = tables

  const time = "time $t = \\eta \\cdot$ step"
  const byDepth = { columns: "depth" } as const
  const columns = { columns: "$L$" } as const
  const grid = { rows: "$L$", columns: "$s$" } as const
  const intervals = `${Number((100 * level).toPrecision(6))} %`
  const at = `$\\eta = ${learningRate}$, $B = ${batch}$, $T = \\eta/B = ${learningRate / batch}$`
  const ensemble = seeds === 1
    ? "one run of SGD, so without a spread"
    : `${seeds} runs of SGD and as many paths of the equation`
  const apart = Math.ceil(points / 30)
  const reading = Array.from({ length: Math.ceil(points / apart) }, (_, index) => apart * index)
  const middle = learningRates.toSorted((a, b) => a - b)[Math.floor(learningRates.length / 2)]!
  const { inputs, outputs } = GradientFlow.rectangle(settings)
  /** Figures and long tables are of the first replicate. */
  const first = { replicate: [1] } as const
  const ofFirst = ({ replicate }: { readonly replicate: number }) => replicate === 1
  const one = { ...first, s: [spectrum[0]!] } as const
  const whole = { ...first, network: [GradientFlow.anyStart], learning_rate: [middle] }
  const byReplacement = ({ sampler }: { readonly sampler: string }) => sampler === "replacement"

  /** The stationary laws of a kind of network as histograms on densities. */
  const laws = (
    sample: typeof lawSample | typeof lawSampleTogether,
    density: typeof law | typeof lawTogether,
    mode: "s" | "teacher",
    caption: string
  ) => Figure.layers([
    Figure.histogram(sample, { x: "score", density: true, bins: 40, ink: "sky", where: first }),
    Figure.lines(density, { x: "score", y: "density", ink: "black", where: first })
  ], {
    facet: { rows: "depth", columns: mode },
    labels: { x: "strength $w$, less the mean of the law, over its deviation", y: "density", ...grid },
    caption
  })

  return {
    tables,
    warnings: [stability],
    conditions: `$n = ${samples}$ samples${replicates === 1 ? "" : `, the first of ${replicates} replicates`}`,
    names: { ...columnNames, teacher: "$s$", runs: "runs" },
    report: Report`
# Gradient flow and its noise

Theory solves deep linear networks where they are balanced, aligned with what they learn, and whitened. Here they are,
on purpose: networks with one neuron for each of the modes $s = ${spectrum.join(", ")}$, on ${samples} samples that
are whitened exactly. Lines are theory, without a fitted number; points and bands are measured.

## GD against the flow

A balanced, aligned mode of strength $u$ obeys $\dot u = L\,u^{2-2/L}(s - u)$: for $L = 2$ in closed form,
$u = s e^{2st}/(e^{2st} - 1 + s/u_0)$; for any $L$ by one integral.

${Figure.layers([
  Figure.lines(flow, { x: "time", y: "strength", color: "teacher", where: first }),
  Figure.points(course, { x: "time", y: "strength", color: "teacher", size: 2.5, where: { ...first, reading } })
], {
  facet: byDepth, labels: { ...columns, x: time, y: "strength of the mode", color: "$s$" },
  caption: `Strength of each mode for $L = ${depths.join(", ")}$ layers from $u_0 = ${strength}$: GD at ` +
    `$\\eta = ${learningRate}$ (points) on the solution of the mode equation (lines).`
})}

${Claim.every("GD from an aligned start keeps every cross mode at round-off", course, {
  holds: ({ cross }) => cross < 1e-10
})}

For two layers no alignment is needed. From any balanced start, $QQ^\top$ with $Q = (W_1^\top; W_2)$ solves a matrix
Riccati equation (Fukumizu), also where the teacher is rectangular and deficient:

${Figure.layers([
  Figure.lines(entries, { x: "time", y: "flow", color: "j", group: ["i"], where: whole }),
  Figure.points(entries, { x: "time", y: "gd", color: "j", size: 2.5, where: { ...whole, reading } })
], {
  labels: { x: time, y: "entry $W_{ij}$", color: "column $j$" },
  caption: `All ${inputs * outputs} entries of $W = W_2W_1$ from a balanced start that is aligned with nothing, for ` +
    `a teacher of rank ${spectrum.length}: GD at $\\eta = ${middle}$ (points) on the closed form (lines).`
})}

${Claim.every("For two layers the mode equation and the solution of the whole matrix agree to $10^{-9}$", flow, {
  where: ({ matrix_strength }) => matrix_strength !== null,
  holds: ({ matrix_strength, strength, teacher }) => Math.abs(matrix_strength! - strength) < 1e-9 * teacher
})}

How late is a mode? It waits at the saddle for a time that is proportional to $1/s$, and grows as the start shrinks:
with $\ln 1/a$ for two layers, as $a^{-(L-2)}$ for more.

${Figure.layers([
  Figure.lines(escapes, { x: "inverse", y: "predicted", color: "scale", where: first }),
  Figure.points(escapes, { x: "inverse", y: "time", color: "scale", size: 3, where: first })
], {
  facet: byDepth, free: ["y"], labels: { ...columns, x: "$1/s$", y: "half-time", color: "scale $a$" },
  caption: "Time until a mode is half learnt against $1/s$, for starts of scale $a$ (strength $a^L$): GD at " +
    `$\\eta = ${learningRate}$ (points), the flow (lines).`
})}

${Figure.layers([
  Figure.lines(escapes, { x: "scale", y: "predicted", color: "teacher", where: first }),
  Figure.points(escapes, { x: "scale", y: "time", color: "teacher", size: 3, where: first })
], {
  facet: byDepth, free: ["y"], xScale: "log", yScale: "log",
  labels: { ...columns, x: "scale $a$ of the start", y: "half-time", color: "$s$" },
  caption: "The same against the scale of the start: nearly flat for two layers, a power law for more."
})}

GD follows the flow to first order: its departure is proportional to $\eta$.

${Figure.beside([
  Figure.lines(departures, {
    x: "time", y: "departure", color: "learning_rate", where: { ...first, network: [GradientFlow.anyStart] }, yScale: "log",
    labels: { x: time, y: "$\\|W_{GD} - W_{flow}\\|_F/\\|\\hat M\\|_F$", color: "$\\eta$" }
  }),
  Figure.layers([
    Figure.lines(largest, { x: "learning_rate", y: "first_order", color: "network", dash: "dashed", weight: 0.7, where: first }),
    Figure.points(largest, { x: "learning_rate", y: "departure", color: "network", size: 3, where: first })
  ], { xScale: "log", yScale: "log", labels: { x: "learning rate $\\eta$", y: "largest departure", color: "" } })
], {
  letters: true,
  caption: "GD's departure from the flow: (a) along the run of two layers from any start, (b) its maximum against " +
    "the learning rate; dashed: first order, through the smallest rate."
})}

${Hypothesis.test("GD departs from the flow in first order of $\\eta$", order, {
  effect: "excess", interval: ["excess_low", "excess_high"], margin: 0.05
})}

${Report.table(order, { caption: "Order of the departure, and the range of (order − 1) between neighbouring rates." })}

## SGD against the equation of a mode

With $x \sim N(0, I)$, label noise $\sigma$ and batches of $B$, a single mode of SGD follows
$$dw = \left[L w^{2-2/L}(s-w) + \tfrac12 L(L-1)\,w^{3-4/L}\,T C\right]dt + L w^{2-2/L}\sqrt{T C}\,dB,$$
with $T = \eta/B$ and $C = 2(s-w)^2 + \sigma^2$. On a finite data set $C = \alpha_1 w^2 - 2\alpha_2 w + \alpha_3$ with
the covariances of its examples, which are used here. Paths are simulated by the method of Euler and Maruyama (weak
order 1) in steps of at most ${sdeStep} $T$. First each mode has a network of its own, so that the equation is all
there is; label noise $\sigma = ${noise}$.

${Figure.lines(moments, {
  x: "time", y: "mean", band: ["below", "above"], color: "source", group: ["s"], inks, facet: byDepth,
  where: { ...first, source: ["equation", "SGD, replacement"] },
  labels: { ...columns, x: time, y: "strength of the mode", color: "" },
  caption: `Mean ± standard deviation over ${ensemble}, for the modes $s = ${spectrum.join(", ")}$ (${at}).`
})}

${Figure.lines(moments, {
  x: "time", y: "deviation", color: "source", group: ["s"], inks, facet: byDepth, where: first,
  labels: { ...columns, x: time, y: "standard deviation", color: "" },
  caption: `Standard deviation over ${ensemble}: a peak as each mode is learnt, then the floor of label noise (${at}).`
})}

${Hypothesis.test("The mean of SGD is that of the equation, at every time, to 5 % of what is learnt", comparisons, {
  where: byReplacement,
  effect: "mean_departure", interval: ["mean_departure_low", "mean_departure_high"], margin: 0.05
})}

${Hypothesis.test("Its deviation over runs is the equation's, at every time, to 2 % of what is learnt", comparisons, {
  where: byReplacement,
  effect: "deviation_departure", interval: ["deviation_departure_low", "deviation_departure_high"], margin: 0.02
})}

Without label noise the diffusion $L w^{2-2/L}\sqrt{2T}\,|s - w|$ vanishes at the saddle and at the minimum. It is
largest between them, at $w = s\,(2L-2)/(3L-2)$: before a feature is learnt, and later in deeper networks. What a step
of SGD does beyond a step of GD from the same weights measures it directly.

${Figure.layers([
  Figure.lines(theory, { x: "share", y: "diffusion", ink: "black", where: one }),
  Figure.rules(peak, { x: "predicted", where: one }),
  Figure.points(profile, {
    x: "share", y: "diffusion", interval: ["diffusion_low", "diffusion_high"], color: "s", size: 2.5, where: first
  })
], {
  facet: byDepth, labels: { ...columns, x: "strength $w/s$", y: "diffusion, its peak = 1", color: "$s$" },
  caption: `Squared noise of a step along the way of each mode, over ${seeds} runs, with ${intervals} Student's t ` +
    `intervals, on the equation's $L^2 w^{4-4/L}\\,T C$ (line). Dotted: where it is largest (${at}, no label noise).`
})}

${Hypothesis.test("The noise is largest at $w = s(2L-2)/(3L-2)$, to 5 % of $s$", peak, {
  effect: "departure", interval: ["departure_low", "departure_high"], margin: 0.05
})}

${Report.table(peak, {
  where: ofFirst,
  caption: "Where the noise is largest, as a share of $s$: fitted as $w^p(s-w)^q$, and predicted; " +
    `${intervals} percentile bootstrap over ${seeds} runs. The equation has $p = 2 - 2/L$ and $q = 1$.`,
  columns: [
    "depth", "s", "peak", "predicted", "departure", "departure_low", "departure_high", "growth", "decay", "runs", "points"
  ]
})}

### Modes that learn together

Several modes disturb each other: noise in the cross modes delays the late ones. The delay is that of SGD's half-times
beyond those of GD from the same start, and of the equation's half-times beyond those of its own flow.

${Figure.layers([
  Figure.lines(delays, { x: "batch", y: "delay", color: "teacher", weight: 0.7, where: first }),
  Figure.points(delays, { x: "batch", y: "delay", interval: ["delay_low", "delay_high"], color: "teacher", size: 3, where: first })
], {
  facet: { columns: "start" }, xScale: "log", at: { y: [0] },
  labels: { x: "batch size $B = \\eta/T$", y: "relative delay of the half-time", color: "$s$" },
  caption: `Delay of half-times by noise, with ${intervals} Student's t intervals over ${delaySeeds} runs, for ` +
    `$L = ${GradientFlow.delayDepth(settings)}$ at $\\eta = ${learningRate}$: of the equation against its flow, and ` +
    "of SGD against GD with each mode alone, with all together from an aligned start, and from a random one."
})}

${Hypothesis.test("From an aligned start SGD learns every mode within 5 % of GD's half-time", delays, {
  where: ({ start }) => start === "alone" || start === "together, aligned",
  effect: "delay", interval: ["delay_low", "delay_high"], margin: 0.05
})}

${Report.table(delays, {
  where: ofFirst,
  caption: "Half-times without noise, and how much later noise makes them; runs that did not half learn a mode in " +
    "time are not among the runs.",
  columns: ["start", "batch", "teacher", "half_time", "delay", "delay_low", "delay_high", "runs", "all_runs"],
  limit: 60
})}

## The stationary law

With label noise a learnt mode settles to
$p \propto w^{-3(1-1/L)}\,C^{-1}\exp\left(-\tfrac{2}{TL}\int \frac{w-s}{w^{2-2/L}C}\,dw\right)$.

${laws(lawSample, law, "s", `Stationary law of a mode by itself: ${seeds} runs of SGD, read ${readings - 2} times each ` +
  `at intervals of five relaxation times, and the law of the equation (${at}, $\\sigma = ${noise}$).`)}

${Hypothesis.test("A mode by itself has the stationary law of the equation, to 0.05 in distribution", lawTest, {
  effect: "distance", interval: ["distance_low", "distance_high"], margin: 0.05
})}

${laws(lawSampleTogether, lawTogether, "teacher", "The same where all modes share a network: the noise of the cross " +
  "modes shifts and widens the law a little, the more the deeper it is.")}

${Hypothesis.test("Modes that share a network have it too, to 0.05 in distribution", lawTestTogether, {
  effect: "distance", interval: ["distance_low", "distance_high"], margin: 0.05
})}

${Report.table(lawTest, {
  where: ofFirst,
  caption: "Kolmogorov–Smirnov distance of SGD from the law, of modes by themselves, with the bound within which as " +
    `many independent draws of the law would lie (${intervals}); mean and variance of both.`,
  columns: ["depth", "s", "distance", "bound", "points", "mean", "law_mean", "variance", "law_variance"]
})}

${Report.table(lawTestTogether, {
  where: ofFirst,
  caption: "The same of modes that share a network.",
  columns: ["depth", "teacher", "distance", "bound", "points", "mean", "law_mean", "variance", "law_variance"]
})}

Without label noise there is no such law but the point $w = s$: noise dies with the error. What has a law is the
logarithm of the gap, which falls as a random walk with drift $-(k + \tfrac12 k^2 T\alpha_1)$ and variance
$k^2T\alpha_1$ a unit of time, $k = L s^{2-2/L}$.

${Figure.beside([
  Figure.layers([
    Figure.lines(collapse, { x: "time", y: "gap", band: ["gap_below", "gap_above"], color: "s", where: first }),
    Figure.lines(collapse, { x: "time", y: "predicted", color: "s", dash: "dashed", where: first })
  ], { facet: { rows: "depth" }, free: ["x"], labels: { x: time, y: "$\\ln|1 - w/s|$", color: "$s$", rows: "$L$" } }),
  Figure.layers([
    Figure.histogram(collapseEnds, { x: "score", density: true, bins: 30, ink: "sky", where: first }),
    Figure.lines(collapseNormal, { x: "score", y: "density", ink: "black", where: one })
  ], {
    facet: { rows: "depth" }, labels: { x: "standardized $\\ln|1 - w/s|$ at the end", y: "density", rows: "$L$" }
  })
], {
  letters: true,
  caption: `Collapse onto the teacher without label noise: (a) mean ± standard deviation of ${seeds} runs, and the ` +
    "mean of the equation (dashed); (b) all modes at the last time, in units of the predicted mean (with the " +
    `$\\frac12\\eta k^2$ that steps of finite size add) and deviation, on the standard normal density (${at}).`
})}

${Claim.every("Without label noise every run of SGD ends nearer to the teacher than it began", collapseRate, {
  holds: ({ largest_gap }) => largest_gap < 0
})}

${Hypothesis.test("It nears the teacher at the rate of the equation and of its steps, to 5 %", collapseRate, {
  effect: "departure", interval: ["departure_low", "departure_high"], margin: 0.05
})}

${Report.table(collapseRate, {
  where: ofFirst,
  caption: "Rate at which the gap closes: measured, of the equation, and with $\\frac12\\eta k^2$ for steps of " +
    "finite size; Kolmogorov–Smirnov distance of the last gaps from the normal law, with its bound.",
  columns: [
    "depth", "s", "rate", "equation_rate", "step_rate", "departure", "departure_low", "departure_high", "distance", "bound",
    "runs"
  ]
})}

${Report.table(diverged, {
  caption: "Runs of SGD that left the numbers: the rest of this page is without them. No row: none.",
  limit: 60
})}
`
  }
})
