/** Differences of tables as a person reads them. */
import * as Difference from "../engine/Difference.ts"

/** A line for each column that moved, after those on columns and rows that came and went. */
export const differenceLines = (difference: Difference.Difference | undefined): ReadonlyArray<string> => {
  if (difference === undefined) return ["only the order of its columns"]
  const { added, moved, removed, retyped, rows, rowsAdded, rowsRemoved } = difference
  const first = Difference.first(difference)
  return [
    ...named("columns that came", added),
    ...named("columns that went", removed),
    ...named("columns of another type", retyped),
    ...(rowsAdded + rowsRemoved === 0 ? [] : [`${rows} rows in both, ${rowsAdded} came, ${rowsRemoved} went`]),
    ...(first === undefined ? [] : [`first: column ${first.column}, ${changeText(first)}`]),
    ...moved.map(
      ({ column, entries, greatest }) =>
        `${column}: ${entries} of ${rows} differ${greatest === undefined ? "" : `, most in ${changeText(greatest)}`}`
    )
  ]
}

/** `row 3: 0.1 → 0.2 (by 0.1, 100 %)`, in units in the last place where the numbers are that close. */
export const changeText = (change: Difference.Change): string => {
  const place = change.place === undefined ? "" : `, number ${change.place}`
  return `row ${change.row}${place}: ${spelt(change.old)} → ${spelt(change.now)}${by(change)}`
}

const spelt = (value: Difference.Scalar): string => Object.is(value, -0) ? "-0" : String(value)

const by = (change: Difference.Change): string => {
  const { now, old } = change
  if (typeof old !== "number" || typeof now !== "number") return ""
  const distance = Difference.distance(change)
  if (distance === undefined) return ""
  const ulps = `${distance} ${distance === 1n ? "ulp" : "ulps"}`
  if (distance <= near) return ` (${ulps})`
  if (!Number.isFinite(now - old)) return ""
  const share = old === 0 ? "" : `, ${Number((100 * Math.abs((now - old) / old)).toPrecision(3))} %`
  return ` (by ${Number((now - old).toPrecision(6))}${share})`
}

/** Closer than this two numbers agree in all digits that a person would print. */
const near = 1_000_000n

const named = (what: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`${what}: ${names.join(", ")}`]
