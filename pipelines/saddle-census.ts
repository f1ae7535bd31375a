/**
 * A census of saddles, and which of them training visits: for every depth L, set S of learnt modes and set of zero blocks,
 * certified saddles of the loss of a data set; then, along GD and SGD on the same data, the stratum that is nearest.
 */
import { Claim, Figure, Grid, Pipeline, Report } from "dln-lab"
import {
  Census, Certificates, ConstructedSaddles, EmpiricalLandscape, NearestStrata, Parameter, Protocol, Ranks, Saddle, Spectra, columnNames
} from "dln-lab/stages"

const zeroSets = (depth: number, sizes: ReadonlyArray<number>) => sizes.flatMap((size) => Saddle.layerSets(depth, size))

export default Pipeline.make("saddle-census", {
  about: "which kinds of saddles are there, by depth, modes and zero blocks, and which does training visit?",
  params: {
    ...Protocol.params,
    depths: Saddle.depths,
    modeSets: Saddle.modeSets,
    zeroBlocks: Saddle.zeroBlocks,
    saddles: Saddle.saddles,
    saddleSegment: Saddle.saddleSegment,
    scale: Saddle.scale,
    gauge: Saddle.gauge,
    epsilon: Parameter.epsilon
  },
  defaults: {
    ...Protocol.defaults,
    regimes: ["saddle-to-saddle"],
    teachers: ["deficient"],
    widths: [6, 8, 8, 6],
    spectra: { deficient: [5, 3, 1.8], full: [5, 4, 3, 2.4, 1.8, 1.4], degenerate: [5, 5, 3, 3, 1.8, 1.8] },
    samples: 400,
    seeds: 2,
    exponents: { ...Protocol.defaults.exponents, "saddle-to-saddle": 4 },
    steps: { ...Protocol.defaults.steps, "saddle-to-saddle": 3000 },
    segments: { ...Protocol.defaults.segments, "saddle-to-saddle": 1000 },
    learningRates: { ...Protocol.defaults.learningRates, "saddle-to-saddle": 0.01 },
    points: 121,
    depths: [3, 4],
    modeSets: [[], [1], [2], [1, 2], [1, 3], [1, 2, 3]],
    zeroBlocks: [2, 3, 4],
    saddles: 10,
    saddleSegment: 10,
    scale: 1,
    gauge: 1,
    epsilon: 0.01
  },
  presets: {
    quick: {},
    paper: {
      widths: [8, 12, 12, 8],
      samples: 2000,
      spectra: { deficient: [5, 3.5, 2.5, 1.7], full: [5, 4.2, 3.5, 3, 2.5, 2.1, 1.7, 1.4], degenerate: [5, 5, 3, 3, 1.8, 1.8, 1.1, 1.1] },
      teachers: ["deficient", "full"],
      seeds: 8,
      replicates: 3,
      depths: [3, 4, 5],
      modeSets: [[], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3], [1, 2, 4], [1, 2, 3, 4]],
      zeroBlocks: [2, 3, 4, 5],
      saddles: 20,
      saddleSegment: 20,
      points: 301
    }
  },
  problems: (settings) => {
    const { widths, depth, depths, modeSets, spectra, teachers, zeroBlocks } = settings
    const trained = Protocol.widthsOf({ widths, depth }).length - 1
    const deepest = Math.max(...depths)
    const tooMany = zeroBlocks.find((size) => size > deepest)
    return [...new Set([
      ...Protocol.problems(settings),
      ...(depths.includes(trained) ? []
        : [`depths has no ${trained}, the depth of the network that is trained: add it`]),
      ...(tooMany === undefined ? []
        : [`zeroBlocks asks for ${tooMany} zero blocks, and no network has more than L = ${deepest} layers: lower it`]),
      ...teachers.flatMap((teacher) => depths.flatMap((depth) => {
        const sized = Protocol.widthsOf({ widths, depth })
        const foreseen = { ...settings, landscapes: ["empirical"] as const, widths: sized, singularValues: spectra[teacher] }
        const zeros = zeroSets(depth, zeroBlocks.filter((size) => size <= depth))
        return Saddle.problems(foreseen, { parameter: "modeSets", sets: modeSets }, { parameter: "zeroBlocks", sets: zeros })
      }))
    ])]
  }
}, ({ depths, modeSets, zeroBlocks, saddles, saddleSegment, scale, gauge, epsilon, ...settings }) => {
  const { seed, seeds, replicates, regimes, teachers, samples } = settings
  const trained = Protocol.widthsOf(settings)

  const landscapeOf = ({ teacher, replicate }: Pick<Protocol.Cell, "teacher" | "replicate">) => {
    const { problem } = Protocol.cell(settings, { regime: regimes[0]!, teacher, replicate })
    return EmpiricalLandscape({ inputs: trained[0]!, outputs: trained.at(-1)!, data: problem.data })
  }
  const censusOf = (cell: Pick<Protocol.Cell, "teacher" | "replicate">, depth: number) => {
    const widths = Protocol.widthsOf({ ...settings, depth })
    const landscape = landscapeOf(cell)
    const families = Grid.cross({ modes: modeSets.map(Saddle.label), zeros: zeroSets(depth, zeroBlocks).map(Saddle.label) })
    const certified = Grid.map(families, (family) => {
      const parts = Saddle.segments(saddles, saddleSegment).map((segment) => {
        const { points } = ConstructedSaddles({
          widths, minima: false, scale, gauge, seed, ...segment, landscape,
          modes: Saddle.membersOf(family.modes), zeros: Saddle.membersOf(family.zeros)
        })
        return Certificates({ widths, landscape, points })
      })
      return {
        certificates: Grid.concat(parts.map(({ certificates }) => certificates)),
        patterns: Grid.concat(parts.map(({ patterns }) => patterns))
      }
    })
    return { certificates: certified.certificates, ...Census(certified) }
  }

  const cells = Grid.cross({ teacher: teachers, replicate: Array.from({ length: replicates }, (_, index) => index + 1), depth: depths })
  const { certificates, classes, counts, patterns } = Grid.map(cells, (cell) => censusOf(cell, cell.depth))

  const { distances, path, stability, visits } = Grid.map(Protocol.cells(settings), (cell) => {
    const { problem, run: runOf, stability } = Protocol.cell(settings, cell)
    const landscape = landscapeOf(cell)
    const { classes, patterns } = censusOf(cell, trained.length - 1)
    const runs = Grid.map(Protocol.runs(settings), ({ run }) => {
      const { checkpoints } = runOf(run)
      const ranks = Ranks({ widths: trained, epsilons: [epsilon], spectra: Spectra({ widths: trained, checkpoints }), modes: problem.modes })
      return NearestStrata({ widths: trained, epsilon, landscape, checkpoints, ranks, classes, patterns })
    })
    return { ...runs, stability }
  })

  const shown = { teacher: [teachers[0]!], replicate: [1] }
  const first = { ...shown, regime: [regimes[0]!] }
  const ofEachRank = modeSets.filter((set, index) => modeSets.findIndex(({ length }) => length === set.length) === index).map(Saddle.label)
  /** "1,2" for "{1, 2}", or "12", where labels stand close. */
  const short = (separator: string) =>
    Object.fromEntries([...modeSets, ...zeroSets(Math.max(...depths), zeroBlocks)].map((set) =>
      [Saddle.label(set), set.length === 0 ? "none" : set.toSorted((a, b) => a - b).join(separator)]))
  const names = { gd: "GD", sgd: "SGD" }
  const inks = { gd: "black", sgd: "blue" } as const
  const time = "time $t = \\eta \\cdot$ step"
  const along = { ...first, alignment: ["time" as const] }
  const runwise = { x: "time", color: "algorithm", group: ["run"], where: along, names, inks } as const
  const runs = `GD and ${seeds} SGD run${seeds === 1 ? "" : "s"}, each by itself, no intervals`

  return {
    tables: { certificates, classes, counts, patterns, path, distances, visits },
    warnings: [stability],
    conditions: `$n = ${samples}$ samples, seed ${seed}; ${teachers[0]} teacher and replicate 1 where no other is named`,
    names: {
      ...columnNames, modes: "$S$", zeros: "zero blocks", least_median: "$\\lambda_{\\min}$", excess: "$\\ell - \\ell_{\\min}$",
      index_low: "index", index_high: "to", nullity_low: "nullity", nullity_high: "to", patterns: "rank patterns",
      gradient: "$\\|\\nabla\\ell\\|$", gd: "GD", sgd: "SGD"
    },
    report: Report`
# A census of saddles, and those that training visits

A critical point of the loss of a deep linear network has learnt a set $S$ of the modes of the data; saddles with the same
$S$ differ by their residual blocks. Here families are taken by depth $L$, $S$ and the set of blocks that are zero, ${saddles}
saddles each, on the loss of a data set of ${samples} examples; blocks that are not zero are Gaussian. Each saddle is
certified by the eigenvalues of its Hessian and by its ranks.

## Kinds of saddles

${depths.map((depth) => Figure.heat(counts, {
  x: "modes", y: "zeros", fill: "count", values: true, facet: { columns: "verdict" }, width: "double", aspect: 1,
  where: { ...shown, depth: [depth] }, names: short(","),
  labels: { x: "learnt modes $S$", y: "zero blocks", fill: "saddles" },
  caption: `How many of the ${saddles} saddles of each family are of each kind, at depth $L = ${depth}$. Counts, no intervals.`
}))}

${Claim.every("Every saddle is decided, and its Hessian has a negative eigenvalue exactly where its ranks say that it is strict", certificates, {
  holds: ({ by_ranks, by_spectrum, verdict }) => verdict !== "undecided" &&
    (by_ranks === "strict saddle") === (by_spectrum === "negative eigenvalue")
})}

${Claim.every("A saddle is strict where $S$ is not the strongest modes or two blocks alone are zero, and not strict where three or more are", classes, {
  holds: ({ modes, verdict, zero_blocks }) =>
    verdict === (zero_blocks === 2 || !Saddle.isTop(Saddle.membersOf(modes)) ? "strict saddle" : "non-strict saddle")
})}

${depths.map((depth) => Figure.points(classes, {
  x: "zeros", y: "least_median", interval: ["least_low", "least_high"], color: "modes", size: 4, yScale: "symlog", width: "double", aspect: 0.5,
  where: { ...shown, depth: [depth] }, at: { y: [0] }, names: short(depth < 10 ? "" : ","),
  labels: { x: "zero blocks", y: "$\\lambda_{\\min}$", color: "$S$" },
  caption: `Least eigenvalue of the Hessian at depth $L = ${depth}$: the median of the ${saddles} saddles of each family, with ` +
    `their whole range as a bar; 12 stands for $\\{1, 2\\}$.`
}))}

${Report.table(classes, {
  caption: "The families: verdict, least eigenvalue, the ranges of index and nullity over saddles where these are clear, the " +
    "excess loss, and how many different rank patterns there are.",
  where: ({ replicate, teacher }) => teacher === teachers[0] && replicate === 1,
  columns: ["depth", "modes", "zeros", "samples", "verdict", "least_median", "index_low", "index_high", "nullity_low", "nullity_high", "excess", "patterns"],
  limit: 200
})}

${Figure.heat(patterns, {
  x: "j", y: "i", fill: "rank", values: true, facet: { rows: "modes", columns: "zeros" },
  where: { ...shown, depth: [trained.length - 1], modes: ofEachRank },
  labels: { fill: "rank", rows: "$S$", columns: "zero blocks" },
  caption: `Rank patterns $r_{ij}$, the ranks of $W_j \\cdots W_i$, of most saddles of each family at $L = ${trained.length - 1}$, ` +
    `for one $S$ of each rank; other $S$ of that rank have the same. n = ${saddles} saddles, no intervals.`
})}

${Figure.heat(patterns, {
  x: "j", y: "i", fill: "multiplicity", values: true, facet: { rows: "modes", columns: "zeros" },
  where: { ...shown, depth: [trained.length - 1], modes: ofEachRank },
  labels: { fill: "multiplicity", rows: "$S$", columns: "zero blocks" },
  caption: "Multiplicities $m_{ij}$ of the same: how many chains of neurons run from layer $i$ to layer $j$ and no further."
})}

## Which of them training visits

GD and ${seeds} SGD runs on the same data, widths ${trained.join(", ")}. At each checkpoint the nearest stratum is that
whose rank pattern differs least from the anchored ranks of the network at $\varepsilon = ${epsilon}$, among equals that whose loss is nearest.

${Figure.layers([
  Figure.lines(path, { ...runwise, y: "excess" }),
  Figure.rules(classes, { y: "excess", where: { ...shown, depth: [trained.length - 1] } })
], {
  yScale: "log", labels: { x: time, y: "excess loss $\\ell - \\ell_{\\min}$", color: "" },
  caption: `Loss along training, and that of the families (dotted). ${runs}.`
})}

${Figure.beside([
  Figure.points(path, {
    x: "time", y: "loss_gap", color: "modes", shapes: "algorithm", size: 3, yScale: "log", where: along, names,
    labels: { x: time, y: "distance in loss", color: "nearest $S$", shapes: "" }
  }),
  Figure.lines(path, { ...runwise, y: "gradient", yScale: "log", labels: { x: time, y: "$\\|\\nabla\\ell\\|$", color: "" } })
], {
  letters: true,
  caption: `(a) Distance in loss, relative to the loss at zero, to the stratum of the nearest rank pattern, coloured by its modes $S$; (b) the norm of the gradient, ` +
    `small near critical points. ${runs}.`
})}

${Figure.heat(distances, {
  x: "time", y: "zeros", fill: "pattern_distance", facet: { rows: "modes" }, values: false, aspect: 0.4,
  where: { ...along, algorithm: ["gd"], run: [0], modes: ofEachRank },
  labels: { x: time, y: "zero blocks", fill: "distance", rows: "$S$" },
  caption: `The path of GD over the strata: distance $\\sum_{i \\le j} |r_{ij} - r_{ij}'|$ of its rank pattern from that of each ` +
    `family, for one $S$ of each rank (others have the same patterns). n = 1 run, no intervals.`
})}

${Report.table(visits, {
  caption: "Strata that were nearest at some time: the share of checkpoints at equal times, the least distance of rank patterns " +
    "and of loss (relative to that at zero), and the least gradient there.",
  where: ({ share }) => share > 0,
  columns: ["regime", "teacher", "replicate", "algorithm", "run", "modes", "zeros", "verdict", "share", "pattern_distance", "loss_gap", "gradient"],
  limit: 60
})}
`
  }
})
