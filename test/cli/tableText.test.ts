import { expect, it } from "vitest"
import { rowLines } from "../../src/cli/tableText.ts"
import * as Table from "../../src/engine/Table.ts"

const table = Table.make<any>(
  ["regime", "loss", "step"].map((name) => ({ name, kind: "int32", nullable: false })),
  [{ regime: 1, loss: 20, step: 300 }, { regime: 2, loss: 40, step: 500 }]
)

it("a table shows the columns that fit, and says how many do not and how to see them", () => {
  expect(rowLines(table, 1, Infinity)).toEqual(["2 rows", "regime  loss  step", "1       20    300"])
  expect(rowLines(table, 1, 18)).toEqual(["2 rows", "regime  loss  step", "1       20    300"])
  const [said, ...lines] = rowLines(table, 1, 17)
  expect(said).toMatch(/^2 rows, 2 of 3 columns: .*--stats.*--out/)
  expect(lines).toEqual(["regime  loss", "1       20"])
  expect(rowLines(table, 1, 1).slice(1)).toEqual(["regime", "1"])
})

it("one row is not several", () => expect(rowLines(table.take(Int32Array.of(1)), 1, Infinity)[0]).toBe("1 row"))
