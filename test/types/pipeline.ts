/** What must and must not compile: types flow from parameters to columns to grids. Checked by tsc, never run. */
// @effect-diagnostics floatingEffect:off missingEffectError:off
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Column from "../../src/engine/Column.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Node } from "../../src/engine/Node.ts"
import * as Stage from "../../src/engine/Stage.ts"
import type { Table } from "../../src/engine/Table.ts"

class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { step: Schema.Int }) {}

const Teacher = Stage.make(import.meta.url, "type-teacher", {
  params: { rank: Schema.Int, kind: Schema.Literals(["full", "deficient"]) },
  inputs: {},
  outputs: Schema.Struct({ row: Schema.Int, value: Schema.Finite }),
  run: ({ rank }) => Effect.succeed([{ row: rank, value: 1 }])
})

const Train = Stage.make(import.meta.url, "type-train", {
  params: { rate: Schema.Finite, batch: Schema.Int.pipe(Schema.withConstructorDefault(Effect.succeed(8))) },
  inputs: { teacher: Teacher.output },
  outputs: { curve: Schema.Struct({ step: Schema.Int, loss: Schema.NullOr(Schema.Finite) }), state: Schema.Struct({ weights: Column.Vector }) },
  errors: [Diverged],
  run: Effect.fn(function*({ rate }, { teacher }) {
    if (teacher.column("value")[0] === 0) return yield* new Diverged({ step: 1 })
    return { curve: [{ step: 1, loss: rate }], state: { weights: [new Float64Array(2)] } }
  })
})

const Draw = Stage.make(import.meta.url, "type-draw", {
  params: {},
  inputs: { curves: Stage.many(Train.output.curve) },
  outputs: Stage.Bytes,
  run: (_, { curves }) => Effect.succeed(new Uint8Array(curves[0]!.column("step").length))
})

const teacher = Teacher({ rank: 2, kind: "full" })
// @ts-expect-error a kind is one of a closed set
Teacher({ rank: 2, kind: "ful" })
// @ts-expect-error a parameter is missing
Teacher({ kind: "full" })
// @ts-expect-error there is no such parameter
Teacher({ rank: 2, kind: "full", widht: 3 })

const { curve, state } = Train({ rate: 0.1, teacher })
// @ts-expect-error the teacher is missing
Train({ rate: 0.1 })
// @ts-expect-error a state is not a teacher
Train({ rate: 0.1, teacher: state })
const bytes: Node<Uint8Array, Diverged> = Draw({ curves: [curve] })
// @ts-expect-error bytes are not a curve
Draw({ curves: [bytes] })
// @ts-expect-error the failure of the training is in the type
const safe: Node<Uint8Array> = Draw({ curves: [curve] })

const over = Grid.map(Grid.cross({ rank: [1, 2], kind: ["full", "deficient"] }), ({ kind, rank }) =>
  Train({ rate: 0.1, teacher: Teacher({ rank, kind }) }))
const gathered: Node<Table<{ rank: 1 | 2; kind: "full" | "deficient"; step: number; loss: number | null }>, Diverged> = over.curve
const seeds = Grid.map(Grid.range("run", 1, 4), () => over.curve)
const nested: Node<Table<{ run: number; kind: "full" | "deficient"; step: number }>, Diverged> = seeds
// @ts-expect-error there is no such column
const wrong: Node<Table<{ stp: number }>, Diverged> = seeds
// @ts-expect-error the axis "step" is a column of the curve
const clash: Node<Table<{ step: number }>, Diverged> = Grid.map(Grid.range("step", 1, 2), () => curve)
void [bytes, safe, gathered, nested, wrong, clash]
