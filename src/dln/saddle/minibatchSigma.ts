// Estimates of the empirical σ = (1/n) Σ_k x_k (U_Qᵀ y_k)ᵀ from a few examples.
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import { product } from "../../linalg/reference/product.ts"
import type { Dataset } from "../dataset.ts"
import type { NormalForm } from "./NormalForm.ts"

/** The mean of σ_k over the `size` rows, drawn with replacement, that belong to `draw`; independent between draws. */
export const minibatchSigma = (
  { UQ, sigma }: NormalForm, { x, y }: Dataset, size: number, stream: Random.Stream
): ((draw: number, out: Matrix.Matrix) => void) => {
  if (!(Number.isInteger(size) && size >= 1)) throw new Error(`A minibatch has 1, 2, 3, … examples, not ${size}.`)
  if (x.rows !== y.rows || x.columns !== sigma.rows || y.columns !== UQ.rows) {
    const given = `${x.rows} × ${x.columns} and ${y.rows} × ${y.columns}`
    throw new Error(`The data are n × ${sigma.rows} and n × ${UQ.rows}, with one n, not ${given}.`)
  }
  const labels = Matrix.multiply(y, UQ)
  const inputs = new Float64Array(size * sigma.rows)
  const outputs = new Float64Array(size * sigma.columns)
  return (draw, out) => {
    const rows = Random.integers(stream, draw * size, size, x.rows)
    rows.forEach((row, k) => {
      inputs.set(x.data.subarray(row * sigma.rows, (row + 1) * sigma.rows), k * sigma.rows)
      outputs.set(labels.data.subarray(row * sigma.columns, (row + 1) * sigma.columns), k * sigma.columns)
    })
    product(sigma.rows, sigma.columns, size, inputs, 1, sigma.rows, outputs, sigma.columns, 1, out.data)
    for (let i = 0; i < out.data.length; i++) out.data[i]! /= size
  }
}
