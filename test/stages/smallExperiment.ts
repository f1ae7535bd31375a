/** A small experiment of the protocol, and stages run on rows that a test writes down. */
import * as Effect from "effect/Effect"
import type { Matrix as Other } from "ml-matrix"
import { Matrix } from "ml-matrix"
import * as Column from "../../src/engine/Column.ts"
import type { Definition } from "../../src/engine/Stage.ts"
import * as Table from "../../src/engine/Table.ts"
import * as Protocol from "../../src/stages/Protocol.ts"

const each = <A>(saddle: A, others: A) => ({ "saddle-to-saddle": saddle, intermediate: others, ntk: others })

/** Runs of milliseconds that learn their teacher. */
export const small: Protocol.Settings = {
  ...Protocol.defaults,
  widths: [4, 6, 5, 4],
  samples: 60,
  seeds: 3,
  batch: 5,
  spectra: { deficient: [3, 1.5], full: [3, 2, 1.2, 0.7], degenerate: [2, 2, 1, 1] },
  learningRates: each(0.05, 0.03),
  steps: each(400, 120),
  segments: each(200, 60),
  exponents: { "saddle-to-saddle": 3.5, intermediate: 1, ntk: 2 / 3 },
  points: 9,
  window: 1,
  windowPoints: 2
}

export const widths = small.widths

/** The layers of a network from its rows at a checkpoint, as matrices of another library. */
export const layersOf = (
  rows: ReadonlyArray<{ readonly layer: number; readonly rows: number; readonly columns: number; readonly weights: Float64Array | null }>
): ReadonlyArray<Other> =>
  rows.toSorted((a, b) => a.layer - b.layer).map(({ rows, columns, weights }) => Matrix.from1DArray(rows, columns, weights!))

/** W_j … W_i. */
export const product = (layers: ReadonlyArray<Other>, i = 1, j = layers.length): Other =>
  layers.slice(i, j).reduce((whole, layer) => layer.mmul(whole), layers[i - 1]!)

/** What a stage makes of these rows. */
export const made = (
  { definition }: { readonly definition: Definition },
  params: Readonly<Record<string, unknown>>,
  rows: Readonly<Record<string, ReadonlyArray<object>>>
): any =>
  Effect.runSync(definition.run(params, Object.fromEntries(Object.entries(rows).map(([name, given]) => {
    const types = Column.typesOf(definition.inputs[name] as never)
    // A stage sees the columns that it declares.
    return [name, Table.make<any>(types, given.map((row) => Object.fromEntries(types.map(({ name }) => [name, row[name as never]]))))]
  }))))

/** Where a checkpoint lies, for rows that do not care. */
export const moment = { step: 1, time: 0.1, alignment: "time", order: 0, drop: null, offset: null, excess: 1 } as const
