/** One value of a table as a reader sees it: integers whole, reals to five significant digits, nothing as a dash. */
export const cellText = (value: unknown): string => {
  if (value === null || value === undefined) return "–"
  if (typeof value === "number") return numberText(value)
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (value instanceof Float64Array) return `${value.length} doubles`
  return String(value)
}

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value).replace("-", "−")
  const size = Math.abs(value)
  const text = size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(5))) : value.toExponential(3)
  return text.replace("-", "−").replace("e-", "e−").replace("e+", "e")
}
