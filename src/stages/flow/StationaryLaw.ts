/** The law to which a learnt mode settles under label noise, by the modewise equation, against a sample of SGD. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as GradientNoise from "../../sde/GradientNoise.ts"
import * as ModeSde from "../../sde/ModeSde.ts"
import * as Law from "../../sde/StationaryLaw.ts"
import { bound, kolmogorovSmirnov } from "../../stats/kolmogorovSmirnov.ts"
import { mean } from "../../stats/mean.ts"
import { variance } from "../../stats/variance.ts"
import { ModeNoise } from "./ModeNoise.ts"
import { ModePoint } from "./ModeRuns.ts"
import * as Parameter from "../Parameter.ts"

export const StationaryLaw = Stage.make(import.meta.url, "stationary-law", {
  params: {
    widths: Parameter.widths,
    temperature: Parameter.temperature,
    level: Parameter.level,
    /** Readings up to this one are of the way there and are left out. */
    from: Parameter.from
  },
  inputs: { noise: ModeNoise.output, runs: Schema.Struct(ModePoint) },
  outputs: {
    /** Strengths in units of the law: (w − its mean)/(its deviation). */
    sample: Schema.Struct({ run: Schema.Int, mode: Schema.Int, teacher: Schema.Finite, score: Schema.Finite }),
    /** The density of the law in the same units. */
    density: Schema.Struct({ mode: Schema.Int, teacher: Schema.Finite, score: Schema.Finite, density: Schema.Finite }),
    test: Schema.Struct({
      mode: Schema.Int,
      teacher: Schema.Finite,
      /** sup |F_n − F|, and how near n independent draws of F would lie. */
      distance: Schema.Finite,
      bound: Schema.Finite,
      /** The distance of SGD's own law from F lies between, by the same bound. */
      distance_low: Schema.Finite,
      distance_high: Schema.Finite,
      points: Schema.Int,
      mean: Schema.Finite,
      law_mean: Schema.Finite,
      variance: Schema.NullOr(Schema.Finite),
      law_variance: Schema.Finite
    })
  },
  run: ({ widths, temperature, level, from }, { noise, runs }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const modes = noise.rows.map(({ mode, teacher, seen, ...coefficients }) => {
        const equation = ModeSde.ofStrength({ depth, teacher: seen, temperature, noise: coefficients })
        // The width of the law to first order: g²/2k with g² = (L s^(2−2/L))² T C and k = L s^(2−2/L).
        const noiseThere = GradientNoise.variance(coefficients, seen)
        const spread = Math.sqrt(0.5 * ModeSde.relaxation(depth, seen) * temperature * noiseThere)
        const low = Math.max(seen - WIDE * spread, 0.01 * seen)
        const law = Law.make(equation, low, seen + WIDE * spread)
        const rows = runs.rows.filter((row) => row.mode === mode && row.reading > from)
        const scale = Math.sqrt(law.variance)
        return { mode, teacher, law, rows, scale, scoreOf: (w: number) => (w - law.mean) / scale }
      })
      return {
        sample: modes.flatMap(({ rows, scoreOf }) =>
          rows.map(({ run, mode, teacher, strength }) => ({ run, mode, teacher, score: scoreOf(strength) }))),
        density: modes.flatMap(({ mode, teacher, law, scale, scoreOf }) =>
          Array.from(law.density, (density, at) =>
            ({ mode, teacher, score: scoreOf(law.points[at]!), density: density * scale }))
            .filter(({ score }, at) => at % 5 === 0 && Math.abs(score) <= 5)),
        test: modes.map(({ mode, teacher, law, rows }) => {
          const values = rows.map(({ strength }) => strength)
          const distance = kolmogorovSmirnov(values, (x) => Law.probabilityBelow(law, x))
          const near = bound(values.length, level)
          return {
            mode,
            teacher,
            distance,
            bound: near,
            distance_low: Math.max(0, distance - near),
            distance_high: distance + near,
            points: values.length,
            mean: mean(values),
            law_mean: law.mean,
            variance: variance(values),
            law_variance: law.variance
          }
        })
      }
    })
})

/** In units of the law's width: beyond, a normal law has 1e-33 of its mass. */
const WIDE = 12
