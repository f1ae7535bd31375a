import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import { multiplicity } from "../../src/dln/multiplicity.ts"
import * as Pattern from "../../src/dln/Pattern.ts"

/** r_ij = Σ_{u ≤ i, v ≥ j} m_uv: the inverse of `raw`. */
const ranksOf = (multiplicities: Float64Array): Float64Array => {
  const depth = Pattern.depthOf(multiplicities)
  const counted = (i: number, j: number) => Pattern.pairs(depth).filter((pair) => pair.i <= i && pair.j >= j)
  return Pattern.make(depth, (i, j) =>
    counted(i, j).reduce((rank, pair) => rank + Pattern.at(multiplicities, depth, pair.i, pair.j), 0))
}

// Ranks over the field of 10007 elements: exact, by elimination on integers, with no singular value in sight.
const P = 10007
type Rows = ReadonlyArray<ReadonlyArray<number>>
const multiplyMod = (a: Rows, b: Rows): Rows =>
  a.map((row) => (b[0] ?? []).map((_, c) => row.reduce((sum, value, k) => (sum + value * b[k]![c]!) % P, 0)))
const inverseMod = (x: number): number => {
  let result = 1
  for (let e = P - 2, base = x; e > 0; e = Math.floor(e / 2), base = (base * base) % P) {
    if (e % 2 === 1) result = (result * base) % P
  }
  return result
}
const rankMod = (matrix: Rows): number => {
  const rows = matrix.map((row) => [...row])
  let rank = 0
  for (let c = 0; c < (rows[0]?.length ?? 0) && rank < rows.length; c++) {
    const pivot = rows.findIndex((row, r) => r >= rank && row[c] !== 0)
    if (pivot === -1) continue
    ;[rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!]
    const inverse = inverseMod(rows[rank]![c]!)
    for (let r = rank + 1; r < rows.length; r++) {
      const factor = (rows[r]![c]! * inverse) % P
      rows[r] = rows[r]!.map((value, k) => (value + (P - factor) * rows[rank]![k]!) % P)
    }
    rank++
  }
  return rank
}
const rankPattern = (layers: ReadonlyArray<Rows>): Float64Array =>
  Pattern.make(layers.length, (i, j) =>
    rankMod(layers.slice(i, j).reduce((product, layer) => multiplyMod(layer, product), layers[i - 1]!)))

const entry = fc.integer({ min: 0, max: P - 1 })
const matrixOf = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })

/** Layers of a random network whose layers have random low ranks. */
const layersOf = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 6 }).chain((widths) =>
  fc.tuple(...widths.slice(1).map((out, l) =>
    fc.integer({ min: 1, max: 4 }).chain((rank) =>
      fc.tuple(matrixOf(out, rank), matrixOf(rank, widths[l]!)).map(([a, b]) => multiplyMod(a, b))))))

describe("the multiplicity pattern", () => {
  it("of true ranks is never negative (Frobenius), and inverts exactly", () => {
    fc.assert(fc.property(layersOf, (layers) => {
      const ranks = rankPattern(layers)
      const found = multiplicity(ranks)
      expect(found.negatives).toBe(0)
      expect(found.pattern).toEqual(found.raw)
      expect(ranksOf(found.raw)).toEqual(ranks)
    }), { numRuns: 100, seed: 1 })
  })

  it("recovers the intervals that a network was built from, in any basis of its spaces", () => {
    const built = fc.integer({ min: 2, max: 4 }).chain((depth) => {
      const entries = Pattern.pairs(depth).length
      return fc.record({
        depth: fc.constant(depth),
        counts: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: entries, maxLength: entries }),
        shears: fc.array(
          fc.record({ space: fc.nat(depth), from: fc.nat(20), to: fc.nat(20), by: entry }),
          { maxLength: 60 }
        )
      })
    })
    fc.assert(fc.property(built, ({ depth, counts, shears }) => {
      // The interval (i, j) is a chain of 1s through the layers i … j, so it lives in the spaces i − 1 … j.
      const intervals = Pattern.pairs(depth)
        .flatMap((pair, at) => Array.from({ length: counts[at]! }, () => ({ ...pair })))
      const spaces = Array.from({ length: depth + 1 }, (_, l) => intervals.filter(({ i, j }) => i - 1 <= l && l <= j))
      fc.pre(spaces.every((space) => space.length > 0))
      const layers = spaces.slice(1)
        .map((out, l) => out.map((row) => spaces[l]!.map((column) => Number(row === column))))
      for (const { space, from, to, by } of shears) {
        // A shear of a space and its inverse: by·row `from` onto row `to` before it, −by·column `to` onto `from` next.
        const [a, b] = [from % spaces[space]!.length, to % spaces[space]!.length]
        if (a === b) continue
        const before = layers[space - 1]
        if (before !== undefined) before[b] = before[b]!.map((value, c) => (value + by * before[a]![c]!) % P)
        for (const row of layers[space] ?? []) row[a] = (row[a]! + (P - by) * row[b]!) % P
      }
      expect(multiplicity(rankPattern(layers)).raw).toEqual(Float64Array.from(counts))
    }), { numRuns: 100, seed: 2 })
  })

  it("clips what a threshold made negative, and counts it first", () => {
    // r_12 > r_11 cannot be for true ranks.
    const found = multiplicity(Float64Array.of(1, 2, 2))
    expect(found).toEqual({ raw: Float64Array.of(-1, 2, 0), pattern: Float64Array.of(0, 2, 0), negatives: 1 })
    expect(ranksOf(found.raw)).toEqual(Float64Array.of(1, 2, 2))
  })

  it("a single mode through all layers has multiplicity 1 there alone", () => {
    expect(multiplicity(new Float64Array(6).fill(1)).raw).toEqual(Float64Array.of(0, 0, 1, 0, 0, 0))
  })
})

describe("a pattern", () => {
  it("lists its pairs row by row, and finds each one again", () => {
    expect(Pattern.pairs(3).map(({ i, j }) => `${i}${j}`)).toEqual(["11", "12", "13", "22", "23", "33"])
    for (const depth of [1, 2, 3, 7, 20]) {
      const pattern = Pattern.make(depth, (i, j) => 100 * i + j)
      expect(Pattern.depthOf(pattern)).toBe(depth)
      for (const pair of Pattern.pairs(depth)) expect(Pattern.at(pattern, depth, pair.i, pair.j)).toBe(100 * pair.i + pair.j)
    }
  })

  it("is 0 outside, and has a triangular number of entries", () => {
    expect(([[0, 1], [1, 3], [2, 1]] as const).map(([i, j]) => Pattern.at(Float64Array.of(5, 5, 5), 2, i, j)))
      .toEqual([0, 0, 0])
    expect(() => Pattern.depthOf(new Float64Array(4))).toThrow("got 4")
  })
})
