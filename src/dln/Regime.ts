// The training regime, set by the size of the start alone: Gaussian weights of variance w^(−γ), w the hidden width.
// Source: Jacot, Ged, Şimşek, Hongler, Gabriel, "Saddle-to-saddle dynamics in deep linear networks" (arXiv 2106.15933).

/**
 * saddle-to-saddle, γ > 1: the start tends to the saddle at 0 as w grows; training dwells near saddles, mode after mode.
 * intermediate, γ = 1: the start lies at a finite distance from the saddle at 0; modes overlap.
 * ntk, 1 − 1/L ≤ γ < 1: the start is far from saddles; wide networks move little and learn as their tangent kernel.
 */
export const names = ["saddle-to-saddle", "intermediate", "ntk"] as const
export type Name = (typeof names)[number]

/**
 * What is wrong with the exponent γ in this regime at depth L, as a sentence; undefined where nothing is.
 * 1 − 1/L is compared with a slack of round-off: in doubles 2/3 is less than 1 − 1/3.
 */
export const checkExponent = (regime: Name, exponent: number, depth: number): string | undefined => {
  const lowest = 1 - 1 / depth
  switch (regime) {
    case "saddle-to-saddle":
      return exponent > 1 && exponent < Infinity
        ? undefined
        : `The saddle-to-saddle regime needs γ > 1, finite, got ${exponent}: `
          + "raise γ (3 shows clear plateaus at width 32)"
    case "intermediate":
      return exponent === 1
        ? undefined
        : `The intermediate regime is γ = 1 and nothing else, got ${exponent}: set γ to 1`
    case "ntk":
      if (exponent >= lowest - 1e-12 && exponent < 1) return undefined
      return exponent < lowest
        ? `The NTK regime at depth ${depth} needs γ ≥ 1 − 1/L = ${lowest}, got ${exponent}: `
          + "below it the output of the start grows with the width; raise γ"
        : `The NTK regime needs γ < 1, got ${exponent}: lower γ, at depth ${depth} down to 1 − 1/L = ${lowest}`
  }
}
