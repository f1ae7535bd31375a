/**
 * Do modes decouple before they are learnt? For every regime and kind of teacher: the coefficients of GD and of S runs
 * of SGD in the teacher's modes, when cross modes decay and when modes are learnt, and the floor that noise holds up.
 */
import { Claim, Figure, Grid, Hypothesis, Pipeline, Report, Schema } from "dln-lab"
import {
  columnNames, DecouplingShares, ModeCoefficients, ModeMeans, ModePanels, ModeSeries, ModeTimes, NoiseFloors, Parameter, Protocol
} from "dln-lab/stages"

const names = { gd: "GD", sgd: "SGD", ntk: "NTK" }
const inks = { gd: "black", sgd: "blue" } as const
const nameOf = (regime: Protocol.Cell["regime"]) => regime === "ntk" ? names.ntk : regime

export default Pipeline.make("mode-decoupling", {
  about: "do modes decouple from each other before they are learnt?",
  params: {
    ...Protocol.params,
    readEvery: Schema.Struct({
      "saddle-to-saddle": Parameter.every, intermediate: Parameter.every, ntk: Parameter.every
    }).annotate({ description: "steps between two readings of the modes in each regime: what times are known to" }),
    rhos: Parameter.rhos,
    onset: Parameter.onset,
    learnt: Parameter.learnt,
    panels: Parameter.panels,
    floorBatches: Parameter.floorBatches,
    floorSteps: Parameter.steps,
    level: Parameter.level
  },
  defaults: {
    ...Protocol.defaults,
    readEvery: { "saddle-to-saddle": 10, intermediate: 2, ntk: 1 },
    rhos: [0.05, 0.02],
    onset: 0.01,
    learnt: 0.5,
    panels: 5,
    floorBatches: [4, 8, 16, 32],
    floorSteps: 1500,
    level: 0.95
  },
  presets: {
    quick: {},
    paper: {
      ...Protocol.paper,
      readEvery: { "saddle-to-saddle": 20, intermediate: 2, ntk: 1 },
      panels: 6,
      floorBatches: [8, 16, 32, 64],
      floorSteps: 4000
    }
  },
  problems: ({ floorBatches, ...settings }) => [
    ...Protocol.problems(settings),
    ...floorBatches.filter((batch) => batch > settings.samples).map((batch) =>
      `floorBatches has ${batch}, more than samples = ${settings.samples}: lower it`)
  ]
}, ({ readEvery, rhos, onset, learnt, panels, floorBatches, floorSteps, level, ...settings }) => {
  const { batch, learningRates, noise, regimes, sampler, samples, seed, seeds, segments, teachers } = settings
  const widths = Protocol.widthsOf(settings)
  const rho = rhos[0]!
  // The theory of the floor is that of a balanced network, which a small start leads to.
  const floorRegime = regimes.includes("saddle-to-saddle") ? "saddle-to-saddle" : regimes[0]!

  const { stability, ...measured } = Grid.map(Protocol.cells(settings), (cell) => {
    const { learningRate, problem, run: runOf, stability } = Protocol.cell(settings, cell)
    const { modes, statistics } = problem
    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, states, trained } = runOf(run)
      const steps = segments[cell.regime]
      const series = states.slice(0, -1).map((state, index) =>
        ModeSeries({ ...trained, from: index * steps, steps, every: readEvery[cell.regime], modes, state }))
      const courses = Grid.concat(series.map((part) => part.modes))
      return {
        courses,
        energies: Grid.concat(series.map((part) => part.energies)),
        coefficients: ModeCoefficients({ widths, checkpoints, modes, statistics }),
        times: ModeTimes({ learningRate, rhos, onset, learnt, series: courses, modes })
      }
    }
    const perAlgorithm = Grid.map(Grid.cross({ algorithm: ["gd", "sgd"] }), ({ algorithm }) => {
      const runs = algorithm === "gd" ? [{ run: 0 }] : Grid.range("run", 1, seeds)
      const { coefficients, courses, energies, times } = Grid.map(runs, measure)
      const means = ModeMeans({ modes: courses, energies })
      const shown = ModePanels({ panels, coefficients: measure(runs[0]!).coefficients, modes })
      return {
        coefficients,
        courses,
        energies,
        times,
        means: means.modes,
        energyMeans: means.energies,
        shares: DecouplingShares({ level, times }),
        entries: shown.entries,
        blocks: shown.blocks
      }
    })
    const sgd = Grid.map(Grid.range("run", 1, seeds), measure)
    const floors = NoiseFloors({
      widths, learningRate, batch, noise, level, problem: modes, series: sgd.courses, energies: sgd.energies
    })
    return { ...perAlgorithm, floors, stability }
  })

  /** SGD with batches of other sizes, from the end of GD, where all is learnt and the floor alone is left. */
  const batches = floorBatches.map((size) => ({ batch: size, temperature: learningRates[floorRegime] / size }))
  const floorLaw = Grid.map(Grid.cross({ teacher: teachers }), ({ teacher }) => {
    const cell = { regime: floorRegime, teacher, replicate: 1 }
    const { learningRate, problem: { data, modes, statistics }, run: runOf } = Protocol.cell(settings, cell)
    const { end } = runOf(0)
    return Grid.map(batches, ({ batch: size }) => {
      const { energies, modes: series } = Grid.map(Grid.range("run", 1, seeds), ({ run }) =>
        ModeSeries({
          widths, learningRate, batches: { size, sampler: "replacement", seed, replicate: 1, run },
          from: 0, steps: floorSteps, every: 5, statistics, data, modes, state: end
        }))
      return NoiseFloors({ widths, learningRate, batch: size, noise, level, problem: modes, series, energies })
    })
  })
  const tables = { ...measured, floorLaw }
  const { blocks, energies, energyMeans, entries, floors, means, shares, times } = tables

  const panelsOf = { facet: { rows: "regime", columns: "teacher" }, names, inks, free: ["x"] } as const
  const time = "time $t = \\eta \\cdot$ step"
  const overTime = (y: "cross" | "share", label: string, caption: string) => Figure.lines(energyMeans, {
    ...panelsOf, x: "time", y, band: [`${y}_low`, `${y}_high`], color: "algorithm", group: ["replicate"],
    yScale: "log", yLimits: [1e-12, null],
    labels: { x: time, y: label, color: "" },
    caption: `${caption} Of SGD the mean over runs. What GD leaves falls on to round-off, below this range.`
  })
  const mode = (teacher: Protocol.Cell["teacher"]) =>
    ({ x: "time", color: "algorithm", where: { regime: [floorRegime], teacher: [teacher], replicate: [1] } }) as const
  const course = { x: "time", color: "block", where: { algorithm: ["sgd"], replicate: [1] } } as const
  const strength = { y: "diagonal", band: ["diagonal_low", "diagonal_high"] } as const
  const largest = { y: "cross", band: ["cross_low", "cross_high"], dash: "dashed" } as const

  const onPlateaus = { x: "learnt", where: { regime: [floorRegime], replicate: [1] } } as const
  const atEnd = { x: "temperature", color: "teacher", where: { end: [true] } } as const

  return {
    tables,
    warnings: [stability],
    conditions: Protocol.conditions(settings),
    intervals: seeds === 1 ? "one SGD run, so without bands" : "bands: ± the standard error of the mean over the SGD runs",
    names: { ...columnNames, ...names },
    report: Report`
# Mode decoupling

With $\hat M = U\,\mathrm{diag}(\hat s)\,V^\top$, what training sees of the teacher, the coefficients of the student
are $w_{ab} = u_a^\top W v_b$; those with $a \ne b$ are its cross modes. Theory follows every mode by itself, which is
right if the cross modes decay before a mode is learnt. Is it so, along one run of GD and ${seeds} of SGD (batches of
${batch}, ${sampler === "shuffle" ? "a fresh permutation each epoch" : "independent draws"}) on ${samples} samples?

Where singular values repeat, or nearly so, vectors inside the block of equal modes mean nothing. There $|w_{aa}|$ is
read as $\|W_{AA}\|_F/\sqrt{|A|}$ and a cross mode as $\|W_{AB}\|_F/\sqrt{|A|}$, which no choice of vectors changes;
for blocks of one mode they are the same.

## Cross energy

${overTime("cross", "$E_{cross}$", "$E_{cross} = \\sum_{a \\ne b} w_{ab}^2$ over the teacher's modes, of GD and SGD.")}

${overTime("share", "$E_{cross}/E_{tot}$", "The same as a share of $E_{tot} = \\sum_{a,b} w_{ab}^2$.")}

${Claim.every(
  "The excess loss is $\\frac12 \\sum_{a,b} (w_{ab} - \\hat s_a \\delta_{ab})^2$ and half of what no mode holds",
  energies,
  { holds: ({ residual }) => residual < 1e-12 }
)}

## Every mode, and what feeds it

${Figure.layers([
  Figure.lines(means, { ...course, ...strength }),
  Figure.lines(means, { ...course, ...largest, weight: 0.6, opacity: 0.7 })
], {
  ...panelsOf, yScale: "log", labels: { x: time, y: "$|w_{aa}|$ and largest $|w_{ab}|$", color: "mode or block" },
  caption: `Under SGD, the strength $|w_{aa}|$ of every mode (solid) and its largest cross mode (dashed): mean over runs.`
})}

${teachers.map((teacher) => Figure.layers([
  Figure.lines(means, { ...mode(teacher), ...strength }),
  Figure.lines(means, { ...mode(teacher), ...largest })
], {
  facet: { columns: "mode" }, names, inks, yScale: "log", yLimits: [1e-6, null],
  labels: { x: time, y: "$|w_{aa}|$ and largest $|w_{ab}|$", color: "" },
  caption: `Mode by mode in the ${nameOf(floorRegime)} regime, ${teacher} teacher: $|w_{aa}|$ (solid) and its ` +
    `largest cross mode (dashed), of GD and SGD (mean over runs).`
}))}

## Which comes first?

Taken literally, $t_{cross}(a) = \inf\{t : \max_{b \ne a} |w_{ab}| \le \varepsilon\}$ is 0 for every tiny start, whose
cross modes are small because everything is. So it is also read from the onset of the mode: the first time after
$|w_{aa}| \ge ${onset}\,\hat s_a$ with $\max_{b \ne a} |w_{ab}| \le \rho\,\hat s_a$, for $\rho = ${rhos.join(", ")}$.
It is compared with $t_{diag}(a)$, the first time with $|w_{aa}| \ge ${learnt}\,\hat s_a$. The table has both readings.

${Figure.points(times, {
  x: "t_diag", y: "t_cross", color: "algorithm", size: 3, where: { rho: [rho] }, diagonal: true, free: ["x", "y"],
  facet: { rows: "regime", columns: "teacher" }, names, inks, labels: { x: "$t_{diag}$", y: "$t_{cross}$", color: "" },
  caption: `When each mode decouples ($\\rho = ${rho}$) and when it is learnt, a point for each mode and run. Below ` +
    "the line it decouples first. Times are known to " +
    `${regimes.map((regime) => `${readEvery[regime]} (${nameOf(regime)})`).join(", ")} steps.`
})}

${Report.table(shares, {
  caption: `Modes, over runs, with $t_{cross} < t_{diag}$, and their share with its ${100 * level} % Clopper–Pearson ` +
    "interval, which takes modes and runs for independent; and modes for which the protocol's own $t_{cross}$ is 0.",
  columns: [
    "regime", "teacher", "replicate", "algorithm", "rho", "learnt", "before", "same", "after", "never_learnt",
    "literal_at_start", "share", "share_low", "share_high"
  ],
  limit: 72
})}

${Grid.cross({ regime: regimes, rho: rhos }).map(({ regime, rho }) => Hypothesis.test(
  `${nameOf(regime)}: all but a quarter of the modes of SGD decouple before they are learnt, at $\\rho = ${rho}$`,
  shares,
  {
    where: (row) => row.algorithm === "sgd" && row.regime === regime && row.rho === rho,
    effect: "late",
    interval: ["late_low", "late_high"],
    margin: 0.25,
    called: "share that is late,"
  }
))}

## The coefficients themselves

${Grid.cross({ regime: regimes, teacher: teachers }).map(({ regime, teacher }) => Figure.heat(entries, {
  x: "b", y: "a", fill: "signed_log", scale: "diverging", facet: { rows: "algorithm", columns: "at" }, names,
  where: { regime: [regime], teacher: [teacher], replicate: [1] },
  labels: { fill: "$\\pm \\log_{10}(1 + 1000 |w_{ab}|/\\max |w|)$" },
  caption: "Signed coefficients $w_{ab}$ of GD and of the first SGD run at levels of the loss, relative to the " +
    `largest one there: ${teacher} teacher, ${nameOf(regime)} regime.`
}))}

${teachers.includes("degenerate") ? regimes.map((regime) => Figure.heat(blocks, {
  x: "b", y: "a", fill: "norm", scale: "log", facet: { rows: "algorithm", columns: "at" }, names,
  where: { regime: [regime], teacher: ["degenerate"], replicate: [1] },
  labels: { x: "block $B$", y: "block $A$", fill: "$\\|W_{AB}\\|_F$" },
  caption: `Block norms of the degenerate teacher in the ${nameOf(regime)} regime: GD, and the first SGD run.`
})) : []}

## The floor of noise

Batches keep cross modes alive. To first order in $\eta/B$, and at a balanced state,

$$E_{cross} = \frac{\eta}{2B} \sum_{a \ne b} (m_a^2 + \sigma^2)\,k_{ab}, \qquad
k_{ab} = \sum_{l=1}^L \sigma_a^{2(L-l)/L} \sigma_b^{2(l-1)/L},$$

where $\sigma_a = \hat s_a$ for learnt modes and 0 for others, $m_a = \hat s_a - \sigma_a$ is what is missing, and
$\sigma = ${noise}$ is the label noise. Steps of finite size raise each term by the factor $(1 - \eta k_{ab}/2)^{-1}$.

${Figure.layers([
  Figure.points(floors, { ...onPlateaus, y: "measured", interval: ["low", "high"], size: 3, ink: "blue", name: "SGD" }),
  Figure.lines(floors, { ...onPlateaus, y: "first_order", ink: "grey", name: "first order in $\\eta/B$" }),
  Figure.lines(floors, { ...onPlateaus, y: "theory", ink: "black", name: "with finite steps" })
], {
  facet: { columns: "teacher" }, names, free: ["x"], yScale: "log", labels: { x: "modes learnt", y: "$E_{cross}$" },
  caption: `Floor of $E_{cross}$ on every plateau and at the end, ${nameOf(floorRegime)} regime: mean over ` +
    `${seeds} SGD runs of the time average, with Student's ${100 * level} % interval, beside the theory.`
})}

