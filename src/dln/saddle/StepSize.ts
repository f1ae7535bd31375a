// The step size ε_t of Langevin dynamics over its steps t = 0, 1, 2, …
import { cos2Pi, power } from "../../linalg/elementary.ts"

export type StepSize =
  /** ε_t = ε. */
  | { readonly kind: "constant"; readonly size: number }
  /** ε_t = ε (1 + t/τ)^(−γ): for ½ < γ ≤ 1 the bias vanishes in the limit (Welling and Teh 2011). */
  | { readonly kind: "polynomial"; readonly size: number; readonly time: number; readonly exponent: number }
  /** ε_t = (ε/2)(1 + cos(π (t mod T)/T)): warm restarts every T steps find further modes (Zhang et al. 2020). */
  | { readonly kind: "cyclic"; readonly size: number; readonly period: number }

export const at = (schedule: StepSize, step: number): number => {
  if (schedule.kind === "constant") return schedule.size
  if (schedule.kind === "polynomial") return schedule.size * power(1 + step / schedule.time, -schedule.exponent)
  return 0.5 * schedule.size * (1 + cos2Pi((step % schedule.period) / (2 * schedule.period)))
}

/** What is wrong with a schedule, as a sentence; undefined where nothing is. */
export const check = (schedule: StepSize): string | undefined => {
  const positive = (value: number): boolean => value > 0 && value < Infinity
  const { kind, size } = schedule
  const holds = positive(size) &&
    (kind !== "polynomial" || (positive(schedule.time) && (schedule.exponent === 0 || positive(schedule.exponent)))) &&
    (kind !== "cyclic" || (Number.isSafeInteger(schedule.period) && schedule.period >= 1))
  if (holds) return undefined
  return `A step size is finite and above 0, its period a whole number, got ${JSON.stringify(schedule)}`
}
