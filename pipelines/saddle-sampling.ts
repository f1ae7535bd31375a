/**
 * What kinds of saddles does the loss of a deep linear network have? Saddles constructed with chosen blocks of zeros, and
 * saddles that chains of Langevin dynamics come near to, refined; each certified by its Hessian and by its ranks.
 */
import { Claim, Figure, Grid, Pipeline, Report, Schema } from "dln-lab"
import {
  Certificates, Chain, ChainDiagnosis, ConstructedSaddles, EmpiricalLandscape, GaugeClasses, HessianSpectra, LanczosCheck, Parameter,
  PopulationLandscape, Problem, Projection, Saddle, SignatureCheck, columnNames, sampleChain
} from "dln-lab/stages"

const list = <S extends Schema.Constraint>(value: S, description: string) =>
  Schema.Array(value).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description })

export default Pipeline.make("saddle-sampling", {
  about: "which kinds of saddles does the loss have, constructed and sampled, with certificates?",
  params: {
    landscapes: list(Saddle.kind, "losses whose saddles are sampled: population, empirical"),
    widths: Parameter.widths,
    singularValues: Parameter.singularValues,
    samples: Parameter.samples,
    noise: Parameter.noise,
    whiten: Parameter.whiten,
    covariance: Parameter.covariance,
    condition: Parameter.condition,
    seed: Parameter.seed,
    modeSets: Saddle.modeSets,
    zeroSets: Saddle.zeroSets,
    minima: Saddle.minima,
    saddles: Saddle.saddles,
    saddleSegment: Saddle.saddleSegment,
    lanczos: Saddle.lanczos,
    scale: Saddle.scale,
    gauge: Saddle.gauge,
    chainModes: Saddle.modes,
    dynamics: list(Chain.dynamics, "Langevin dynamics: sgld, without correction, and mala, with Metropolis' correction"),
    chains: Chain.chains,
    chainStart: Chain.start,
    chainSteps: Chain.steps,
    chainSegment: Chain.segment,
    beta: Chain.beta,
    prior: Chain.prior,
    stepSize: Chain.stepSize,
    batch: Schema.NullOr(Parameter.batch).annotate({
      description: "examples of a minibatch of sgld on the empirical loss; null for the whole data"
    }),
    burnIn: Chain.burnIn,
    thinning: Chain.thinning,
    projected: Chain.projected
  },
  defaults: {
    landscapes: ["population", "empirical"],
    widths: [6, 6, 6, 6, 6],
    singularValues: [4, 3, 2, 1],
    samples: 400,
    noise: 0.1,
    whiten: "none",
    covariance: "isotropic",
    condition: 10,
    seed: 1,
    modeSets: [[1, 2], [1, 3]],
    zeroSets: [[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4], [1, 2, 3], [2, 3, 4]],
    minima: false,
    saddles: 20,
    saddleSegment: 20,
    lanczos: 5,
    scale: 1,
    gauge: 1,
    chainModes: [1, 2],
    dynamics: ["mala", "sgld"],
    chains: 4,
    chainStart: 0.6,
    chainSteps: 8000,
    chainSegment: 2000,
    beta: 300,
    prior: { kind: "norm", precision: 60, norm: 1.5 },
    stepSize: { kind: "constant", size: 5e-4 },
    batch: 100,
    burnIn: 2000,
    thinning: 40,
    projected: 8
  },
  presets: {
    quick: {},
    paper: {
      widths: [8, 8, 8, 8, 8],
      samples: 2000,
      modeSets: [[1, 2], [1, 3], [1], [3], []],
      saddles: 200,
      saddleSegment: 100,
      chains: 8,
      chainSteps: 100_000,
      chainSegment: 10_000,
      burnIn: 20_000,
      thinning: 100,
      projected: 20
    }
  },
  problems: (settings) => [...new Set([
    ...Saddle.problems(settings, { parameter: "modeSets", sets: settings.modeSets }, { parameter: "zeroSets", sets: settings.zeroSets }, settings.minima),
    ...Saddle.problems(settings, { parameter: "chainModes", sets: [settings.chainModes] }),
    ...Chain.problems(settings)
  ])]
}, (settings) => {
  const { widths, singularValues, samples, noise, whiten, covariance, condition, seed, landscapes } = settings
  const { modeSets, zeroSets, minima, saddles, saddleSegment, lanczos, scale, gauge } = settings
  const { chainModes, dynamics, chains, chainStart, chainSteps, chainSegment, beta, prior, stepSize, batch, burnIn, thinning, projected } = settings
  const shape = { singularValues, inputs: widths[0]!, outputs: widths.at(-1)!, seed, replicate: 1 }
  const { data } = Problem({ ...shape, samples, noise, whiten, covariance, condition })
  const landscapeOf = (kind: "population" | "empirical") => kind === "population"
    ? PopulationLandscape(shape)
    : EmpiricalLandscape({ inputs: shape.inputs, outputs: shape.outputs, data })

  const families = Grid.cross({ landscape: landscapes, modes: modeSets.map(Saddle.label), zeros: zeroSets.map(Saddle.label) })
  const constructed = Grid.map(families, (family) => {
    const landscape = landscapeOf(family.landscape)
    const parts = Saddle.segments(saddles, saddleSegment).map((segment) => {
      const { points, residuals } = ConstructedSaddles({
        widths, minima, scale, gauge, seed, ...segment, landscape,
        modes: Saddle.membersOf(family.modes), zeros: Saddle.membersOf(family.zeros)
      })
      const { certificates, patterns } = Certificates({ widths, landscape, points })
      const signatures = SignatureCheck({ residuals, certificates })
      return { points, residuals, certificates, patterns, signatures }
    })
    return {
      residuals: Grid.concat(parts.map(({ residuals }) => residuals)),
      certificates: Grid.concat(parts.map(({ certificates }) => certificates)),
      patterns: Grid.concat(parts.map(({ patterns }) => patterns)),
      signatures: Grid.concat(parts.map(({ signatures }) => signatures)),
      lanczos: LanczosCheck({ widths, first: lanczos, landscape, points: parts[0]!.points, certificates: parts[0]!.certificates }),
      spectra: HessianSpectra({ widths, first: 1, landscape, points: parts[0]!.points }),
      classes: GaugeClasses({ widths, seed, landscape, points: Grid.concat(parts.map(({ points }) => points)) })
    }
  })

  const sampled = Grid.map(Grid.cross({ landscape: landscapes, dynamics }), (cell) => {
    const landscape = landscapeOf(cell.landscape)
    const { ends, points, ...chained } = Grid.map(Grid.range("chain", 1, chains), ({ chain }) => {
      const { snapshots, end } = sampleChain({
        widths, modes: chainModes, scale: chainStart, seed, chain, beta, prior, stepSize, burnIn, thinning, landscape, data,
        corrected: cell.dynamics === "mala",
        batch: cell.dynamics === "sgld" && cell.landscape === "empirical" ? batch : null,
        steps: chainSteps,
        segment: chainSegment
      })
      const { points, moves } = Projection({ widths, modes: chainModes, count: projected, landscape, snapshots })
      const { certificates } = Certificates({ widths, landscape, points })
      const checked = LanczosCheck({ widths, first: lanczos, landscape, points, certificates })
      return { snapshots, ends: end, moves, points, certificates, lanczos: checked }
    })
    const classes = GaugeClasses({ widths, seed, landscape, points })
    return { ...chained, classes, ...ChainDiagnosis({ widths, modes: chainModes, snapshots: chained.snapshots, ends }) }
  })

  const { certificates, classes, patterns, residuals, signatures, spectra } = constructed
  const { mixing, moves, snapshots } = sampled
  const depth = widths.length - 1
  const tops = modeSets.filter(Saddle.isTop).map(Saddle.label)
  const isKnown = tops.length > 0 && (gauge === null || gauge === 1) && zeroSets.some(({ length }) => length >= 2)
  const shownZeros = [2, 3].flatMap((size) => zeroSets.filter(({ length }) => length === size).slice(0, 2)).map(Saddle.label)
  const panels = { facet: { rows: "landscape", columns: "dynamics" }, names: { mala: "MALA", sgld: "SGLD" } } as const
  const trace = { x: "step", color: "chain", at: { x: [burnIn] } } as const

  return {
    tables: {
      certificates, classes, patterns, residuals, signatures, lanczos: constructed.lanczos, spectra, snapshots, moves, mixing,
      chains: sampled.chains, sampled_certificates: sampled.certificates, sampled_classes: sampled.classes,
      sampled_lanczos: sampled.lanczos
    },
    conditions: `widths ${widths.join(", ")}; seed ${seed}`,
    names: {
      ...columnNames, bulk_size: "effective size", tail_size: "of the tails", r_hat: "$\\hat R$", modes: "$S$",
      least: "$\\lambda_{\\min}$", excess: "$\\ell - \\ell_{\\min}$", zeros: "zero blocks", mala: "MALA", sgld: "SGLD"
    },
    report: Report`
# Saddles of a deep linear network, with certificates

A critical point of the loss of $W = W_L \cdots W_1$, $L = ${depth}$, of widths ${widths.join(", ")}, has learnt a set $S$ of
modes: $W = P_S A$. In a fixed gauge it is $W_1 = [U_S^\top A; Z_1]$, $W_l = \mathrm{diag}(I_r, Z_l)$,
$W_L = [U_S, U_Q Z_L]$, and it is critical if and only if the residual blocks satisfy $Z_L \cdots Z_1 = 0$ and
$Z_{l-1} \cdots Z_1\,\sigma\,Z_L \cdots Z_{l+1} = 0$ for all $l$. The energy $E(Z)$ is half the sum of the squares of these
constraints. Source: Achour, Malgouyres, Gerchinovitz, JMLR 25:242 (2024).

Each point is certified in two ways that know nothing of each other: by the eigenvalues of the Hessian of the full loss,
and by ranks of products of layers (a saddle with the strongest modes is strict if and only if some pivot is not tightened).

## Constructed saddles

Blocks of the zero set vanish, the others are Gaussian of scale ${scale}${gauge === null ? "" : gauge === 1
  ? "; every point is moved by random orthogonal matrices between its layers"
  : `; every point is moved by random matrices of condition ${gauge} between its layers`}.

${Claim.every("Two zero blocks satisfy every constraint: $E(Z) = 0$ to round-off", residuals, {
  where: ({ zeros }) => Saddle.membersOf(zeros).length >= 2,
  holds: ({ energy }) => energy < 1e-28
})}

${isKnown ? Claim.every(
  "With two zero blocks $a > b$ and the strongest modes learnt, $\\lambda_{\\min} = -\\sigma_{\\max}(Z_{b-1} \\cdots Z_1 \\sigma Z_L \\cdots Z_{a+1})\\,\\sigma_{\\max}(Z_{a-1} \\cdots Z_{b+1})$, and 0 with more",
  signatures,
  { where: ({ least_error }) => least_error !== null, holds: ({ least_error }) => least_error! < 1e-9 }
) : "The least eigenvalue has no closed form here: it needs the strongest modes, and no gauge moves but orthogonal ones."}

${Claim.every(
  "Where no eigenvalue lies near the tolerance, the number of negative ones is the product of the two ranks, and one more for each pair of a mode in $S$ and a stronger one outside; the number of zeros follows",
  signatures,
  {
    where: ({ clear, index_formula }) => clear === true && index_formula !== null,
    holds: ({ index, index_formula, nullity, nullity_formula }) => index === index_formula && nullity === nullity_formula
  }
)}

${Claim.every("The Hessian has a negative eigenvalue exactly where the ranks say that the saddle is strict", certificates, {
  where: ({ by_ranks, by_spectrum }) => by_ranks !== "undecided" && by_spectrum !== "undecided",
  holds: ({ by_ranks, by_spectrum }) => (by_ranks === "strict saddle") === (by_spectrum === "negative eigenvalue")
})}

${Claim.every("Lanczos on Hessian-vector products finds the least eigenvalue of the whole Hessian, to $10^{-8}$ of the largest", constructed.lanczos, {
  holds: ({ difference }) => difference < 1e-8
})}

${Claim.every("Every constructed saddle is critical, is decided, and has learnt the modes that it was made with", certificates, {
  holds: ({ gradient, learnt, modes, verdict }) => gradient < 1e-11 && learnt === modes && verdict !== "undecided"
})}

${!isKnown ? [] : Figure.points(signatures, {
  x: "least_formula", y: "least", color: "zeros", size: 3, diagonal: true, facet: { columns: "landscape" },
  where: { modes: tops },
  labels: { x: "$\\lambda_{\\min}$ by the formula", y: "$\\lambda_{\\min}$ measured", color: "zero blocks" },
  caption: "Least eigenvalue of the Hessian against its closed form, a point for each constructed saddle with the strongest " +
    `modes, n = ${tops.length * zeroSets.length * saddles} on each landscape; no intervals: each value is exact to round-off.`
})}

Gauge moves give equivalent points; saddles of different residuals may be equivalent too. What moves cannot change, all ranks
$r_{ij}$ and the spectra of $\Sigma_{xy}$ between the subspaces of its neighbours, tells apart those that are not.

${Claim.every("A random gauge move of condition 10 changes no rank that is clear, and no other invariant beyond round-off", classes, {
  where: ({ clear }) => clear,
  holds: ({ moved_distance }) => moved_distance < 1e-8
})}

${Report.table(classes, {
  caption: `How many classes that no gauge move joins there are among the ${saddles} saddles of each family.`,
  where: ({ sample }) => sample === saddles,
  columns: ["landscape", "modes", "zeros", "classes"],
  limit: 100
})}

${Figure.stems(spectra, {
  x: "place", y: "counted", color: "sign", size: 2, facet: { rows: "modes", columns: "zeros" },
  where: { landscape: [landscapes[0]!], zeros: shownZeros },
  inks: { negative: "vermillion", zero: "grey", positive: "blue" },
  order: { sign: ["negative", "zero", "positive"] },
  labels: { x: "place", y: "eigenvalue of the Hessian", rows: "$S$", columns: "zero blocks", color: "" },
  caption: `All eigenvalues of the Hessian at the first saddle of some families (rows: modes $S$, columns: zero blocks), ` +
    `${landscapes[0]} loss, n = 1 saddle a panel, no intervals; within $10^{-8}$ of the largest they are drawn as 0.`
})}

## Sampled saddles

Chains of Langevin dynamics on $\beta E(Z) - \log \pi(Z)$ with $\beta = ${beta}$, $S = ${Saddle.label(chainModes).replace("{", "\\{").replace("}", "\\}")}$
and the prior ${prior.kind === "gaussian" ? `of precision ${prior.precision}` : `that keeps every block near the norm ${prior.norm}`}.
MALA corrects each step; SGLD does not${batch === null ? "" : `, and takes minibatches of ${batch} on the empirical loss`}.
A chain is kept in segments of ${chainSegment} steps: a longer one continues it.

${Figure.beside([
  Figure.lines(sampled.traces, { ...panels, ...trace, y: "energy", yScale: "log", labels: { x: "step", y: "$E(Z)$" } }),
  Figure.lines(sampled.traces, { ...panels, ...trace, y: "distance", labels: { x: "step", y: "distance from the start" } })
], {
  letters: true,
  caption: `Energy (a) and $\\|Z - Z_{start}\\|$ (b) along ${chains} chains, as medians of ` +
    `up to 100 windows of the snapshots that are kept every ${thinning} steps; grey: the end of burn-in. Single chains, no intervals.`
})}

${Report.table(mixing, {
  caption: `Rank-normalized split-$\\hat R$ and effective sizes of the energy and of the norms of blocks, over ${chains} chains of ` +
    `${chainSteps} steps. Values of $\\hat R$ above 1.01 say that chains still differ: the norms mix slowly.`,
  limit: 60
})}

${Report.table(sampled.chains, {
  caption: "Each chain: the share of proposals that it accepted (all of them without correction), and how far it came from its start.",
  limit: 40
})}

${Claim.every("Every chain moved: proposals were accepted, and it left its start", sampled.chains, {
  holds: ({ acceptance, distance }) => acceptance > 0.01 && distance > 0
})}

Samples are not critical, only near: each is refined to a critical point by Levenberg and Marquardt's method on the
constraints, which leaves the modes that are learnt, and then its layers are scaled to one norm.

${Figure.points(moves, {
  x: "gradient_before", y: "moved_relative", color: "dynamics", shapes: "landscape", size: 4, xScale: "log", yScale: "log",
  names: panels.names,
  labels: { x: "relative gradient of the sample", y: "$\\|\\Delta\\theta\\|/\\|\\theta\\|$ moved", color: "", shapes: "" },
  caption: `How far refinement moved each sample, against its gradient before; ${projected} samples of each of ${chains} chains, ` +
    `n = ${landscapes.length * dynamics.length * chains * projected} in all; no intervals.`
})}

${Claim.every("Refinement ends at a critical point from every sample, also near those where sheets of them meet", moves, {
  holds: ({ refined }) => refined
})}

${Claim.every("Every refined sample is critical to $10^{-12}$ of its terms, has kept its modes, and both ways agree on its kind", sampled.certificates, {
  holds: ({ by_ranks, by_spectrum, gradient, learnt }) => gradient < 1e-12 && learnt === Saddle.label(chainModes) &&
    (by_ranks === "undecided" || by_spectrum === "undecided" || (by_ranks === "strict saddle") === (by_spectrum === "negative eigenvalue"))
})}

${Claim.every("Lanczos finds the least eigenvalue at refined samples too, to $10^{-8}$ of the largest", sampled.lanczos, {
  holds: ({ difference }) => difference < 1e-8
})}

${Report.table(sampled.certificates, {
  caption: "Certificates of the refined samples.",
  columns: ["landscape", "dynamics", "chain", "sample", "verdict", "learnt", "least", "index", "nullity", "excess", "gradient"],
  limit: 40
})}

${Report.table(sampled.classes, {
  caption: "Whether gauge moves may take the refined samples into each other, chain after chain: samples of one class cannot be told " +
    "apart, and `other_distance` is the least difference of invariants from a class before (∞ where ranks differ).",
  columns: ["landscape", "dynamics", "sample", "class", "distance", "other_distance"],
  limit: 40
})}
`
  }
})
