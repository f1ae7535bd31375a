/**
 * What names a family of saddles: the modes S that their end-to-end matrix has learnt, and the layers whose residual
 * block is zero. In tables each is a text such as "{1, 3}".
 */
import * as Schema from "effect/Schema"
import { gaussianResidual } from "../../dln/saddle/gaussianResidual.ts"
import * as Landscape from "../../dln/saddle/Landscape.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"

const whole = (minimum: number, maximum: number, description: string) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum })).annotate({ description })
const positive = (description: string) =>
  Schema.Finite.check(Schema.isGreaterThan(0)).annotate({ description })

export const kind = Schema.Literals(["population", "empirical"]).annotate({
  description: "the loss whose saddles are meant: expected on white inputs, or that of the data set"
})
export const modes = Schema.Array(whole(1, 4096, "mode m, 1 for the strongest")).annotate({
  description: "S, the modes that are learnt, counted from 1; their number is the rank r"
})
export const modeSets = Schema.Array(modes).check(Schema.isMinLength(1)).annotate({
  description: "sets S of learnt modes, each a list of modes counted from 1"
})
export const zeros = Schema.Array(whole(1, 64, "layer l")).annotate({
  description: "layers, counted from 1, whose residual block is zero"
})
export const zeroSets = Schema.Array(zeros).check(Schema.isMinLength(1)).annotate({
  description: "sets of layers, counted from 1, whose residual blocks are zero; two zero blocks satisfy every constraint"
})
export const minima = Schema.Boolean.annotate({
  description: "whether S may have as many modes as the network can carry, whose points are minima if they are the strongest"
})
export const zeroBlocks = Schema.Array(whole(2, 64, "number of zero blocks")).check(Schema.isMinLength(1), Schema.isUnique())
  .annotate({ description: "numbers of zero blocks; every set of so many layers is a family" })
export const depths = Schema.Array(whole(2, 64, "number L of layers")).check(Schema.isMinLength(1), Schema.isUnique())
  .annotate({ description: "numbers L of layers" })
export const scale = positive("scale c of the residual blocks of constructed saddles: the entries of Z_l are N(0, c²/n), n its columns")
export const gauge = Schema.NullOr(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1))).annotate({
  description: "condition number of the random gauge move of each saddle: 1 for orthogonal moves, which keep the whole "
    + "spectrum, null for none"
})
export const saddles = whole(1, 10_000_000, "saddles that are constructed of each family")
export const lanczos = whole(1, 10_000_000, "saddles of each family whose least eigenvalue Lanczos finds beside the whole Hessian")
export const saddleSegment = whole(1, 1_000_000, "saddles that are constructed together, the unit that is cached")

/** "{1, 3}". */
export const label = (members: ReadonlyArray<number>): string => `{${members.toSorted((a, b) => a - b).join(", ")}}`

/** Whether S holds the strongest modes 1, …, r. */
export const isTop = (modes: ReadonlyArray<number>): boolean =>
  modes.toSorted((a, b) => a - b).every((mode, index) => mode === index + 1)

/** The members of a label. */
export const membersOf = (label: string): ReadonlyArray<number> => (label.match(/\d+/g) ?? []).map(Number)

/** The places 0, `segment`, … below `count`, with how many lie in each. */
export const segments = (count: number, segment: number) =>
  Array.from({ length: Math.ceil(count / segment) }, (_, index) =>
    ({ from: index * segment, count: Math.min(segment, count - index * segment) }))

/** All sets of `size` of the layers 1 … L. */
export const layerSets = (depth: number, size: number): ReadonlyArray<ReadonlyArray<number>> =>
  size === 0 ? [[]] : Array.from({ length: depth }, (_, index) => index + 1)
    .flatMap((last) => layerSets(last - 1, size - 1).map((set) => [...set, last]))

/** What is known of a problem before its data are drawn. */
export interface Foreseen {
  readonly landscapes: ReadonlyArray<typeof kind.Type>
  readonly widths: ReadonlyArray<number>
  readonly singularValues: ReadonlyArray<number>
  readonly samples: number
  readonly noise: number
  readonly whiten: "exact" | "none"
}

/** Sets of modes or of layers, and the parameter that names them. */
export interface Sets {
  readonly parameter: string
  readonly sets: ReadonlyArray<ReadonlyArray<number>>
}

/** What is wrong with families of saddles, a sentence each. */
export const problems = (foreseen: Foreseen, modes: Sets, zeros?: Sets, minima = false): ReadonlyArray<string> => {
  const { landscapes, widths } = foreseen
  const said = new Set<string>()
  const each = ({ parameter, sets }: Sets, act: (set: ReadonlyArray<number>) => unknown): void => {
    const labels = sets.map(label)
    const twice = labels.find((one, index) => labels.indexOf(one) !== index)
    if (twice !== undefined) said.add(`${parameter}: The set ${twice} is asked for twice: name each set once`)
    for (const set of sets) {
      try {
        act(set)
      } catch (error) {
        said.add(`${parameter}: ${(error as Error).message}`)
      }
    }
  }
  for (const kind of landscapes) {
    const landscape = diagonal(widths, spectrum(foreseen, kind))
    each(modes, (modes) => NormalForm.make({ landscape, widths, modes, minima }))
    if (zeros === undefined) continue
    const form = { landscape, widths, modes: [], minima: true }
    each(zeros, (zeros) => gaussianResidual(NormalForm.make(form), { stream: Random.stream("any"), zeros }))
  }
  return [...said]
}

/** The singular values as they will be, or as many distinct ones: noise and inputs that are not white part equal ones. */
const spectrum = (
  { widths, singularValues, samples, noise, whiten }: Foreseen, landscape: typeof kind.Type
): ReadonlyArray<number> => {
  if (landscape === "population" || (noise === 0 && whiten === "exact")) return singularValues
  const count = noise === 0 ? singularValues.length : Math.min(widths[0]!, widths.at(-1)!, samples)
  return Array.from({ length: count }, (_, index) => count - index)
}

/** The expected loss of a teacher whose singular vectors are unit vectors. */
const diagonal = (widths: ReadonlyArray<number>, values: ReadonlyArray<number>): Landscape.Landscape => {
  const [inputs, outputs, s] = [widths[0]!, widths.at(-1)!, Float64Array.from(values)]
  const units = (rows: number) => Matrix.columns(Matrix.identity(rows), 0, s.length)
  return Landscape.population({ U: units(outputs), s, V: units(inputs), M: Matrix.diagonal(s, outputs, inputs) })
}
