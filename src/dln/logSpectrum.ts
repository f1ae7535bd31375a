// The K largest singular values of a product as logarithms, the entries of a singular-value pattern (protocol §1.3).
import { log } from "../linalg/elementary.ts"

export interface LogSpectrum {
  /** s_k = ln max(σ_k, δ), k = 1 … K; values that do not exist count as 0, so as ln δ. */
  readonly values: Float64Array
  /** s̃_k = s_k − s_1: the shape without the scale. */
  readonly shape: Float64Array
  /** How many of the K lie at or below the floor: those say nothing. */
  readonly floored: number
}

/** Of singular values in descending order, with the floor δ > 0 in their unit. */
export const logSpectrum = (sigma: Float64Array, count: number, floor: number): LogSpectrum => {
  const kept = Float64Array.from({ length: count }, (_, k) => sigma[k] ?? 0)
  const values = kept.map((value) => log(Math.max(value, floor)))
  return {
    values,
    shape: values.map((value) => value - values[0]!),
    floored: kept.filter((value) => value <= floor).length
  }
}
