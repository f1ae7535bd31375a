// Gradient descent on a deep linear network, full-batch or stochastic: the definition, bit for bit, of what training
// means here. The compiled kernels repeat it.

import type { Batches, Losses, Statistics, Training } from "../Training.ts"
import { check, checkShapes, lossCount, lossesOf } from "../Training.ts"
import { drawer } from "./batches.ts"
import { backward, batchPass, forward, fullLoss, fullPass } from "./passes.ts"

/**
 * Takes `steps` steps from `weights`, which are the state after `from` steps and become the state after from + steps.
 * The excess loss before step s is recorded for each s in [from, from + steps) that `lossEvery` divides. Stops at the
 * first state with a weight, or a loss that is due, that is not finite. A run in several calls has the bits of one.
 */
export const train = (
  training: Training,
  weights: Float64Array,
  from: number,
  steps: number,
  lossEvery: number
): Losses => {
  check(training, weights, from, steps, lossEvery)
  const gradient = new Float64Array(weights.length)
  const descent = descender(training, weights, gradient)
  const values = new Float64Array(lossCount(from, steps, lossEvery))
  const losses = (divergedAt: number | undefined): Losses => lossesOf(from, lossEvery, values, divergedAt)
  if (!weights.every(Number.isFinite)) return losses(from)
  let taken = 0
  for (let step = from; step < from + steps; step++) {
    const isDue = step % lossEvery === 0
    const loss = descent(step, isDue)
    if (isDue) {
      if (!Number.isFinite(loss)) return losses(step)
      values[taken++] = loss
    }
    if (!descend(weights, gradient, training.learningRate)) return losses(step + 1)
  }
  return losses(undefined)
}

/** ℓ − ℓ_min = ½ tr((W − A) Σ_xx (W − A)ᵀ) at `weights`. */
export const excessLoss = (
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  statistics: Statistics
): number => {
  checkShapes(widths, weights, statistics)
  const pass = fullPass(widths, weights, new Float64Array(weights.length))
  forward(pass)
  return fullLoss(pass, statistics, new Float64Array(statistics.target.data.length))
}

/** The gradient that step `step` of the training would take at `weights`, flat like them: GD's, or its batch's. */
export const gradient = (training: Training, weights: Float64Array, step: number): Float64Array => {
  check(training, weights, step, 0, 1)
  const result = new Float64Array(weights.length)
  descender(training, weights, result)(step, false)
  return result
}

/** Writes the gradient of a step at `weights` to `gradient`; returns the excess loss there where it is wanted. */
const descender = (
  { widths, statistics, batches }: Training,
  weights: Float64Array,
  gradient: Float64Array
): ((step: number, wantsLoss: boolean) => number) => {
  const full = fullPass(widths, weights, gradient)
  const difference = new Float64Array(statistics.target.data.length)
  const stochastic = batches && stochasticGradient(widths, batches, weights, gradient)
  return (step, wantsLoss) => {
    let loss = NaN
    if (wantsLoss || stochastic === undefined) {
      forward(full)
      loss = fullLoss(full, statistics, difference)
    }
    if (stochastic === undefined) backward(full)
    else stochastic(step)
    return loss
  }
}

/** Writes g = (1/B) Σ over the batch of a step to `gradient`: Δ_L = (1/B)(H_L − Y), 1/B rounded, then `backward`. */
const stochasticGradient = (
  widths: ReadonlyArray<number>,
  batches: Batches,
  weights: Float64Array,
  gradient: Float64Array
): ((step: number) => void) => {
  const pass = batchPass(widths, weights, gradient, batches.size)
  const draw = drawer(batches)
  const labels = new Float64Array(batches.size * batches.y.columns)
  const outputs = pass.activations[widths.length - 1]!
  const delta = pass.deltas[widths.length - 1]!
  const share = 1 / batches.size
  return (step) => {
    draw(step, pass.activations[0]!, labels)
    forward(pass)
    for (let i = 0; i < labels.length; i++) delta[i] = (outputs[i]! - labels[i]!) * share
    backward(pass)
  }
}

/** w ← w − η g; false where a weight is not finite after it. */
const descend = (weights: Float64Array, gradient: Float64Array, learningRate: number): boolean => {
  let finite = true
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]! - learningRate * gradient[i]!
    weights[i] = weight
    finite &&= Number.isFinite(weight)
  }
  return finite
}
