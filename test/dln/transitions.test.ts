import { describe, expect, it } from "vitest"
import { type RankHistory, transitions } from "../../src/dln/transitions.ts"

/** A network of one layer, so of one pair, at successive checkpoints: [rank, gap] each. */
const history = (...checkpoints: ReadonlyArray<readonly [number, number | null] | null>): RankHistory =>
  checkpoints.map((checkpoint) => (checkpoint === null ? null : [{ rank: checkpoint[0], gap: checkpoint[1] }]))

describe("rank transitions", () => {
  it("are the changes between successive checkpoints, with both gaps", () => {
    const alone = { run: 1, i: 1, j: 1, unstable: false, agreement: 1, runs: 1 }
    expect(transitions(1, [history([0, 50], [0, 40], [1, 12], [3, Infinity])])).toEqual([
      { ...alone, from: 2, to: 3, rankBefore: 0, rankAfter: 1, gapBefore: 40, gapAfter: 12 },
      { ...alone, from: 3, to: 4, rankBefore: 1, rankAfter: 3, gapBefore: 12, gapAfter: Infinity }
    ])
  })

  it("are unstable if the gap on either side is below 10", () => {
    const of = (before: number | null, after: number | null) =>
      transitions(1, [history([0, before], [1, after])]).map(({ unstable }) => unstable)
    expect([of(10, 10), of(9.9, 100), of(100, 9.9), of(null, Infinity)]).toEqual([[false], [true], [true], [false]])
  })

  it("agree with the runs that made the same change, of those that reached both checkpoints", () => {
    const found = transitions(1, [
      history([0, 50], [1, 50]),
      history([0, 50], [1, 3]),
      history([0, 50], [2, 50]),
      history([0, 50], [0, 50]),
      history([0, 50], null)
    ])
    expect(found.map(({ run, rankAfter, agreement, runs }) => [run, rankAfter, agreement, runs]))
      .toEqual([[1, 1, 0.5, 4], [2, 1, 0.5, 4], [3, 2, 0.25, 4]])
  })

  it("say nothing across a checkpoint that a run never reached", () => {
    expect(transitions(1, [history([0, 50], null, [2, 50])])).toEqual([])
  })

  it("name the pair whose rank changed", () => {
    const ranks = (...values: ReadonlyArray<number>) => values.map((rank) => ({ rank, gap: 100 }))
    expect(transitions(2, [[ranks(1, 0, 1), ranks(1, 1, 1)]]))
      .toMatchObject([{ i: 1, j: 2, rankBefore: 0, rankAfter: 1 }])
    expect(() => transitions(2, [[ranks(1, 0), ranks(1, 1)]])).toThrow("3 entries")
  })
})
