// The teacher M = U diag(s) Vᵀ that a network learns: U and V Haar, the singular values s chosen.
import * as Matrix from "../linalg/Matrix.ts"
import type * as Random from "../linalg/Random.ts"
import { haar } from "./haar.ts"

/**
 * deficient: fewer singular values than min(d_out, d_in), all distinct; the rank is not full.
 * full: min(d_out, d_in) distinct singular values; every mode has its own time.
 * degenerate: some singular values repeat; inside such a block only subspaces are defined, never vectors.
 */
export const kinds = ["deficient", "full", "degenerate"] as const
export type Kind = (typeof kinds)[number]

export interface Teacher {
  /** Left singular vectors: d_L × r. */
  readonly U: Matrix.Matrix
  /** s_1 ≥ … ≥ s_r > 0. */
  readonly s: Float64Array
  /** Right singular vectors: d_0 × r. */
  readonly V: Matrix.Matrix
  /** U diag(s) Vᵀ: d_L × d_0. */
  readonly M: Matrix.Matrix
}

export interface Options {
  /** s_1 ≥ … ≥ s_r > 0, r ≤ min(d_L, d_0). */
  readonly singularValues: ReadonlyArray<number>
  /** d_L. */
  readonly outputs: number
  /** d_0. */
  readonly inputs: number
  readonly stream: Random.Stream
}

/** A random teacher with these singular values. Refuses, with a plain Error, what `checkSpectrum` finds wrong. */
export const make = ({ singularValues, outputs, inputs, stream }: Options): Teacher => {
  const problem = checkSpectrum(singularValues, Math.min(outputs, inputs))
  if (problem !== undefined) throw new Error(problem)
  const s = Float64Array.from(singularValues)
  const U = haar(outputs, s.length, stream)
  const V = haar(inputs, s.length, stream, outputs * s.length)
  return { U, s, V, M: Matrix.multiply(Matrix.multiply(U, Matrix.diagonal(s)), Matrix.transpose(V)) }
}

/** What is wrong with the singular values of a teacher of any kind, as a sentence; `smallest` is min(d_L, d_0). */
export const checkSpectrum = (s: ReadonlyArray<number>, smallest: number): string | undefined => {
  const list = `[${s.join(", ")}]`
  if (s.length === 0) return "A teacher needs at least one singular value"
  if (s.length > smallest) {
    return `A teacher between widths whose smaller one is ${smallest} has at most ${smallest} singular values, `
      + `got ${s.length}: ${list}`
  }
  if (!s.every((value) => value > 0 && value < Infinity)) {
    return `Singular values must be positive and finite, got ${list}: leave zeros out, a shorter list is a lower rank`
  }
  return s.every((value, index) => index === 0 || value <= s[index - 1]!)
    ? undefined
    : `Singular values must come largest first, got ${list}`
}

/**
 * What is wrong with the singular values for a teacher of this kind, as a sentence; undefined where nothing is.
 * The kinds do not overlap: whatever repeats a value is degenerate, since what is said of vectors is wrong there.
 */
export const checkKind = (kind: Kind, s: ReadonlyArray<number>, smallest: number): string | undefined => {
  const problem = checkSpectrum(s, smallest)
  if (problem !== undefined) return problem
  const repeated = s.find((value, index) => value === s[index - 1])
  if (kind === "degenerate") {
    return repeated === undefined
      ? `A degenerate teacher repeats a singular value, [${s.join(", ")}] repeats none: repeat one, or call it `
        + (s.length < smallest ? "deficient" : "full")
      : undefined
  }
  if (repeated !== undefined) {
    return `A ${kind} teacher has distinct singular values, got ${repeated} more than once: `
      + "change one, or call it degenerate"
  }
  if (kind === "deficient" && s.length === smallest) {
    return `A deficient teacher has fewer than ${smallest} singular values, got ${s.length}: drop some, or call it full`
  }
  if (kind === "full" && s.length < smallest) {
    return `A full teacher has ${smallest} singular values, got ${s.length}: `
      + `add ${smallest - s.length}, or call it deficient`
  }
  return undefined
}
