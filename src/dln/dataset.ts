// The data that a teacher labels: y = M x + σ ξ with ξ ~ N(0, I), inputs x ~ N(0, Σ_x) or whitened exactly.
import { exp, log } from "../linalg/elementary.ts"
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import { qr } from "../linalg/qr.ts"
import * as Random from "../linalg/Random.ts"
import { haar } from "./haar.ts"
import { squareRoot } from "./squareRoot.ts"
import type { Teacher } from "./Teacher.ts"

/**
 * Σ_x is `isotropic`: I; `aligned`: its eigenvectors are the teacher's v_1, v_2, …, largest eigenvalue first, then any
 * others; `rotated`: its eigenvectors are Haar, so that Σ_x and MᵀM do not commute and the theory's assumption fails.
 */
export const covariances = ["isotropic", "aligned", "rotated"] as const
export type Covariance = (typeof covariances)[number]

export interface Dataset {
  /** Inputs, a row for each example: n × d_0. */
  readonly x: Matrix.Matrix
  /** Labels: n × d_L. */
  readonly y: Matrix.Matrix
}

export interface Options {
  readonly teacher: Teacher
  /** n. */
  readonly samples: number
  /** σ ≥ 0, the standard deviation of the label noise. */
  readonly noise: number
  readonly covariance: Covariance
  /** λ_max/λ_min ≥ 1 of Σ_x, whose eigenvalues are geometric with mean 1; not read where Σ_x is isotropic. */
  readonly condition: number
  /** `exact` replaces X by X Σ̂^(−1/2), Σ̂ = XᵀX/n (uncentred), before it is labelled: Σ_xx = I to round-off. */
  readonly whiten: "exact" | "none"
  readonly stream: Random.Stream
}

/** Exact whitening of inputs that do not span their space. */
export class CannotWhiten extends Error {
  override readonly name = "CannotWhiten"
  readonly samples: number
  readonly inputs: number
  /** The dimension that the inputs span to working precision. */
  readonly rank: number

  constructor(samples: number, inputs: number, rank: number) {
    super(
      `Cannot whiten ${samples} samples of ${inputs} inputs exactly: they span ${rank} dimensions only. ` +
        (samples < inputs ? `Take n ≥ ${inputs} samples` : "Lower the condition number of the inputs") +
        `, or set whiten to "none".`
    )
    this.samples = samples
    this.inputs = inputs
    this.rank = rank
  }
}

/**
 * Draws the data. Before whitening, the first n rows of a larger data set from one stream are those of a smaller one.
 * Throws CannotWhiten where exact whitening is asked of n < d_0 samples, or of inputs that are singular numerically.
 */
export const dataset = (options: Options): Dataset => {
  const { teacher, samples, noise, stream } = options
  const [outputs, inputs] = [teacher.M.rows, teacher.M.columns]
  // The first d_0² normals belong to the eigenvectors of Σ_x; then come d_0 + d_L of them for each example.
  const width = inputs + outputs
  const draws = Matrix.make(samples, width, Random.normals(stream, inputs * inputs, samples * width))
  const drawn = Kernel.multiply(Matrix.columns(draws, 0, inputs), covarianceFactor(options))
  const x = options.whiten === "exact" ? whitened(drawn) : drawn
  const clean = Kernel.multiply(x, Matrix.transpose(teacher.M))
  return { x, y: Matrix.add(clean, Matrix.scale(Matrix.columns(draws, inputs, width), noise)) }
}

/** F with FᵀF = Σ_x: diag(√λ) Eᵀ, d_0 × d_0. */
const covarianceFactor = ({ teacher, covariance, condition, stream }: Options): Matrix.Matrix => {
  const d = teacher.M.columns
  if (covariance === "isotropic") return Matrix.identity(d)
  if (!(condition >= 1 && condition < Infinity)) {
    throw new Error(`The condition number of the inputs must be ≥ 1 and finite, got ${condition}`)
  }
  const eigenvectors = covariance === "rotated" ? haar(d, d, stream) : completed(teacher.V, stream)
  const geometric = Float64Array.from({ length: d }, (_, k) => d === 1 ? 1 : exp(-log(condition) * (k / (d - 1))))
  const mean = geometric.reduce((sum, value) => sum + value, 0) / d
  const deviations = geometric.map((value) => Math.sqrt(value / mean))
  return Matrix.multiply(Matrix.diagonal(deviations), Matrix.transpose(eigenvectors))
}

/** V and d − r more columns, an orthonormal basis: a QR with R_ii > 0 leaves columns that are orthonormal already. */
const completed = (V: Matrix.Matrix, stream: Random.Stream): Matrix.Matrix => {
  const [d, r] = [V.rows, V.columns]
  const others = Random.normals(stream, 0, d * (d - r))
  const basis = Matrix.make(d, d)
  for (let row = 0; row < d; row++) {
    basis.data.set(Matrix.row(V, row), row * d)
    basis.data.set(others.subarray(row * (d - r), (row + 1) * (d - r)), row * d + r)
  }
  return qr(basis).Q
}

/** X Σ̂^(−1/2), done twice: the first time leaves an error of round-off times the condition of Σ̂. */
const whitened = (x: Matrix.Matrix): Matrix.Matrix => {
  let white = x
  for (let pass = 0; pass < 2; pass++) {
    const { inverseRoot, rank } = squareRoot(Matrix.scale(Kernel.multiplyTransposed(white, white), 1 / x.rows))
    if (rank < x.columns) throw new CannotWhiten(x.rows, x.columns, rank)
    white = Kernel.multiply(white, inverseRoot)
  }
  return white
}
