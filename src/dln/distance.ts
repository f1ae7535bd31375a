// Distances between two states of one network, GD's and that of one SGD run: in parameter space, layer by layer, and
// in function space (protocol §1.3). Means over runs are taken of these numbers, run by run.
import * as Matrix from "../linalg/Matrix.ts"
import { mean } from "../stats/mean.ts"
import * as Network from "./Network.ts"

export interface Distance {
  /** ‖A − B‖_F. */
  readonly distance: number
  /** ‖A‖_F, of the first, GD's: the scale to read the distance by. */
  readonly norm: number
  /** distance/norm; null where the norm is 0. */
  readonly relative: number | null
  /** ⟨A, B⟩/(‖A‖‖B‖) in [−1, 1]; null where either is 0. */
  readonly cosine: number | null
}

/** Of end-to-end matrices, d_L × d_0, it is the distance in function space. */
export const distance = (a: Matrix.Matrix, b: Matrix.Matrix): Distance => {
  const far = Matrix.frobenius(Matrix.subtract(a, b))
  const norm = Matrix.frobenius(a)
  const other = Matrix.frobenius(b)
  return {
    distance: far,
    norm,
    relative: norm === 0 ? null : far / norm,
    cosine: norm === 0 || other === 0
      ? null
      : Math.max(-1, Math.min(1, Matrix.dot(Matrix.scale(a, 1 / norm), Matrix.scale(b, 1 / other))))
  }
}

/** ‖θ − θ'‖_2 and the rest, of flat weights. */
export const parameterDistance = (theta: Float64Array, other: Float64Array): Distance =>
  distance(Matrix.make(1, theta.length, theta), Matrix.make(1, other.length, other))

/** The same for every W_l, W_1 first: `relative` is the protocol's d_l. */
export const layerDistances = (
  widths: ReadonlyArray<number>,
  theta: Float64Array,
  other: Float64Array
): ReadonlyArray<Distance> => {
  const layers = Network.layers(widths, other)
  return Network.layers(widths, theta).map((layer, index) => distance(layer, layers[index]!))
}

/** d = (1/L) Σ_l d_l; null where a layer of the first state is zero. */
export const meanLayerDistance = (layers: ReadonlyArray<Distance>): number | null => {
  const relative = layers.flatMap((layer) => layer.relative ?? [])
  return relative.length < layers.length ? null : mean(relative)
}

/** ‖W − W'‖_F and the rest, of the end-to-end matrices W_L … W_1. */
export const functionDistance = (widths: ReadonlyArray<number>, theta: Float64Array, other: Float64Array): Distance =>
  distance(Network.endToEnd(widths, theta), Network.endToEnd(widths, other))
