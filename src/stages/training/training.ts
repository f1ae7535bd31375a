/** What the stages that train and those that train again have in common: their settings, and what the kernel is given. */
import * as Schema from "effect/Schema"
import type { Table } from "../../engine/Table.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import type { Training } from "../../linalg/Training.ts"
import * as Parameter from "../Parameter.ts"

/** The settings of a run, apart from how long it is. */
export const settings = {
  widths: Parameter.widths,
  learningRate: Parameter.learningRate,
  /** Where SGD takes its batches from; null for full-batch GD, which nothing here can change. */
  batches: Schema.NullOr(Schema.Struct({
    size: Parameter.batch,
    sampler: Parameter.sampler,
    /** The order of the data follows from these three. */
    seed: Parameter.seed,
    replicate: Parameter.replicate,
    run: Parameter.run
  }))
}
export type Settings = Schema.Struct<typeof settings>["Type"]

export interface Statistics {
  readonly xx: Float64Array
  readonly target: Float64Array
}

export interface Data {
  readonly samples: number
  readonly x: Float64Array
  readonly y: Float64Array
}

/** The order of a run's batches. */
export const batchStream = ({ seed, replicate, run }: NonNullable<Settings["batches"]>): Random.Stream =>
  Random.stream(seed, "batches", replicate, run)

/** A run as the kernel takes it. */
export const trainingOf = ({ widths, learningRate, batches }: Settings, statistics: Table<Statistics>, data: Table<Data>): Training => {
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  const { xx, target } = statistics.rows[0]!
  const training = {
    widths,
    learningRate,
    statistics: { xx: Matrix.make(inputs, inputs, xx), target: Matrix.make(outputs, inputs, target) }
  }
  if (batches === null) return training
  const { size, sampler } = batches
  const { samples, x, y } = data.rows[0]!
  return {
    ...training,
    batches: {
      x: Matrix.make(samples, inputs, x),
      y: Matrix.make(samples, outputs, y),
      size,
      sampler,
      stream: batchStream(batches),
      labelNoise: 0
    }
  }
}
