// Loss levels that show the stages of learning, as names for checkpoints. With ŝ_1 ≥ ŝ_2 ≥ … the singular values of
// what training sees (M̂, or Σ_yx Σ_xx^(−1/2) unwhitened), the excess loss after k learnt modes is the plateau
//   P_k = ½ Σ_{i>k} ŝ_i²,
// and learning mode k is a drop of Δ_k = P_{k−1} − P_k. Levels lie at 10, 50 and 90 % of every drop.

/** A drop of the loss: one mode, or a block of modes whose singular values are (nearly) equal and learnt together. */
export interface Drop {
  /** The modes it learns, counted from 1. */
  readonly firstMode: number
  readonly lastMode: number
  /** P_{firstMode−1}, the excess loss of the plateau that it leaves. */
  readonly before: number
  /** P_{lastMode}, that of the plateau that it reaches. */
  readonly after: number
}

export interface Level {
  /** 1 for the first level on the way down: levels sorted by it are in the order of training. */
  readonly order: number
  /** The name of the checkpoint, such as "mode 1 at 10%" or "modes 2-4 at 50%". */
  readonly checkpoint: string
  readonly firstMode: number
  readonly lastMode: number
  /** How much of the drop is done. */
  readonly fraction: number
  /** The excess loss ℓ − ℓ_min of the level. */
  readonly excess: number
}

/**
 * P_0, …, P_r: r + 1 excess losses. Singular values beyond r, such as the label noise that a deficient student fits,
 * stay in all of them.
 */
export const plateaus = (singularValues: Float64Array, rank: number = singularValues.length): Float64Array => {
  check(singularValues, rank)
  const result = new Float64Array(rank + 1)
  let tail = 0
  for (let k = singularValues.length; k >= 0; k--) {
    if (k < singularValues.length) tail += 0.5 * singularValues[k]! * singularValues[k]!
    if (k <= rank) result[k] = tail
  }
  return result
}

/**
 * The drops of the first r modes. A mode joins the drop before it if its singular value is above (1 − tolerance) times
 * the largest of that drop: the modes of a repeated value have no plateau between them, and label noise splits
 * ŝ by less than a hundredth at the usual sizes. Spectra that fall by a tenth a mode stay apart.
 */
export const drops = (
  singularValues: Float64Array,
  rank: number = singularValues.length,
  tolerance = 0.05
): ReadonlyArray<Drop> => {
  const heights = plateaus(singularValues, rank)
  const found: Array<Drop> = []
  for (let mode = 1; mode <= rank; mode++) {
    const last = found.at(-1)
    const after = heights[mode]!
    if (last !== undefined && singularValues[mode - 1]! > (1 - tolerance) * singularValues[last.firstMode - 1]!) {
      found[found.length - 1] = { ...last, lastMode: mode, after }
    } else {
      found.push({ firstMode: mode, lastMode: mode, before: heights[mode - 1]!, after })
    }
  }
  return found
}

/** The levels of these drops, from the first on the way down to the last. */
export const levels = (
  of: ReadonlyArray<Drop>,
  fractions: ReadonlyArray<number> = [0.1, 0.5, 0.9]
): ReadonlyArray<Level> =>
  of.flatMap(({ firstMode, lastMode, before, after }) =>
    fractions.toSorted((a, b) => a - b).map((fraction) => ({
      checkpoint: `${modeName(firstMode, lastMode)} at ${percent(fraction)}%`,
      firstMode,
      lastMode,
      fraction,
      excess: before - fraction * (before - after)
    }))
  ).map((level, index) => ({ order: index + 1, ...level }))

/** k, the modes that a run with this excess loss has learnt: those of the drops of which half or more is done. */
export const learntModes = (of: ReadonlyArray<Drop>, excess: number): number =>
  of.findLast(({ before, after }) => excess <= (before + after) / 2)?.lastMode ?? 0

/** "mode 1" or "modes 2-4". */
export const modeName = (first: number, last: number): string =>
  first === last ? `mode ${first}` : `modes ${first}-${last}`

/** The first mode of what has this name. */
export const firstModeOf = (name: string): number => Number(/\d+/.exec(name)![0])

/** Per cent without the dust of binary fractions. */
const percent = (fraction: number): number => Math.floor(fraction * 1e6 + 0.5) / 1e4

const check = (singularValues: Float64Array, rank: number): void => {
  if (!(Number.isInteger(rank) && rank >= 1 && rank <= singularValues.length)) {
    throw new Error(`A teacher of ${singularValues.length} singular values has a rank from 1 to as many, got ${rank}.`)
  }
  if (singularValues.some((value, k) => !(value >= 0) || value > (singularValues[k - 1] ?? Infinity))) {
    throw new Error("Singular values are given in descending order and are not negative.")
  }
}
