/** A chain as segments: more steps continue it, and what was sampled stays sampled. */
import type * as Schema from "effect/Schema"
import * as Grid from "../../engine/Grid.ts"
import type { Node } from "../../engine/Node.ts"
import type { Held } from "../../engine/Stage.ts"
import type { NotWhitened, Problem } from "../training/Problem.ts"
import type { settings } from "./Chain.ts"
import { ChainSegment } from "./ChainSegment.ts"
import { ChainStart } from "./ChainStart.ts"
import type { LandscapeRow } from "./landscapeOf.ts"

export const sampleChain = ({ widths, modes, scale, steps, segment, landscape, data, ...options }: Schema.Struct<typeof settings>["Type"] & {
  readonly widths: ReadonlyArray<number>
  readonly modes: ReadonlyArray<number>
  /** Of the Gaussian start. */
  readonly scale: number
  /** A multiple of `segment`. */
  readonly steps: number
  readonly segment: number
  readonly landscape: Node<Held<typeof LandscapeRow>, NotWhitened>
  /** Where minibatches are drawn from; not read where there are none. */
  readonly data: Node<Held<typeof Problem.output.data>, NotWhitened>
}) => {
  const { seed, chain, batch } = options
  const first = { snapshots: [], state: ChainStart({ widths, modes, scale, seed, chain, landscape }) }
  const parts = Array.from({ length: steps / segment }).reduce<ReadonlyArray<Part>>((done) => [
    ...done,
    ChainSegment({
      widths, modes, ...options, steps: segment, landscape, data: batch === null ? [] : [data], state: (done.at(-1) ?? first).state
    })
  ], [])
  return { snapshots: Grid.concat(parts.map(({ snapshots }) => snapshots)), end: parts.at(-1)!.state }
}

type Part = ReturnType<typeof ChainSegment>
