/** A number as maths sets it: 0.63, 10^{-16}, 4 \cdot 10^{-7}. */
export const numberTex = (value: number): string => {
  if (value >= 1e-3) return String(value)
  const [digits, power] = value.toExponential().split("e") as [string, string]
  return `${digits === "1" ? "" : `${digits} \\cdot `}10^{${power}}`
}
