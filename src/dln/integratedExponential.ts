// ∫_0^t e^{λτ} dτ = (e^{λt} − 1)/λ, and t at λ = 0, to round-off for every λ: linear flows are made of it.
import { exp, log } from "../linalg/elementary.ts"

/** λ in units of 1/t. */
export const integratedExponential = (rate: number, time: number): number => {
  const growth = exp(rate * time)
  if (Math.abs(rate * time) > 1) return (growth - 1) / rate
  // The rounding of `growth` is common to both factors and cancels. Source: W. Kahan.
  return growth === 1 ? time : ((growth - 1) * time) / log(growth)
}