${Figure.layers([
  Figure.points(floorLaw, { ...atEnd, y: "measured", interval: ["low", "high"], size: 3.5 }),
  Figure.lines(floorLaw, { ...atEnd, y: "theory" })
], {
  xScale: "log", yScale: "log", labels: { x: "$\\eta/B$", y: "$E_{cross}$", color: "" },
  caption: `Floor of $E_{cross}$ with all modes learnt against $\\eta/B$: ${floorSteps} steps of SGD from the end of ` +
    `GD, with batches of ${floorBatches.join(", ")} independent draws, ${seeds} runs each. Lines: the theory, with ` +
    "finite steps."
})}

${Hypothesis.test("With all modes learnt and large batches, $E_{cross}$ has the theory's floor, to a tenth", floorLaw, {
  where: (row) => row.end && row.batch === Math.max(...floorBatches),
  effect: "excess",
  interval: ["excess_low", "excess_high"],
  margin: 0.1
})}

${Report.table(floorLaw, {
  caption: "The floor with all modes learnt, measured and by theory; `excess` is measured/theory − 1.",
  where: ({ end }) => end,
  columns: [
    "teacher", "batch", "temperature", "measured", "error", "low", "high", "runs", "first_order", "theory", "excess"
  ]
})}
`
  }
})
