import { expect, it } from "vitest"
import * as Grid from "../../src/engine/Grid.ts"
import { Numbers } from "./sums.ts"

it("an axis without values, or with one twice, is refused by its name", () => {
  expect(() => Grid.cross({ rate: [0.1], seed: [] })).toThrow('the axis "seed" is empty')
  expect(() => Grid.cross({ rate: [0.1, 0.2, 0.1] })).toThrow('the axis "rate" has 0.1 twice; give it once')
  expect(() => Grid.cross({ kind: ["a", "a"] })).toThrow('the axis "kind" has "a" twice')
})

it("a cell that a grid has twice is refused", () => {
  const cells = [{ run: 0 }, { run: 1 }, { run: 0 }]
  expect(() => Grid.map(cells, ({ run }) => Numbers({ seed: run }))).toThrow('the grid has the cell {"run":0} twice')
})
