/** The parameters that stages and pipelines share: what each may be, in the words that help and errors print. */
import * as Schema from "effect/Schema"
import { covariances } from "../dln/dataset.ts"
import * as Regime from "../dln/Regime.ts"
import * as Teacher from "../dln/Teacher.ts"

const whole = (minimum: number, maximum: number, description: string) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum })).annotate({ description })

const positive = (description: string) => Schema.Finite.check(Schema.isGreaterThan(0)).annotate({ description })

const notNegative = (description: string) => Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description })

/** What is beyond leaves no number when it is squared and summed. */
const huge = 1e50

const fraction = (description: string) =>
  Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true })).annotate({ description })

export const regime = Schema.Literals(Regime.names).annotate({ description: "regime of the start: saddle-to-saddle, intermediate or ntk" })
export const teacher = Schema.Literals(Teacher.kinds).annotate({ description: "kind of the teacher: deficient, full or degenerate" })
export const algorithm = Schema.Literals(["gd", "sgd"]).annotate({ description: "full-batch GD or minibatch SGD" })
export const sampler = Schema.Literals(["shuffle", "replacement"]).annotate({
  description: "how SGD draws batches: a fresh permutation each epoch, or independent draws"
})
export const whiten = Schema.Literals(["exact", "none"]).annotate({ description: "whether the inputs are whitened exactly" })

export const covariance = Schema.Literals(covariances).annotate({
  description: "covariance of the inputs: isotropic, aligned with the teacher, or rotated against it"
})
export const condition = Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: huge })).annotate({
  description: "condition number of the covariance of the inputs, where it is not isotropic"
})

export const width = whole(1, 4096, "width of a layer")
/** d_0, …, d_L: at least two layers. */
export const widths = Schema.Array(width).check(Schema.isMinLength(3)).annotate({
  description: "widths d_0, …, d_L of the network, input first; two layers or more"
})
export const depth = Schema.NullOr(whole(2, 64, "number of layers")).annotate({
  description: "number L of layers; null for as many as there are widths, else the hidden width is repeated"
})
export const exponent = positive("exponent γ: the start has variance w^(−γ), w the hidden width")
const singularValue = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: huge, exclusiveMinimum: true }))
export const singularValues = Schema.Array(singularValue).check(Schema.isMinLength(1)).annotate({
  description: "singular values of the teacher, largest first"
})
export const samples = whole(1, 10_000_000, "size n of the data set")
export const noise = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: huge })).annotate({
  description: "standard deviation σ of the label noise in the data set"
})
export const learningRate = positive("learning rate η")
export const batch = whole(1, 10_000_000, "size B of a minibatch")
export const steps = whole(1, 2_000_000_000, "steps of training")
export const segment = whole(1, 2_000_000_000, "steps of one segment of training, the unit that is cached; steps are a multiple of it")
export const lossEvery = whole(1, 1_000_000, "steps between two values of the full training loss; segments are a multiple of it")
export const seed = whole(0, 2_147_483_647, "seed of the experiment: teachers, data and starts are derived from it")
export const seeds = whole(1, 10_000, "number S of SGD runs beside the one GD run of a cell")
export const replicates = whole(1, 10_000, "independent draws of teacher, data and start")
export const replicate = whole(1, 10_000, "which draw of teacher, data and start")
export const run = whole(0, 10_000, "which order of the data: 0 for GD, 1 … S for SGD")
export const from = whole(0, 2_000_000_000, "steps that are already done")

/** ε in (0, 1). */
export const epsilon = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true }))
export const epsilons = Schema.Array(epsilon).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "thresholds ε of the ranks, each between 0 and 1"
})
export const bootstrap = whole(1, 1_000_000, "resamples of the bootstrap over runs")
export const level = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true })).annotate({
  description: "confidence level of the intervals"
})

/** How the checkpoints of different runs are matched. */
export const alignments = ["level", "escape", "time"] as const
export const alignment = Schema.Array(Schema.Literals(alignments)).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "how checkpoints of different runs are matched: by level of the loss, around escapes, by time"
})
export const points = whole(2, 10_000, "checkpoints along a run where they are matched by time")
export const window = positive("half width Δ of the window around an escape, in time η·step")
export const windowPoints = whole(1, 500, "checkpoints on either side of an escape in its window")

export const top = whole(1, 4096, "number K of singular values compared of each partial product, largest first")
export const floor = positive("floor δ: smaller singular values count as δ, since their logarithms could not be told")
export const slices = Schema.Array(whole(1, 4096, "place k of a singular value")).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "places k of the singular values that the heatmaps show"
})
export const divisor = whole(1, 1_000_000, "what a learning rate is divided by")

export const scale = positive("scale a of a balanced start W_l = a·Q_l D_l Q_{l−1}ᵀ: each mode starts at a^L")
export const draws = whole(1, 1_000_000, "draws of the noise at each of its sizes")
export const multiple = positive("size of the noise, in units of the perturbation that SGD shows")
export const multiples = Schema.Array(multiple).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "sizes of the noise, in units of the perturbation that SGD shows"
})
export const sampleSizes = Schema.Array(samples).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "sizes n of the samples of which covariances are formed"
})
export const noiseModels = ["gaussian", "tangent", "resampled"] as const
export const noiseModel = Schema.Literals(noiseModels).annotate({
  description: "noise on a matrix of known rank: independent entries, the same made tangent, or differences of SGD and GD"
})
export const precision = Schema.Literals(["float64", "float32"]).annotate({ description: "precision of the arithmetic" })
export const tail = fraction("share of a run, at its end, in which SGD's perturbation of GD is taken")
export const required = fraction("what a rank must show to count as reliable: probability of recovery, share of unit steps")
export const decades = positive("least width of a plateau of ε, in decades")
export const rankKinds = ["anchored", "relative", "late"] as const
export const rankKind = Schema.Literals(rankKinds).annotate({
  description: "how a rank is counted: anchored to the teacher, relative to σ_1, or relative once mode 1 is learnt"
})
export const every = whole(1, 1_000_000, "steps between two readings of the modes")
export const rhos = Schema.Array(positive("share ρ of a singular value")).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "shares ρ of a mode's singular value below which its cross modes count as decayed"
})
export const onset = epsilon.annotate({ description: "share of a mode's singular value at which it has begun to grow" })
export const learnt = epsilon.annotate({ description: "share c of a mode's singular value at which it counts as learnt" })
export const panels = whole(2, 24, "levels of the loss that heatmaps show")
export const floorBatches = Schema.Array(batch).check(Schema.isMinLength(1), Schema.isUnique()).annotate({
  description: "sizes B of the minibatches with which the floor of noise is measured"
})
export const temperature = notNegative("temperature T = η/B of SGD")
export const timeStep = positive("step h in time of the simulated stochastic equation")
export const horizon = positive("time η·step at which runs end")
export const missing = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })).annotate({
  description: "share of each mode that is not learnt at the start"
})
export const layers = whole(2, 64, "number L of layers")
export const strength = positive("strength at which every mode starts")
export const sdeStep = fraction("step of the simulated stochastic equation, as a share of the temperature T = η/B")
