/** A run of training as a chain of segments: more steps continue it, and what was trained stays trained. */
import * as Grid from "../../engine/Grid.ts"
import type { Node } from "../../engine/Node.ts"
import type { Held } from "../../engine/Stage.ts"
import type { Align } from "./Align.ts"
import { Checkpoints } from "./Checkpoints.ts"
import type { Diverged } from "./Diverged.ts"
import type { State } from "./GaussianStart.ts"
import type { NotWhitened, Problem } from "./Problem.ts"
import { Segment } from "./Segment.ts"
import type { Settings } from "./training.ts"

type Made<S> = Node<Held<S>, Diverged | NotWhitened>

export interface Run {
  /** The loss at steps 0, lossEvery, …, and at the end of each segment. */
  readonly curve: Made<typeof Segment.output.curve>
  /** The weights before the first segment, after it, …, after the last. */
  readonly states: ReadonlyArray<Made<typeof State>>
  readonly end: Made<typeof State>
  /** The weights at checkpoints: only the segments that hold one are trained again. */
  readonly at: (checkpoints: Made<typeof Align.output.checkpoints>) => Made<typeof Checkpoints.output>
}

export const train = ({ statistics, data, start, steps, segment, lossEvery, ...settings }: Settings & {
  readonly statistics: Made<typeof Problem.output.statistics>
  readonly data: Made<typeof Problem.output.data>
  readonly start: Made<typeof State>
  /** A multiple of `segment`. */
  readonly steps: number
  readonly segment: number
  readonly lossEvery: number
}): Run => {
  const beginnings = Array.from({ length: steps / segment }, (_, index) => index * segment)
  const states = [start]
  const curves = beginnings.map((from) => {
    const { curve, state } = Segment({ ...settings, from, steps: segment, lossEvery, statistics, data, state: states.at(-1)! })
    states.push(state)
    return curve
  })
  return {
    curve: Grid.concat(curves),
    states,
    end: states.at(-1)!,
    at: (checkpoints) =>
      Grid.concat(beginnings.map((from, index) =>
        Checkpoints({ ...settings, from, steps: segment, statistics, data, state: states[index]!, checkpoints })))
  }
}
