/** A small calibration, and what tests of it compare with. */
import { Matrix, SVD } from "ml-matrix"
import * as Grid from "../../src/engine/Grid.ts"
import * as Calibration from "../../src/stages/calibration/Calibration.ts"

export const smallCalibration: Calibration.Settings = {
  ...Calibration.defaults,
  widths: [5, 4, 4, 6],
  spectrum: [3, 1.5],
  samples: 80,
  scale: 0.1,
  learningRate: 0.02,
  batch: 4,
  seeds: 2,
  steps: 1500,
  segment: 750,
  points: 31,
  draws: 80,
  sampleSizes: [20],
  multiples: [0.1, 1]
}
export const widths = smallCalibration.widths
const { problem, run } = Calibration.cell(smallCalibration, 1)
export const { modes } = problem
export const [gd, sgd] = [
  run(0).checkpoints,
  Grid.map(Grid.range("run", 1, smallCalibration.seeds), ({ run: index }) => run(index)).checkpoints
]
/** Singular values, largest first. */
export const valuesOf = (a: Matrix) => new SVD(a).diagonal.toSorted((x, y) => y - x)
/** Modes of which two are the teacher's. */
export const modeRows = [3, 1.5, 0.1].map((singular_value, index) => ({
  mode: index + 1,
  singular_value,
  u: Float64Array.of(1),
  v: Float64Array.of(1),
  teacher_value: index < 2 ? singular_value : null
}))
