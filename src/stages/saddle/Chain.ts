/** The settings of a chain of Langevin dynamics, and the failure of one that diverged. */
import * as Schema from "effect/Schema"
import { StepDiverged } from "../../dln/saddle/Langevin.ts"
import * as Parameter from "../Parameter.ts"

const positive = Schema.Finite.check(Schema.isGreaterThan(0))
const notNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const whole = (minimum: number, description: string) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum: 2_000_000_000 })).annotate({ description })

export const beta = positive.annotate({
  description: "β > 0 of the law exp(−βE)π: the larger, the nearer to critical points"
})
export const prior = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("gaussian"), precision: positive }),
  Schema.Struct({ kind: Schema.Literal("norm"), precision: positive, norm: notNegative })
]).annotate({ description: "prior π: gaussian with a precision, or norm, which keeps every block near one norm" })
export const stepSize = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("constant"), size: positive }),
  Schema.Struct({ kind: Schema.Literal("polynomial"), size: positive, time: positive, exponent: notNegative }),
  Schema.Struct({ kind: Schema.Literal("cyclic"), size: positive, period: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)) })
]).annotate({ description: "step size ε_t: constant, polynomial ε(1 + t/τ)^(−γ), or cyclic with warm restarts" })

export const dynamics = Schema.Literals(["sgld", "mala"]).annotate({
  description: "Langevin dynamics without correction (sgld, with minibatches where a batch is given), or with Metropolis' (mala)"
})
export const start = positive.annotate({
  description: "scale c of the residual blocks that chains start from; MALA stays where the start is too far from critical"
})
export const burnIn = whole(0, "steps of a chain before its first sample")
export const thinning = whole(1, "steps between two samples of a chain")
export const steps = whole(1, "steps of a chain")
export const segment = whole(1, "steps of one segment of a chain, the unit that is cached; its steps are a multiple of it")
export const chains = whole(1, "chains of each sampler, from different starts")
export const projected = whole(1, "samples of each chain, evenly spaced, that are refined to critical points")

/** What decides a chain, apart from how long it is. */
export const settings = {
  beta,
  prior,
  stepSize,
  /** Metropolis' correction; not with minibatches. */
  corrected: Schema.Boolean,
  /** Examples of each of the two minibatches of a step; null for the whole σ. */
  batch: Schema.NullOr(Parameter.batch),
  burnIn,
  thinning,
  seed: Parameter.seed,
  chain: Parameter.replicate
}

/** What is wrong with settings that are right one by one. */
export const problems = (given: {
  readonly chainSteps: number
  readonly chainSegment: number
  readonly burnIn: number
  readonly thinning: number
  readonly projected: number
  readonly samples: number
  readonly batch: number | null
}): ReadonlyArray<string> => {
  const { chainSteps, chainSegment, burnIn, thinning, projected, samples, batch } = given
  const kept = Math.floor(chainSteps / thinning) - Math.floor(burnIn / thinning)
  return [
    chainSteps % chainSegment === 0 ? undefined
      : `chainSteps = ${chainSteps} is no multiple of chainSegment = ${chainSegment}: change one of them`,
    kept >= projected ? undefined
      : `chains keep ${Math.max(0, kept)} samples of ${chainSteps} steps (burnIn = ${burnIn}, thinning = ${thinning}), ` +
        `and projected = ${projected} are asked for: raise chainSteps, or lower burnIn, thinning or projected`,
    batch !== null && batch > samples ? `batch = ${batch} is more than samples = ${samples}: lower it` : undefined
  ].filter((problem) => problem !== undefined)
}

/** A chain left the numbers: its step size is too large. */
export class ChainDiverged extends Schema.TaggedError<ChainDiverged>()("ChainDiverged", {
  chain: Schema.Int,
  step: Schema.Int,
  stepSize: Schema.Finite
}) {
  override get message() {
    return `chain ${this.chain}: ${new StepDiverged(this.step, this.stepSize).message}`
  }
}
