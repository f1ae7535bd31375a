// The floor of E_cross that the noise of SGD holds up, to first order in η/B, at a balanced state with the first modes
// learnt and whitened inputs. The coefficient w_ab is an Ornstein–Uhlenbeck process: it relaxes at the rate k_ab, its
// mobility, and the noise of a batch gives it the variance (η/2B) V_ab k_ab, where
//   k_ab = Σ_l σ_a^(2(L−l)/L) σ_b^(2(l−1)/L) = (σ_a² − σ_b²)/(σ_a^(2/L) − σ_b^(2/L)),   σ = ŝ if learnt, else 0,
//   V_ab = (ŝ_a² if a is not learnt, else 0) + σ²,   σ² the variance of the label noise.
// All modes learnt, it is the floor at the end, (ησ²/2B) Σ_{a≠b} k_ab; on a plateau and without label noise it is
// (η/2B) Σ ŝ_b² ŝ_a^(2−2/L) over learnt a and b that are not. Steps of finite size relax by 1 − ηk_ab a step, which
// raises each variance by the factor 1/(1 − ηk_ab/2).
import { power } from "../linalg/elementary.ts"
import type { ModeBlock } from "./modes.ts"

export interface NoisySaddle {
  /** ŝ_1 ≥ ŝ_2 ≥ … of the modes that E_cross is of. */
  readonly singularValues: Float64Array
  /** Pairs of modes of one block are not counted. */
  readonly blocks: ReadonlyArray<ModeBlock>
  /** How many of the blocks are learnt, the first ones. */
  readonly learnt: number
  /** L. */
  readonly depth: number
  readonly learningRate: number
  /** B. */
  readonly batch: number
  /** σ. */
  readonly labelNoise: number
}

export interface CrossFloor {
  /** Σ over ordered pairs (a, b) of different blocks of (η/2B) V_ab k_ab. */
  readonly firstOrder: number
  /** The same with each pair's factor for steps of finite size; null where a coefficient is unstable, ηk_ab ≥ 2. */
  readonly finiteSteps: number | null
}

export const crossFloor = (saddle: NoisySaddle): CrossFloor => {
  const { singularValues, blocks, learnt, depth, learningRate, batch, labelNoise } = saddle
  const modes = blocks.flatMap(({ firstMode, lastMode }, block) =>
    Array.from(singularValues.subarray(firstMode - 1, lastMode), (s) =>
      ({ block, strength: block < learnt ? s : 0, missing: block < learnt ? 0 : s })))
  const pairs = modes.flatMap((a) => modes.filter((b) => b.block !== a.block).map((b) => {
    const k = mobility(a.strength, b.strength, depth)
    const variance = (learningRate / (2 * batch)) * (a.missing * a.missing + labelNoise * labelNoise) * k
    return { variance, slowed: 1 - (learningRate * k) / 2 }
  }))
  return {
    firstOrder: pairs.reduce((sum, { variance }) => sum + variance, 0),
    finiteSteps: pairs.some(({ slowed }) => slowed <= 0)
      ? null
      : pairs.reduce((sum, { variance, slowed }) => sum + variance / slowed, 0)
  }
}

/** k_ab term by term, which also holds for equal modes and for 0. */
const mobility = (a: number, b: number, depth: number): number => {
  let sum = 0
  for (let l = 1; l <= depth; l++) sum += power(a, (2 * (depth - l)) / depth) * power(b, (2 * (l - 1)) / depth)
  return sum
}
