/** Where a result comes from, told so that it can be read. */
import { describe, expect, it } from "vitest"
import * as Grid from "../../src/engine/Grid.ts"
import { lineage } from "../../src/engine/lineage.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import { fingerprints } from "./lab.ts"
import { Halves, Numbers, Page, Sum } from "./sums.ts"

const told = (node: Any) => {
  const plan = Plan.plan([node], { fingerprints: fingerprints({}), snapshot: { trace: () => undefined, has: () => false, traces: () => [], damaged: [] } })
  return lineage(plan.roots[0]!).map(({ above, between, depth, input, others, step }) =>
    `${"  ".repeat(depth)}${input === "" ? "" : `${input}: `}${Plan.label(step)}${others === 0 ? "" : ` +${others}`}${between === 0 ? "" : ` after ${between}`}${above ? " above" : ""}`)
}

describe("the lineage of a result", () => {
  it("leads to what is made from nothing", () => {
    expect(told(Sum({ of: Halves({ numbers: Numbers({ seed: 1 }) }).whole }))).toEqual(["sum", "  of: halves", "    numbers: numbers"])
  })

  it("follows the first part of a grid, nested ones too, and counts the others", () => {
    const grid = Grid.map(Grid.range("by", 2, 3), ({ by }) => Grid.map(Grid.range("seed", 1, 4), ({ seed }) => Halves({ by, numbers: Numbers({ seed }) }).whole))
    expect(told(grid)).toEqual(["halves[by=2,seed=1] +7", "  numbers: numbers[seed=1]"])
  })

  it("tells each call once", () => {
    const numbers = Sum({ of: Numbers({ seed: 1 }) })
    expect(told(Page({ title: "t", sums: [numbers, numbers] }))).toEqual(["page", "  sums: sum +1", "    of: numbers"])
    const once = Halves({ numbers: Numbers({ seed: 1 }) })
    expect(told(Page({ title: "t", sums: [Sum({ of: once.whole }), Sum({ of: once.rest })] }))).toEqual(["page", "  sums: sum +1", "    of: halves", "      numbers: numbers"])
  })

  it("counts the calls of a stage that goes on from itself", () => {
    const chain = (length: number): any => length === 0 ? Numbers({ seed: 1 }) : Halves({ by: length + 1, numbers: chain(length - 1) }).whole
    expect(told(Sum({ of: chain(5) }))).toEqual(["sum", "  of: halves", "    numbers: halves after 3", "      numbers: numbers"])
  })

  it("of a chain of ten thousand does not nest ten thousand deep", () => {
    const chain = Array.from({ length: 10_000 }).reduce<any>((numbers, _, index) => Halves({ by: index + 2, numbers }).whole, Numbers({ seed: 1 }))
    expect(told(chain)).toEqual(["halves", "  numbers: halves after 9998", "    numbers: numbers"])
  })
})
