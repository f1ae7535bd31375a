/** What differs between two tables, found against tables that are changed in one known place. */
import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import * as Difference from "../../src/engine/Difference.ts"
import * as Key from "../../src/engine/Key.ts"
import * as Table from "../../src/engine/Table.ts"
import { ulps } from "../../src/engine/ulps.ts"
import { tables } from "./tables.ts"

const of = (columns: Readonly<Record<string, ReadonlyArray<any>>>, kinds: Readonly<Record<string, Column.Kind>> = {}) =>
  Table.make<any>(Object.keys(columns).map((name) => ({ name, kind: kinds[name] ?? "float64", nullable: columns[name]!.includes(null) })), columns)

describe("ulps", () => {
  it("are the known distances of doubles", () => {
    expect(ulps(1, 1)).toBe(0n)
    expect(ulps(1, 1 + Number.EPSILON)).toBe(1n)
    expect(ulps(1, 1 - Number.EPSILON / 2)).toBe(1n)
    expect(ulps(0, -0)).toBe(0n)
    expect(ulps(5e-324, -5e-324)).toBe(2n)
    expect(ulps(1, 2)).toBe(2n ** 52n)
    expect(ulps(Number.MAX_VALUE, Infinity)).toBe(1n)
    expect(ulps(NaN, 1)).toBeUndefined()
    expect(ulps(NaN, NaN)).toBe(0n)
  })

  it("count the steps of the spacing wherever the exponent does not change", () =>
    fc.assert(fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 2 ** 20 }), fc.integer({ min: 0, max: 2 ** 20 }), (exponent, a, b) => {
      const at = (steps: number) => (1 + steps * Number.EPSILON) * 2 ** exponent
      expect(ulps(at(a), at(b))).toBe(BigInt(Math.abs(a - b)))
      expect(ulps(-at(a), at(b))).toBe(ulps(-at(a), 0)! + ulps(0, at(b))!)
    })))
})

