/** The stages of a small experiment, and one that ends in every way there is: what the engine's tests build. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../src/engine/Stage.ts"

/** `count` whole numbers that follow from the seed. */
export const Numbers = Stage.make(import.meta.url, "numbers", {
  params: { seed: Schema.Int, count: Schema.Int.pipe(Schema.withConstructorDefault(Effect.succeed(3))) },
  inputs: {},
  outputs: Schema.Struct({ index: Schema.Int, value: Schema.Int }),
  run: ({ count, seed }) => Effect.succeed(Array.from({ length: count }, (_, index) => ({ index, value: seed * 10 + index })))
})

/** Negative numbers cannot be halved here: a failure with a field. */
export class Negative extends Schema.TaggedError<Negative>()("Negative", { value: Schema.Int }) {
  override get message() {
    return `${this.value} is negative; give a seed from 0 on`
  }
}

/** Halves, rounded down: two seeds may give the same. The remainders are an output of their own. */
export const Halves = Stage.make(import.meta.url, "halves", {
  params: { by: Schema.Int.pipe(Schema.withConstructorDefault(Effect.succeed(2))) },
  inputs: { numbers: Numbers.output },
  outputs: { whole: Schema.Struct({ index: Schema.Int, value: Schema.Int }), rest: Schema.Struct({ value: Schema.Int }) },
  errors: [Negative],
  run: Effect.fn(function*({ by }, { numbers }) {
    const negative = numbers.rows.find(({ value }) => value < 0)
    if (negative !== undefined) return yield* new Negative({ value: negative.value })
    return {
      whole: numbers.rows.map(({ index, value }) => ({ index, value: Math.floor(value / by) })),
      rest: numbers.rows.map(({ value }) => ({ value: value % by }))
    }
  })
})

/** The sum of a column of values, and how many there are. */
export const Sum = Stage.make(import.meta.url, "sum", {
  params: {},
  inputs: { of: Schema.Struct({ value: Schema.Int }) },
  outputs: Schema.Struct({ total: Schema.Int, rows: Schema.Int }),
  run: (_, { of }) => Effect.succeed([{ total: of.rows.reduce((sum, { value }) => sum + value, 0), rows: of.length }])
})

/** The totals as text, in the order in which they are given. */
export const Page = Stage.make(import.meta.url, "page", {
  params: { title: Schema.String },
  inputs: { sums: Stage.many(Sum.output) },
  outputs: Stage.Bytes,
  run: ({ title }, { sums }) => Effect.succeed(new TextEncoder().encode(`${title}: ${sums.map((sum) => sum.column("total").join()).join(" ")}`))
})

export const ends = ["well", "declared", "undeclared", "throw", "interrupt", "missing column", "no table", "exit", "late throw", "memory", "wait"] as const

const forEver = (file: string) => Effect.sync((): never => {
  for (let beat = 0;; beat++) writeFileSync(file, `${beat}`)
})

/** Computes without a pause and without an end, and says so in a file. */
export const Endless = Stage.make(import.meta.url, "endless", {
  params: { file: Schema.String },
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  run: ({ file }) => forEver(file)
})

/** Ends in the way that it is told. */
export const End = Stage.make(import.meta.url, "end", {
  params: { how: Schema.Literals(ends), run: Schema.Int.pipe(Schema.withConstructorDefault(Effect.succeed(0))) },
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  errors: [Negative],
  run: ({ how, run }): Effect.Effect<any, Negative> => {
    switch (how) {
      case "well":
        return Effect.succeed([{ value: run }])
      case "declared":
        return Effect.fail(new Negative({ value: -7 }))
      case "undeclared":
        return Effect.fail(new RangeError("out of range") as never)
      case "throw":
        throw new TypeError("a is not a function")
      case "interrupt":
        return Effect.interrupt
      case "missing column":
        return Effect.succeed([{ valeu: 1 }])
      case "no table":
        return Effect.void
      case "exit":
        return Effect.sync(() => process.exit(3))
      case "late throw":
        return Effect.callback(() => void setTimeout(() => { throw new Error("too late") }, 1))
      case "memory":
        return Effect.sync(() => {
          const hoard: Array<Array<number>> = []
          for (;;) hoard.push(Array.from({ length: 1e5 }, (_, index) => index + hoard.length + 0.5))
        })
      case "wait":
        return Effect.never
    }
  }
})

/** Ends only when somebody stops it; it says each time that it begins. */
export const Stuck = Stage.make(import.meta.url, "stuck", {
  params: { file: Schema.String },
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  timeout: "100 millis",
  retry: { times: 1 },
  run: ({ file }) => Effect.suspend(() => {
    appendFileSync(file, "begun\n")
    return Effect.never
  })
})

/** Computes for ever, where nothing but the end of its thread stops it. */
export const Spinning = Stage.make(import.meta.url, "spinning", {
  params: { file: Schema.String },
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  timeout: "500 millis",
  run: ({ file }) => forEver(file)
})

/** Fails as often as its parameter says, then ends well: how often it was tried is in a file. */
export const Fickle = Stage.make(import.meta.url, "fickle", {
  params: { file: Schema.String, fails: Schema.Int, how: Schema.Literals(["declared", "throw", "exit"]) },
  inputs: {},
  outputs: Schema.Struct({ tries: Schema.Int }),
  errors: [Negative],
  retry: { times: 2 },
  run: Effect.fn(function*({ fails, file, how }) {
    appendFileSync(file, "tried\n")
    const tries = readFileSync(file, "utf8").split("\n").length - 1
    if (tries > fails) return [{ tries }]
    if (how === "declared") return yield* new Negative({ value: -tries })
    if (how === "throw") throw new RangeError(`try ${tries}`)
    return process.exit(tries)
  })
})

/** How many of these calls went on at once, counted in processors. */
export const busy = { now: 0, most: 0 }

const working = (cpu: number) => Effect.acquireUseRelease(
  Effect.sync(() => busy.most = Math.max(busy.most, busy.now += cpu)),
  () => Effect.as(Effect.sleep(5), [{ value: cpu }]),
  () => Effect.sync(() => busy.now -= cpu)
)

export const Narrow = Stage.make(import.meta.url, "narrow", {
  params: { run: Schema.Int }, inputs: {}, outputs: Schema.Struct({ value: Schema.Int }), run: () => working(1)
})
export const Broad = Stage.make(import.meta.url, "broad", {
  params: { run: Schema.Int }, inputs: {}, outputs: Schema.Struct({ value: Schema.Int }), cpu: 2, run: () => working(2)
})
