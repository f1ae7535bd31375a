/**
 * Leaves out the points of a line that nobody could see; gives the indices of those that stay.
 *
 * Training curves have a value a step, a panel a few hundred dots. Where x never falls, only the first, least,
 * greatest and last point
 * of each dot-wide column can show (Jugel et al., VLDB 2014); of what stays, points within `tolerance` of the line
 * through
 * their neighbours go (Ramer 1972; Douglas & Peucker 1973).
 */
export const simplify = (x: Float64Array, y: Float64Array, tolerance: number): ReadonlyArray<number> => {
  const candidates = rises(x) ? columns(x, y, 2 * tolerance) : Array.from(x.keys())
  const count = candidates.length
  if (count < 3) return candidates
  const [px, py] = [x, y].map((values) => Float64Array.from(candidates, (index) => values[index]!)) as [
    Float64Array,
    Float64Array
  ]
  const kept = new Uint8Array(count)
  kept[0] = kept[count - 1] = 1
  const open: Array<readonly [number, number]> = [[0, count - 1]]
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [first, last] = span
    const worst = farthest(px, py, first, last)
    if (worst.distance <= tolerance * tolerance) continue
    kept[worst.index] = 1
    open.push([first, worst.index], [worst.index, last])
  }
  return candidates.filter((_, place) => kept[place] === 1)
}

const rises = (x: Float64Array): boolean => x.every((value, index) => index === 0 || value >= x[index - 1]!)

const columns = (x: Float64Array, y: Float64Array, width: number): ReadonlyArray<number> => {
  const kept: Array<number> = []
  for (let start = 0, end = 0; start < x.length; start = end) {
    let [least, greatest] = [start, start]
    for (end = start; end < x.length && Math.floor(x[end]! / width) === Math.floor(x[start]! / width); end++) {
      if (y[end]! < y[least]!) least = end
      if (y[end]! > y[greatest]!) greatest = end
    }
    kept.push(...new Set([start, least, greatest, end - 1].sort((a, b) => a - b)))
  }
  return kept
}

/** The point between two others that lies farthest from the segment joining them, and its squared distance. */
const farthest = (x: Float64Array, y: Float64Array, first: number, last: number) => {
  const dx = x[last]! - x[first]!
  const dy = y[last]! - y[first]!
  const length = dx * dx + dy * dy
  let index = first
  let distance = 0
  for (let between = first + 1; between < last; between++) {
    const px = x[between]! - x[first]!
    const py = y[between]! - y[first]!
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
    const ex = px - along * dx
    const ey = py - along * dy
    const squared = ex * ex + ey * ey
    if (squared > distance) {
      distance = squared
      index = between
    }
  }
  return { index, distance }
}
