/** A threshold as a sentence says it: 0.2, 0.005, 5e-6. */
export const thresholdText = (epsilon: number): string => epsilon < 1e-3 ? epsilon.toExponential() : String(epsilon)
