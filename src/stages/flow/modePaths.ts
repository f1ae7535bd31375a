/** Paths of the modewise equation of SGD, of every mode of a network that starts aligned. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { strengthsOf } from "../../dln/modeRun.ts"
import type { Table } from "../../engine/Table.ts"
import { power } from "../../linalg/elementary.ts"
import * as Random from "../../linalg/Random.ts"
import { eulerMaruyama } from "../../sde/eulerMaruyama.ts"
import * as ModeSde from "../../sde/ModeSde.ts"
import { State } from "../training/GaussianStart.ts"
import { ModeNoise } from "./ModeNoise.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { signalOf } from "../signal.ts"

export const pathParams = {
  widths: Parameter.widths,
  /** T = η/B; 0 gives the flow. */
  temperature: Parameter.temperature,
  /** h, the step in time of the Euler–Maruyama method: much less than T. */
  step: Parameter.timeStep,
  steps: Parameter.steps,
  every: Parameter.every,
  runs: Parameter.seeds,
  seed: Parameter.seed,
  replicate: Parameter.replicate
}

export const pathInputs = { modes: Problem.output.modes, noise: ModeNoise.output, start: State }

type Settings = Schema.Struct<typeof pathParams>["Type"]
interface Given {
  readonly modes: Table<typeof Problem.output.modes.Type>
  readonly noise: Table<typeof ModeNoise.output.Type>
  readonly start: Table<typeof State.Type>
}

/** A path of the equation left the numbers: its steps are too long. */
export class PathDiverged extends Schema.TaggedError<PathDiverged>()("PathDiverged", {
  teacher: Schema.Finite,
  path: Schema.Int,
  temperature: Schema.Finite,
  timeStep: Schema.Finite
}) {
  override get message() {
    return `path ${this.path} of the equation for s = ${this.teacher} diverged at T = ${this.temperature}, ` +
      `in steps of ${this.timeStep}: lower the learning rate, or sdeStep`
  }
}

/** Each mode and path with its times, and its strengths w at them. */
export const modePaths = (settings: Settings, { modes, noise, start }: Given) => {
  const { widths, temperature, step, steps, every, runs, seed, replicate } = settings
  const depth = widths.length - 1
  const strengths = strengthsOf(widths, signalOf(modes, widths.at(-1)!, widths[0]!), start.rows[0]!.weights)
  return Effect.forEach(
    noise.rows.flatMap((one, a) => Array.from({ length: runs }, (_, index) => ({ ...one, a, index }))),
    ({ mode, teacher, seen, a, index, ...coefficients }) => {
      const equation = ModeSde.ofLayer({ depth, teacher: seen, temperature, noise: coefficients })
      const layer = power(Math.max(0, strengths[a]!), 1 / depth)
      const stream = Random.stream(seed, "sde", replicate, depth, teacher, temperature, index + 1)
      const path = eulerMaruyama(equation, { start: layer, step, steps, every, stream })
      const found = {
        run: index + 1,
        mode,
        teacher,
        seen,
        times: Array.from(path, (_, reading) => step * every * reading),
        strengths: path.map((value) => ModeSde.strengthOf(depth, value))
      }
      return found.strengths.every(Number.isFinite)
        ? Effect.succeed(found)
        : Effect.fail(new PathDiverged({ teacher, path: index + 1, temperature, timeStep: step }))
    }
  )
}