describe("the difference of two tables", () => {
  it("is none exactly where their addresses agree", () => fc.assert(fc.property(tables, tables, (one, other) => {
    expect(Difference.between(one, one)).toBeUndefined()
    // The order of columns is part of an address, and no difference.
    if (Difference.between(one, other) === undefined && one.columns.map(({ name }) => name).join() === other.columns.map(({ name }) => name).join()) {
      expect(Key.tableAddress(one)).toBe(Key.tableAddress(other))
    }
    if (Key.tableAddress(one) === Key.tableAddress(other)) expect(Difference.between(one, other)).toBeUndefined()
  })))

  it("names the entry that was changed, its column and its row", () => {
    const values = [1, 2, 3]
    const old = of({ time: values, loss: [0.5, 0.25, 0.125] })
    const now = of({ time: values, loss: [0.5, 0.25 + 2 ** -54, 0.125] })
    const difference = Difference.between(old, now)!
    expect(difference).toMatchObject({ rows: 3, rowsAdded: 0, rowsRemoved: 0, added: [], removed: [], retyped: [] })
    expect(Difference.first(difference)).toEqual({ column: "loss", row: 2, old: 0.25, now: 0.25 + 2 ** -54 })
    expect(Difference.distance(difference.moved[0]!.first)).toBe(1n)
  })

  it("comes first in the first row that differs, whatever its column", () => {
    const difference = Difference.between(of({ a: [1, 2, 9], b: [1, 2, 3] }), of({ a: [1, 2, 8], b: [1, 7, 3] }))!
    expect(difference.moved.map(({ column, entries }) => [column, entries])).toEqual([["a", 1], ["b", 1]])
    expect(Difference.first(difference)).toEqual({ column: "b", row: 2, old: 2, now: 7 })
  })

  it("says of a column how many entries moved, and which the furthest", () => {
    const [moved] = Difference.between(of({ x: [1, 2, 3, 4] }), of({ x: [1, 2.5, 1, 4.25] }))!.moved
    expect(moved).toEqual({ column: "x", entries: 3, first: { row: 2, old: 2, now: 2.5 }, greatest: { row: 3, old: 3, now: 1 } })
  })

  it("tells +0 from −0, a number from NaN and from null, and takes every NaN for the same", () => {
    expect(Difference.between(of({ x: [0] }), of({ x: [-0] }))!.moved[0]!.first).toEqual({ row: 1, old: 0, now: -0 })
    expect(Difference.between(of({ x: [NaN] }), of({ x: [NaN] }))).toBeUndefined()
    expect(Difference.between(of({ x: [1] }), of({ x: [NaN] }))!.moved[0]!.greatest).toEqual({ row: 1, old: 1, now: NaN })
    expect(Difference.between(of({ x: [1, null] }), of({ x: [null, null] }))!.moved[0]).toEqual({ column: "x", entries: 1, first: { row: 1, old: 1, now: null }, greatest: undefined })
  })

  it("finds the place in a vector, and what only one of two vectors has", () => {
    const vectors = (...all: ReadonlyArray<ReadonlyArray<number>>) => of({ w: all.map((values) => Float64Array.from(values)) }, { w: "vector" })
    expect(Difference.between(vectors([1, 2], [3, 4]), vectors([1, 2], [3, 5]))!.moved[0]!.first).toEqual({ row: 2, place: 2, old: 4, now: 5 })
    expect(Difference.between(vectors([1]), vectors([1, 2]))!.moved[0]!.first).toEqual({ row: 1, place: 2, old: null, now: 2 })
  })

  it("compares a grid that has grown cell by cell, and says how many rows came", () => {
    const grid = (runs: ReadonlyArray<number>, changed = 0) =>
      of({ run: runs.flatMap((run) => [run, run]), step: runs.flatMap(() => [0, 1]), x: runs.flatMap((run) => [run, run + 0.5].map((x) => x + (run === changed ? 1 : 0))) }, { run: "int32" })
    expect(Difference.matched(grid([2, 3]), grid([1, 2, 3, 4]))).toMatchObject({ rows: 4, rowsAdded: 4, rowsRemoved: 0, moved: [] })
    expect(Difference.matched(grid([2, 3]), grid([1, 2, 3, 4], 3))!.moved).toMatchObject([{ column: "x", entries: 2, first: { row: 3, old: 3, now: 4 } }])
    expect(Difference.matched(grid([2, 3]), grid([3, 2]))).toBeUndefined()
    expect(Difference.between(grid([2, 3]), grid([1, 2]))!.moved.length).toBe(2)
  })

  it("goes row by row where no columns tell what a row is of, or those that do have nothing in common", () => {
    expect(Difference.matched(of({ x: [1, 1, 2] }), of({ x: [1, 1, 3] }))).toMatchObject({ rows: 3, moved: [{ column: "x", entries: 1 }] })
    expect(Difference.matched(of({ x: [1, 2] }), of({ x: [3, 4] }))).toMatchObject({ rows: 2, moved: [{ column: "x", entries: 2 }] })
    expect(Difference.matched(of({ w: [Float64Array.of(1)] }, { w: "vector" }), of({ w: [Float64Array.of(2)] }, { w: "vector" }))).toMatchObject({ rows: 1 })
  })

  it("by what rows are of is none where rows are only in another order", () => fc.assert(fc.property(
    fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 20 }).chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length }))),
    ([keys, shuffled]) => {
      const table = (keys: ReadonlyArray<number>) => of({ key: keys, square: keys.map((key) => key * key) })
      expect(Difference.matched(table(keys), table(shuffled))).toBeUndefined()
    }
  )))

  it("names columns that came, went and changed their type", () => {
    expect(Difference.between(of({ a: [1], b: [1] }), of({ b: [1], c: [1] }))).toMatchObject({ removed: ["a"], added: ["c"], moved: [] })
    expect(Difference.between(of({ a: [1] }), of({ a: [1] }, { a: "int32" }))).toMatchObject({ retyped: ["a"], moved: [] })
  })
})
