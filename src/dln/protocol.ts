// The settings at which each regime was seen to show itself, as plain data: L = 3, exact whitening, label noise
// σ = 0.1, one start variance w^(−γ) at one width: only γ, and with it η and the steps, differs between regimes.
// `quick` is for a laptop and minutes, `paper` for the figures. All are defaults that a pipeline may change.
import type * as Regime from "./Regime.ts"
import type * as Teacher from "./Teacher.ts"

export interface Schedule {
  /** γ: the start has variance w^(−γ), w the hidden width. */
  readonly exponent: number
  /** η, of loss (1/2n) Σ‖Wx − y‖². */
  readonly learningRate: number
  readonly steps: number
}

export interface Preset {
  /** d_0, …, d_L. */
  readonly widths: ReadonlyArray<number>
  /** n, the size of the data set. */
  readonly samples: number
  /** σ, the standard deviation of the label noise. */
  readonly noise: number
  readonly whiten: "exact" | "none"
  /** B, the size of a minibatch. */
  readonly batch: number
  /** S, the SGD runs beside one GD run. */
  readonly runs: number
  /** Independent draws of teacher, data and start. */
  readonly replicates: number
  /** s_1 ≥ s_2 ≥ …, the singular values of the teacher. */
  readonly spectra: Readonly<Record<Teacher.Kind, ReadonlyArray<number>>>
  readonly schedules: Readonly<Record<Regime.Name, Schedule>>
  /** ε of the ranks #{σ > (ε s_1)^(m/L)} and #{σ > ε σ_1}. */
  readonly epsilons: { readonly anchored: ReadonlyArray<number>; readonly relative: ReadonlyArray<number> }
}

/** first, first·ratio, first·ratio², …: `count` values. */
const geometric = (first: number, ratio: number, count: number): ReadonlyArray<number> => {
  const values = [first]
  for (let m = 1; m < count; m++) values.push(values[m - 1]! * ratio)
  return values
}

/** Each value with its multiplicity. */
const blocks = (...parts: ReadonlyArray<readonly [value: number, times: number]>): ReadonlyArray<number> =>
  parts.flatMap(([value, times]) => Array.from({ length: times }, () => value))

export const quick: Preset = {
  widths: [10, 32, 32, 10],
  samples: 2000,
  noise: 0.1,
  whiten: "exact",
  batch: 8,
  runs: 4,
  replicates: 1,
  spectra: {
    deficient: [6, 4, 2.5, 1.5],
    full: geometric(6, 0.8, 10),
    degenerate: blocks([5, 3], [2.5, 3], [1.2, 4])
  },
  schedules: {
    "saddle-to-saddle": { exponent: 3, learningRate: 0.015, steps: 5500 },
    intermediate: { exponent: 1, learningRate: 0.015, steps: 1500 },
    ntk: { exponent: 2 / 3, learningRate: 0.005, steps: 600 }
  },
  epsilons: { anchored: [1e-1, 1e-2, 1e-3, 1e-4], relative: [1e-2, 1e-3, 1e-5] }
}

export const paper: Preset = {
  widths: [20, 64, 64, 20],
  samples: 5000,
  noise: 0.1,
  whiten: "exact",
  batch: 16,
  runs: 32,
  replicates: 4,
  spectra: {
    deficient: geometric(6, 0.75, 6),
    full: geometric(6, 0.9, 20),
    degenerate: blocks([5, 5], [2.8, 5], [1.6, 5], [0.9, 5])
  },
  schedules: {
    "saddle-to-saddle": { exponent: 3, learningRate: 0.012, steps: 12000 },
    intermediate: { exponent: 1, learningRate: 0.012, steps: 1500 },
    ntk: { exponent: 2 / 3, learningRate: 0.0035, steps: 600 }
  },
  epsilons: { anchored: [1e-1, 1e-2, 1e-3, 1e-4], relative: [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] }
}

/** Calibration II: a balanced start in a network of one width, seen to step from anchored rank 0 to 4 one by one. */
export const calibration = {
  widths: [10, 10, 10, 10],
  /** a of the balanced start W_l = a Q_l D_l Q_{l−1}ᵀ. */
  scale: 0.02,
  learningRate: 0.015,
  batch: 8,
  steps: 7500,
  spectrum: quick.spectra.deficient,
  epsilons: [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]
} as const
