/**
 * Theory beside measurement: GD against the closed forms of gradient flow, and SGD against the stochastic equation of a
 * single mode, on networks that are small enough for both to be exact, or nearly.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report } from "dln-lab"
import {
  BalancedStart, Collapse, DepartureOrder, DiffusionProfile, FlowCourse, FlowDeparture, GradientFlow, LearningDelay, ModeMoments,
  PassageTimes, Problem, SdeComparison, Stability, StationaryLaw
} from "dln-lab/stages"

export default Pipeline.make("gradient-flow", {
  about: "do GD and SGD do what the theory of gradient flow and of its noise says?",
  params: GradientFlow.params,
  defaults: GradientFlow.defaults,
  presets: { quick: {}, paper: GradientFlow.paper },
  problems: GradientFlow.problems
}, (settings) => {
  const {
    batch, batches, bootstrap, delaySeeds, depths, escapeSpectrum, horizon, learningRate, learningRates, level, noise, points, readings,
    samplers, samples, scales, seed, seeds, spectrum, strength
  } = settings
  const temperature = learningRate / batch
  const each = Grid.cross({ depth: depths })
  const slowest = spectrum.at(-1)!
  const sgd = { batch, sampler: "replacement", runs: seeds } as const

  // ---- gradient flow
  const { course, flow, stability } = Grid.map(each, ({ depth }) => {
    const network = GradientFlow.network(settings, depth, spectrum, 0)
    const start = GradientFlow.alignedStart(network, strength)
    const { modes, statistics, widths } = network
    return {
      course: GradientFlow.run(settings, network, { start, horizon, readings: points }),
      flow: FlowCourse({ widths, horizon, points: 4 * points - 3, statistics, modes, start }),
      stability: Stability({ widths, learningRate, batch, statistics, start })
    }
  })

  const rectangular = { inputs: spectrum.length + 1, outputs: spectrum.length + 2 }
  const whole = Problem({
    ...rectangular, singularValues: spectrum, samples, noise: 0, whiten: "exact", covariance: "isotropic", condition: 1, seed, replicate: 1
  })
  const { departures: departureCourse, entries, largest, order } = Grid.map(Grid.cross({ network: ["two layers, any start", ...depths.map((depth) => `${depth} layers, aligned`)] }), ({ network: name }) => {
    const depth = depths.find((depth) => name === `${depth} layers, aligned`)
    const aligned = depth === undefined ? undefined : GradientFlow.network(settings, depth, spectrum, 0)
    const { data, statistics } = aligned ?? whole
    const widths = aligned?.widths ?? [rectangular.inputs, spectrum.length, rectangular.outputs]
    const start = aligned !== undefined ? GradientFlow.alignedStart(aligned, strength)
      : BalancedStart({ widths, scale: strength ** 0.5, seed, replicate: 1, statistics }).state
    const { course, entries } = Grid.map(learningRates.map((learning_rate) => ({ learning_rate })), ({ learning_rate }) =>
      FlowDeparture({ widths, learningRate: learning_rate, horizon, points, statistics, data, start }))
    return { departures: course, entries, ...DepartureOrder({ courses: course }) }
  })

  const escapes = Grid.map(Grid.cross({ depth: depths, scale: scales }), ({ depth, scale }) => {
    const network = GradientFlow.network(settings, depth, escapeSpectrum, 0)
    const { data, modes, statistics, widths } = network
    return PassageTimes({ widths, learningRate, scale, statistics, data, modes, start: GradientFlow.alignedStart(network, scale ** depth) })
  })

  // ---- SGD against the equation of a single mode, on networks of one mode each and on those that learn all together
  const { comparisons, moments, noises } = Grid.map(Grid.cross({ depth: depths, s: spectrum }), ({ depth, s }) => {
    const network = GradientFlow.network(settings, depth, [s], noise)
    const start = GradientFlow.alignedStart(network, strength)
    const sde = GradientFlow.paths(settings, network, { start, horizon, readings: points, batch, runs: seeds })
    const runsOf = (sampler: (typeof samplers)[number]) =>
      GradientFlow.run(settings, network, { start, horizon, readings: points, sgd: { ...sgd, sampler } })
    const sources = [...samplers.map((sampler) => ({ source: `SGD, ${sampler}`, runs: runsOf(sampler) })), { source: "equation", runs: sde }]
    return {
      moments: Grid.map(Grid.cross({ source: sources.map(({ source }) => source) }), ({ source }) =>
        ModeMoments({ level, runs: sources.find((one) => one.source === source)!.runs })),
      comparisons: Grid.map(Grid.cross({ sampler: samplers }), ({ sampler }) => SdeComparison({ level, sgd: runsOf(sampler), sde })),
      noises: network.noise
    }
  })

  const { peak, profile, theory } = Grid.map(Grid.cross({ depth: depths, s: spectrum }), ({ depth, s }) => {
    const network = GradientFlow.network(settings, depth, [s], 0)
    const start = GradientFlow.alignedStart(network, strength)
    // Modes are learnt in times proportional to 1/s, so that all have as many readings on their way.
    const runs = GradientFlow.stepNoise(settings, network, { start, horizon: (horizon * slowest) / s, readings: points, sgd })
    return DiffusionProfile({ widths: network.widths, temperature, learningRate, bootstrap, level, seed, noise: network.noise, runs })
  })

  const delayDepth = depths.includes(3) ? 3 : depths[0]!
  const starts = ["equation", "alone", "together, aligned", "together, random"] as const
  const delaysOf = (start: (typeof starts)[number], batch: number, singularValues: ReadonlyArray<number>) => {
    const network = GradientFlow.network(settings, delayDepth, singularValues, noise)
    const { statistics, widths } = network
    const random = () => BalancedStart({ widths, scale: strength ** (1 / delayDepth), seed, replicate: 1, statistics }).state
    const given = { start: start === "together, random" ? random() : GradientFlow.alignedStart(network, strength), horizon: 2 * horizon }
    if (start === "equation") {
      const paths = (noiseless: boolean) => GradientFlow.pathHalfTimes(settings, network, { ...given, batch, runs: delaySeeds, noiseless })
      return LearningDelay({ level, noiseless: paths(true), noisy: paths(false) })
    }
    const noisy = GradientFlow.halfTimes(settings, network, { ...given, sgd: { batch, sampler: "replacement", runs: delaySeeds } })
    return LearningDelay({ level, noiseless: GradientFlow.halfTimes(settings, network, given), noisy })
  }
  const delays = Grid.map(Grid.cross({ start: starts, batch: batches }), ({ batch, start }) =>
    start === "alone" ? Grid.concat(spectrum.map((s) => delaysOf(start, batch, [s]))) : delaysOf(start, batch, spectrum))

  const lawOf = (depth: number, singularValues: ReadonlyArray<number>) => {
    const network = GradientFlow.network(settings, depth, singularValues, noise)
    return StationaryLaw({ widths: network.widths, temperature, level, from: 1, noise: network.noise, runs: GradientFlow.settled(settings, network, slowest) })
  }
  const alone = Grid.map(Grid.cross({ depth: depths, s: spectrum }), ({ depth, s }) => lawOf(depth, [s]))
  const together = Grid.map(each, ({ depth }) => lawOf(depth, spectrum))
  const collapse = Grid.map(Grid.cross({ depth: depths, s: spectrum }), ({ depth, s }) => {
    const network = GradientFlow.network(settings, depth, [s], 0)
    return Collapse({ widths: network.widths, temperature, learningRate, level, noise: network.noise, runs: GradientFlow.collapsing(settings, network, s) })
  })

  const time = "time $t = \\eta \\cdot$ step"
  const columns = { columns: "$L$" } as const
  const intervals = `${Number((100 * level).toPrecision(6))} %`
  const at = `$\\eta = ${learningRate}$, $B = ${batch}$, $T = \\eta/B = ${temperature}$`
  const ensemble = seeds === 1 ? "one run of SGD, so without a spread" : `${seeds} runs of SGD and as many paths of the equation`
  const some = Array.from({ length: points }, (_, reading) => reading).filter((reading) => reading % Math.ceil(points / 30) === 0)
  const inks = { equation: "black", "SGD, replacement": "blue", "SGD, shuffle": "orange" } as const
  const free = "two layers, any start"
  const middle = learningRates.toSorted((a, b) => a - b)[Math.floor(learningRates.length / 2)]!

  return {
    tables: {
      course, flow, departures: departureCourse, entries, largest, order, escapes, noises, moments, comparisons, profile, peak, delays, law: alone.density,
      lawTest: alone.test, lawTestTogether: together.test, collapse: collapse.course, collapseRate: collapse.rate
    },
    warnings: [stability],
    report: Report`
# Gradient flow and its noise

Theory solves deep linear networks where they are balanced, aligned with what they learn, and whitened. Here they are, on
purpose: networks with one neuron for each of the modes $s = ${spectrum.join(", ")}$, on ${samples} samples that are whitened
exactly. Lines are theory, without a fitted number; points and bands are measured.

## GD against the flow

A balanced, aligned mode of strength $u$ obeys $\dot u = L\,u^{2-2/L}(s - u)$: for $L = 2$ in closed form,
$u = s e^{2st}/(e^{2st} - 1 + s/u_0)$; for any $L$ by one integral.

${Figure.layers([
  Figure.lines(flow, { x: "time", y: "strength", color: "teacher" }),
  Figure.points(course, { x: "time", y: "strength", color: "teacher", size: 2.5, where: { reading: some } })
], {
  facet: { columns: "depth" }, labels: { ...columns, x: time, y: "strength of the mode", color: "$s$" },
  caption: `Strength of each mode for $L = ${depths.join(", ")}$ layers from $u_0 = ${strength}$: GD at $\\eta = ${learningRate}$ (points) on the solution of the mode equation (lines).`
})}

${Claim.every("GD from an aligned start keeps every cross mode at round-off", course, { holds: ({ cross }) => cross < 1e-10 })}

For two layers no alignment is needed. From any balanced start, $QQ^\top$ with $Q = (W_1^\top; W_2)$ solves a matrix Riccati equation
(Fukumizu), also where the teacher is rectangular and deficient:

${Figure.layers([
  Figure.lines(entries, { x: "time", y: "flow", color: "j", group: ["i"], where: { network: [free], learning_rate: [middle] } }),
  Figure.points(entries, { x: "time", y: "gd", color: "j", size: 2.5, where: { network: [free], learning_rate: [middle], reading: some } })
], {
  labels: { x: time, y: "entry $W_{ij}$", color: "column $j$" },
  caption: `All ${rectangular.inputs * rectangular.outputs} entries of $W = W_2W_1$ from a balanced start that is aligned with nothing, ` +
    `for a teacher of rank ${spectrum.length}: GD at $\\eta = ${middle}$ (points) on the closed form (lines).`
})}

${Claim.every("For two layers the solution of the mode equation and that of the whole matrix agree to $10^{-9}$", flow, {
  where: ({ matrix_strength }) => matrix_strength !== null,
  holds: ({ matrix_strength, strength, teacher }) => Math.abs(matrix_strength! - strength) < 1e-9 * teacher
})}

How late is a mode? It waits at the saddle for a time that is proportional to $1/s$, and grows as the start shrinks: with
$\ln 1/a$ for two layers, as $a^{-(L-2)}$ for more.

${Figure.layers([
  Figure.lines(escapes, { x: "inverse", y: "predicted", color: "scale" }),
  Figure.points(escapes, { x: "inverse", y: "time", color: "scale", size: 3 })
], {
  facet: { columns: "depth" }, free: ["y"], labels: { ...columns, x: "$1/s$", y: "half-time", color: "scale $a$" },
  caption: `Time until a mode is half learnt against $1/s$, for starts of scale $a$ (strength $a^L$): GD at $\\eta = ${learningRate}$ (points), the flow (lines).`
})}

${Figure.layers([
  Figure.lines(escapes, { x: "scale", y: "predicted", color: "teacher" }),
  Figure.points(escapes, { x: "scale", y: "time", color: "teacher", size: 3 })
], {
  facet: { columns: "depth" }, free: ["y"], xScale: "log", yScale: "log", labels: { ...columns, x: "scale $a$ of the start", y: "half-time", color: "$s$" },
  caption: "The same against the scale of the start: nearly flat for two layers, a power law for more."
})}

GD follows the flow to first order: its departure is proportional to $\eta$.

${Figure.beside([
  Figure.lines(departureCourse, {
    x: "time", y: "departure", color: "learning_rate", where: { network: [free] }, yScale: "log",
    labels: { x: time, y: "$\\|W_{GD} - W_{flow}\\|_F/\\|\\hat M\\|_F$", color: "$\\eta$" }
  }),
  Figure.layers([
    Figure.lines(largest, { x: "learning_rate", y: "first_order", color: "network", dash: "dashed", weight: 0.7 }),
    Figure.points(largest, { x: "learning_rate", y: "departure", color: "network", size: 3 })
  ], { xScale: "log", yScale: "log", labels: { x: "learning rate $\\eta$", y: "largest departure", color: "" } })
], {
  letters: true,
  caption: "GD's departure from the flow: (a) along the run of two layers from any start, (b) its maximum against the learning rate; dashed: first order, through the smallest rate."
})}

${Hypothesis.test("GD departs from the flow in first order of $\\eta$", order, {
  effect: "excess", interval: ["excess_low", "excess_high"], margin: 0.05
})}

${Report.table(order, { caption: "The order of the departure, and the range of (order − 1) between neighbouring rates." })}

## SGD against the equation of a mode

With $x \sim N(0, I)$, label noise $\sigma$ and batches of $B$, a single mode of SGD follows
$$dw = \left[L w^{2-2/L}(s-w) + \tfrac12 L(L-1)\,w^{3-4/L}\,T C\right]dt + L w^{2-2/L}\sqrt{T C}\,dB, \quad T = \eta/B, \quad C = 2(s-w)^2 + \sigma^2.$$
On a finite data set $C = \alpha_1 w^2 - 2\alpha_2 w + \alpha_3$ with the covariances of its examples, which are used here. Paths are
simulated by the method of Euler and Maruyama (weak order 1) with steps of ${settings.sdeStep} $T$ or less. Here each mode has a network of its own,
so that the equation is all there is; label noise $\sigma = ${noise}$.

${Figure.lines(moments, {
  x: "time", y: "mean", band: ["below", "above"], color: "source", group: ["s"], inks, facet: { columns: "depth" },
  where: { source: ["equation", "SGD, replacement"] }, labels: { ...columns, x: time, y: "strength of the mode", color: "" },
  caption: `Mean ± standard deviation over ${ensemble}, for the modes $s = ${spectrum.join(", ")}$ (${at}).`
})}

${Figure.lines(moments, {
  x: "time", y: "deviation", color: "source", group: ["s"], inks, facet: { columns: "depth" },
  labels: { ...columns, x: time, y: "standard deviation", color: "" },
  caption: `Standard deviation over ${ensemble}: a peak as each mode is learnt, then the floor of the label noise (${at}).`
})}

${Hypothesis.test("The mean of SGD is that of the equation, at every time, to 5 % of what is learnt", comparisons, {
  where: ({ sampler }) => sampler === "replacement",
  effect: "mean_departure", interval: ["mean_departure_low", "mean_departure_high"], margin: 0.05
})}

${Hypothesis.test("Its standard deviation over runs is that of the equation, at every time, to 2 % of what is learnt", comparisons, {
  where: ({ sampler }) => sampler === "replacement",
  effect: "deviation_departure", interval: ["deviation_departure_low", "deviation_departure_high"], margin: 0.02
})}

Without label noise the diffusion $L w^{2-2/L}\sqrt{2T}\,|s - w|$ vanishes at the saddle and at the minimum. It is largest between
them, at $w = s\,(2L-2)/(3L-2)$: before a feature is learnt, and later in deeper networks. What a step of SGD does beyond a step
of GD from the same weights measures it directly.

${Figure.layers([
  Figure.lines(theory, { x: "share", y: "diffusion", ink: "black", where: { s: [spectrum[0]!] } }),
  Figure.rules(peak, { x: "predicted", where: { s: [spectrum[0]!] } }),
  Figure.points(profile, { x: "share", y: "diffusion", interval: ["diffusion_low", "diffusion_high"], color: "s", size: 2.5 })
], {
  facet: { columns: "depth" }, labels: { ...columns, x: "strength $w/s$", y: "diffusion, its peak = 1", color: "$s$" },
  caption: `Squared noise of a step along the way of each mode, over ${seeds} runs, with ${intervals} intervals, on the equation's $L^2 w^{4-4/L}\\,T C$ (line). ` +
    `Dotted: where it is largest (${at}, no label noise).`
})}

${Hypothesis.test("The noise is largest at $w = s(2L-2)/(3L-2)$, to 5 % of $s$", peak, {
  effect: "departure", interval: ["departure_low", "departure_high"], margin: 0.05
})}

${Report.table(peak, {
  caption: `Where the noise is largest, as a share of $s$: fitted as $w^p(s-w)^q$, and predicted; ${intervals} percentile bootstrap over ${seeds} runs. The equation has $p = 2 - 2/L$ and $q = 1$.`,
  columns: ["depth", "s", "peak", "predicted", "departure_low", "departure_high", "growth", "decay", "runs", "points"]
})}

### Modes that learn together

Several modes disturb each other: noise in the cross modes delays the late ones. The delay is that of SGD's half-times beyond those of
GD from the same start, and of the equation's half-times beyond those of its own flow.

${Figure.layers([
  Figure.lines(delays, { x: "batch", y: "delay", color: "teacher", weight: 0.7 }),
  Figure.points(delays, { x: "batch", y: "delay", interval: ["delay_low", "delay_high"], color: "teacher", size: 3 })
], {
  facet: { columns: "start" }, xScale: "log", at: { y: [0] }, labels: { x: "batch size $B = \\eta/T$", y: "relative delay of the half-time", color: "$s$" },
  caption: `Delay of half-times by noise, with ${intervals} Student's t intervals over ${delaySeeds} runs, for $L = ${delayDepth}$ at $\\eta = ${learningRate}$: ` +
    "of the equation against its flow, and of SGD against GD with each mode alone, with all together from an aligned start, and from a random one."
})}

${Hypothesis.test("From an aligned start SGD learns every mode within 5 % of GD's half-time", delays, {
  where: ({ start }) => start === "alone" || start === "together, aligned",
  effect: "delay", interval: ["delay_low", "delay_high"], margin: 0.05
})}

${Report.table(delays, {
  caption: "Half-times of GD, and how much later SGD is; modes that some runs did not half learn in time are counted.",
  columns: ["start", "batch", "teacher", "half_time", "delay", "delay_low", "delay_high", "runs", "all_runs"],
  limit: 60
})}

## The stationary law

With label noise a learnt mode settles to $p \propto w^{-3(1-1/L)}\,C^{-1}\exp\left(-\tfrac{2}{TL}\int \frac{w-s}{w^{2-2/L}C}\,dw\right)$.

${Figure.layers([
  Figure.histogram(alone.sample, { x: "score", density: true, bins: 40, ink: "sky" }),
  Figure.lines(alone.density, { x: "score", y: "density", ink: "black" })
], {
  facet: { rows: "depth", columns: "s" }, labels: { x: "strength $w$, less the mean of the law, over its deviation", y: "density", rows: "$L$", columns: "$s$" },
  caption: `Stationary law of a mode by itself: histogram of ${seeds} runs of SGD, ${readings - 2} readings each at intervals of five relaxation times, and the law of the equation (${at}, $\\sigma = ${noise}$).`
})}

${Hypothesis.test("A mode by itself has the stationary law of the equation, to 0.05 in distribution", alone.test, {
  effect: "distance", interval: ["distance_low", "distance_high"], margin: 0.05
})}

${Figure.layers([
  Figure.histogram(together.sample, { x: "score", density: true, bins: 40, ink: "sky" }),
  Figure.lines(together.density, { x: "score", y: "density", ink: "black" })
], {
  facet: { rows: "depth", columns: "teacher" }, labels: { x: "strength $w$, less the mean of the law, over its deviation", y: "density", rows: "$L$", columns: "$s$" },
  caption: "The same where all modes share a network: the noise of the cross modes shifts and widens the law a little, the more the deeper it is."
})}

${Hypothesis.test("Modes that share a network have it too, to 0.05 in distribution", together.test, {
  effect: "distance", interval: ["distance_low", "distance_high"], margin: 0.05
})}

${Report.table(alone.test, {
  caption: `Kolmogorov–Smirnov distance of SGD from the law, of modes by themselves, with the bound within which as many independent draws of the law would lie (${intervals}); mean and variance of both.`,
  columns: ["depth", "s", "distance", "bound", "points", "mean", "law_mean", "variance", "law_variance"]
})}

${Report.table(together.test, {
  caption: "The same of modes that share a network.",
  columns: ["depth", "teacher", "distance", "bound", "points", "mean", "law_mean", "variance", "law_variance"]
})}

Without label noise there is no such law but the point $w = s$: noise dies with the error. What has a law is the logarithm of the gap,
which falls as a random walk with drift $-(k + \tfrac12 k^2 T\alpha_1)$ and variance $k^2T\alpha_1$ a unit of time, $k = L s^{2-2/L}$.

${Figure.beside([
  Figure.layers([
    Figure.lines(collapse.course, { x: "time", y: "gap", band: ["gap_below", "gap_above"], color: "s" }),
    Figure.lines(collapse.course, { x: "time", y: "predicted", color: "s", dash: "dashed" })
  ], { facet: { rows: "depth" }, free: ["x"], labels: { x: time, y: "$\\ln|1 - w/s|$", color: "$s$", rows: "$L$" } }),
  Figure.layers([
    Figure.histogram(collapse.standardized, { x: "score", density: true, bins: 30, ink: "sky" }),
    Figure.lines(collapse.normal, { x: "score", y: "density", ink: "black", where: { s: [spectrum[0]!] } })
  ], { facet: { rows: "depth" }, labels: { x: "standardized $\\ln|1 - w/s|$ at the end", y: "density", rows: "$L$" } })
], {
  letters: true,
  caption: `Collapse onto the teacher without label noise: (a) mean ± standard deviation of ${seeds} runs, and the mean of the equation (dashed); ` +
    `(b) all modes at the last time, in units of the predicted mean (with the $\\frac12\\eta k^2$ that steps of finite size add) and deviation, on the standard normal density (${at}).`
})}

${Claim.every("Without label noise every run of SGD ends nearer to the teacher than it began", collapse.rate, {
  holds: ({ largest_gap }) => largest_gap < 0
})}

${Hypothesis.test("It nears the teacher at the rate of the equation and of its steps, to 5 %", collapse.rate, {
  effect: "departure", interval: ["departure_low", "departure_high"], margin: 0.05
})}

${Report.table(collapse.rate, {
  caption: "Rate at which the gap closes: measured, of the equation, and with $\\frac12\\eta k^2$ for steps of finite size; Kolmogorov–Smirnov distance of the last gaps from the normal law, with its bound.",
  columns: ["depth", "s", "rate", "equation_rate", "step_rate", "departure_low", "departure_high", "distance", "bound", "runs"]
})}
`
  }
})
