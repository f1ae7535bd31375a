// A training problem for the benches, as a file of float64 that contestants in any language read.

import { writeFileSync } from "node:fs"
import { statistics } from "../src/dln/statistics.ts"
import * as Teacher from "../src/dln/Teacher.ts"
import * as Matrix from "../src/linalg/Matrix.ts"
import * as Random from "../src/linalg/Random.ts"

export interface Shape {
  readonly d: number
  readonly depth: number
  readonly samples: number
}

/** Writes Σ_xx, A, the weights W_1, …, W_L, x and y, row-major, of a square network; a full teacher with label noise 0.1. */
export const writeProblem = (file: string, { d, depth, samples }: Shape): void => {
  const of = (name: string) => Random.stream(1, "bench", name, d)
  const gaussian = (name: string, rows: number): Matrix.Matrix =>
    Matrix.make(rows, d, Random.normals(of(name), 0, rows * d))
  const singularValues = Array.from({ length: d }, (_, k) => 2 - k / d)
  const teacher = Teacher.make({ singularValues, outputs: d, inputs: d, stream: of("teacher") })
  const x = gaussian("x", samples)
  const noise = Matrix.scale(gaussian("noise", samples), 0.1)
  const y = Matrix.add(Matrix.multiply(x, Matrix.transpose(teacher.M)), noise)
  const { xx, target } = statistics({ x, y })
  const weights = Matrix.scale(gaussian("start", depth * d), 0.5 / Math.sqrt(d))
  const parts = [xx, target, weights, x, y].flatMap(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  writeFileSync(file, Buffer.concat(parts))
}
