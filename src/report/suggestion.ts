/** What to say of a name that is not one of those that are allowed. */

/** "did you mean …?", and all that is allowed where that is little, or nothing is like it. */
export const suggestion = (given: string, allowed: ReadonlyArray<string>): string => {
  const near = allowed.map((name) => [distance(given, name), name] as const).sort(([a], [b]) => a - b)[0]
  const all = `allowed: ${allowed.join(", ") || "nothing"}`
  if (near === undefined || near[0] > Math.max(2, given.length / 3)) return all
  return `did you mean "${near[1]}"?${allowed.length > 12 ? "" : ` ${all}`}`
}

/** Levenshtein distance. */
const distance = (a: string, b: string): number =>
  [...a].reduce((row, letter, i) =>
    [...b].reduce<ReadonlyArray<number>>((next, other, j) =>
      [...next, Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1))], [i + 1]),
    Array.from({ length: b.length + 1 }, (_, j) => j) as ReadonlyArray<number>)[b.length]!
