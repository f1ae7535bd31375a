// Landscapes and saddles for the tests: teachers of any spectrum, samples with correlated inputs, all sets of layers.
import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix"
import { dataset } from "../../../src/dln/dataset.ts"
import { gaussianResidual } from "../../../src/dln/saddle/gaussianResidual.ts"
import * as Landscape from "../../../src/dln/saddle/Landscape.ts"
import * as NormalForm from "../../../src/dln/saddle/NormalForm.ts"
import { statistics } from "../../../src/dln/statistics.ts"
import * as Teacher from "../../../src/dln/Teacher.ts"
import * as Kernel from "../../../src/linalg/Kernel.ts"
import type { Matrix } from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"

export const teacher = (widths: ReadonlyArray<number>, singularValues: ReadonlyArray<number>): Teacher.Teacher =>
  Teacher.make({
    singularValues,
    inputs: widths[0]!,
    outputs: widths.at(-1)!,
    stream: Random.stream("teacher", ...widths)
  })

export const population = (widths: ReadonlyArray<number>, singularValues: ReadonlyArray<number>): Landscape.Landscape =>
  Landscape.population(teacher(widths, singularValues))

/** A sample with inputs of condition 5, rotated against the teacher, and label noise: Σ_xx is not I. */
export const sample = (
  widths: ReadonlyArray<number>, singularValues: ReadonlyArray<number>, noise = 0.3, samples = 60
) =>
  dataset({
    teacher: teacher(widths, singularValues),
    samples,
    noise,
    covariance: "rotated",
    condition: 5,
    whiten: "none",
    stream: Random.stream("data", ...widths)
  })

export const empirical = (
  widths: ReadonlyArray<number>, singularValues: ReadonlyArray<number>, noise = 0.3, samples = 60
): Landscape.Landscape => Landscape.empirical(statistics(sample(widths, singularValues, noise, samples)))

/** All sets of `count` of the layers 1 … L. */
export const layerSets = (depth: number, count: number): ReadonlyArray<ReadonlyArray<number>> =>
  count === 0 ? [[]] : Array.from({ length: depth }, (_, index) => index + 1)
    .flatMap((last) => layerSets(last - 1, count - 1).map((set) => [...set, last]))

/** A point of the normal form with these zero blocks, the others Gaussian. */
export const point = (
  landscape: Landscape.Landscape,
  widths: ReadonlyArray<number>,
  modes: ReadonlyArray<number>,
  zeros: ReadonlyArray<number>,
  label: number | string = 0
) => {
  const form = NormalForm.make({ landscape, widths, modes })
  const z = gaussianResidual(form, { stream: Random.stream("residual", label, ...zeros), zeros })
  return { form, z, weights: NormalForm.assemble(form, z) }
}

/** Eigenvalues by ml-matrix, ascending. */
export const eigenvaluesOf = ({ rows, columns, data }: Matrix): ReadonlyArray<number> =>
  new EigenvalueDecomposition(Dense.from1DArray(rows, columns, Array.from(data)), { assumeSymmetric: true })
    .realEigenvalues.toSorted((a, b) => a - b)

/** The Hessian column by column, of Hessian-vector products. */
export const hessianByProducts = (
  landscape: Landscape.Landscape, widths: ReadonlyArray<number>, weights: Float64Array
): Matrix => {
  const n = weights.length
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n)
    unit[i] = 1
    data.set(Kernel.hessianVectorProduct(widths, weights, landscape, unit), i * n)
  }
  return { rows: n, columns: n, data }
}
