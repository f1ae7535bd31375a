import { describe, expect, it } from "vitest"
import type { Event } from "../../src/engine/Event.ts"
import { progress } from "../../src/cli/Progress.ts"
import type { Screen } from "../../src/cli/Screen.ts"
import { summary, verdictLines } from "../../src/cli/words.ts"

/** A terminal that keeps what stands on it, with a clock that is set by hand. */
const terminal = (options: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number } = {}) => {
  const { columns = 80, isTTY = true, rows = 24 } = options
  let lines: ReadonlyArray<string> = []
  let time = 0
  let acts: ReadonlyArray<{ readonly act: () => void; readonly every: number }> = []
  const screen: Screen = {
    isTTY,
    size: () => ({ columns, rows }),
    paint: (_, text) => text,
    now: () => time,
    repeat: (timesPerSecond, act) => {
      const entry = { act, every: 1 / timesPerSecond }
      acts = [...acts, entry]
      return () => {
        acts = acts.filter((other) => other !== entry)
      }
    },
    write: (text) => {
      // eslint-disable-next-line no-control-regex
      const [, up, rest] = /^(?:\x1b\[(\d+)A\r\x1b\[J)?([^]*)$/.exec(text)!
      lines = lines.slice(0, lines.length - Number(up ?? 0))
      if (rest !== "") lines = [...lines, ...rest!.replace(/\n$/, "").split("\n")]
    }
  }
  return {
    screen,
    shown: () => lines,
    active: () => acts.length,
    /** Lets a time pass; what is to be repeated happens once at its end, if its time has come. */
    pass: (seconds: number) => {
      time += seconds
      for (const { act, every } of acts) if (seconds >= every - 1e-9) act()
    }
  }
}

const planned = (stages: Readonly<Record<string, readonly [hits: number, builds: number, expected: number]>>): Event => ({
  _tag: "planned",
  hits: Object.values(stages).reduce((sum, [hits]) => sum + hits, 0),
  builds: Object.values(stages).reduce((sum, [, builds]) => sum + builds, 0),
  expected: Object.values(stages).reduce((sum, [, , expected]) => sum + expected, 0),
  stages: Object.fromEntries(Object.entries(stages).map(([name, [hits, builds, expected]]) => [name, { hits, builds, expected }]))
})
const about = (stage: string, key: string) => ({ stage, key, cell: {} })
const started = (stage: string, key: string): Event => ({ _tag: "started", ...about(stage, key), expected: null })
const built = (stage: string, key: string, seconds: number): Event => ({ _tag: "built", ...about(stage, key), action: key, seconds })

describe("progress in a terminal", () => {
  it("has a line for each stage that is open, with the time left by history and by this run", () => {
    const { pass, screen, shown } = terminal()
    const { hear } = progress(screen, { width: 2 })
    hear(planned({ problem: [1, 0, 0], train: [0, 4, 80], ranks: [0, 2, 0] }))
    hear(started("train", "a"))
    pass(0.1)
    expect(shown()).toEqual([
      "train ──────────────────── 0/4 · about 40 s left",
      "ranks ──────────────────── 0/2",
      "all   ──────────────────── 0/6 · 0.1 s · more than 40 s left"
    ])
    hear(built("train", "a", 10))
    pass(10)
    expect(shown()[0]).toBe("train ━━━━━─────────────── 1/4 · about 15 s left")
    expect(shown()).toHaveLength(3)
  })

  it("counts down while a step runs, and never below nothing", () => {
    const { pass, screen, shown } = terminal()
    const { hear } = progress(screen)
    hear(planned({ train: [0, 2, 20] }))
    hear(started("train", "a"))
    pass(4)
    expect(shown()[0]).toMatch(/about 16 s left/)
    pass(40)
    expect(shown()[0]).toMatch(/about 10 s left/)
  })

  it("counts a step as over where its inputs came out as before, not those that were there from the start", () => {
    const { pass, screen, shown } = terminal()
    const { hear } = progress(screen)
    hear(planned({ ranks: [2, 2, 0] }))
    for (const key of ["a", "b", "c"]) hear({ _tag: "hit", ...about("ranks", key), action: key })
    pass(0.1)
    expect(shown()[0]).toMatch(/1\/2/)
  })

  it("keeps failures on the screen, above the lines that change", () => {
    const { pass, screen, shown } = terminal()
    const { close, hear } = progress(screen)
    hear(planned({ train: [0, 2, 0] }))
    pass(0.1)
    hear({ _tag: "failed", stage: "train", key: "a", cell: { run: 3 }, seconds: 1, error: "Diverged", message: "the loss is NaN" })
    pass(0.1)
    expect(shown()).toEqual(["failed: train[run=3]: the loss is NaN", expect.stringContaining("1/2"), expect.stringContaining("all")])
    close()
    expect(shown()).toEqual(["failed: train[run=3]: the loss is NaN"])
  })

  it("tells once of a step that fails in two builds", () => {
    const { screen, shown } = terminal()
    const { hear } = progress(screen)
    for (const run of [3, 4]) hear({ _tag: "failed", stage: "train", key: "a", cell: { run }, seconds: 1, error: "Diverged", message: "the loss is NaN" })
    expect(shown()).toEqual(["failed: train[run=3]: the loss is NaN"])
  })

  it("tells failures that say the same as one", () => {
    const { screen, shown } = terminal()
    const { close, hear } = progress(screen)
    hear(planned({ train: [0, 100, 0] }))
    for (let run = 1; run <= 100; run++) hear({ _tag: "failed", stage: "train", key: `${run}`, cell: { run }, seconds: 1, error: "Diverged", message: "the loss is NaN" })
    close()
    expect(shown()).toHaveLength(6)
    expect(shown()[5]).toBe("failed: 95 more of train: the loss is NaN")
  })

  it("says what is kept of a build that is interrupted", () => {
    const { screen, shown } = terminal()
    const { close, hear } = progress(screen)
    hear(planned({ train: [0, 3, 0] }))
    hear({ _tag: "built", ...about("train", "a"), action: "a", seconds: 1 })
    hear({ _tag: "interrupted", seconds: 2 })
    close()
    expect(shown()).toEqual(["stopped: 1 of 3 are done and kept"])
  })

  it("fits any window", () => {
    for (const [columns, rows] of [[20, 24], [30, 5], [40, 6], [200, 50]] as const) {
      const { pass, screen, shown } = terminal({ columns, rows })
      const { hear } = progress(screen)
      hear(planned(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a-stage-with-a-name-${index}`, [0, 5, 100] as const]))))
      pass(0.1)
      for (const line of shown()) expect(line.length).toBeLessThan(columns)
      expect(shown().length).toBeLessThan(rows)
    }
  })

  it("draws ten times a second at most, whatever happens, and stops when it is closed", () => {
    const { active, pass, screen, shown } = terminal()
    const { close, hear } = progress(screen)
    hear(planned({ train: [0, 100, 0] }))
    for (let key = 0; key < 50; key++) hear(built("train", String(key), 1))
    pass(0.05)
    expect(shown()).toEqual([])
    pass(0.1)
    expect(shown()).toHaveLength(2)
    close()
    expect(shown()).toEqual([])
    expect(active()).toBe(0)
  })
})

describe("progress in a log", () => {
  it("is a plain line now and then", () => {
    const { pass, screen, shown } = terminal({ isTTY: false })
    const { close, hear } = progress(screen)
    hear(planned({ train: [0, 4, 40], ranks: [0, 2, 0] }))
    hear(started("train", "a"))
    pass(1)
    expect(shown()).toEqual([])
    pass(5)
    close()
    expect(shown()).toEqual(["0/6 built · 6.0 s · more than 34 s left · train 0/4"])
  })

  it("tells failures alone where it is to be quiet", () => {
    const { pass, screen, shown } = terminal({ isTTY: false })
    const { hear } = progress(screen, { quiet: true })
    hear(planned({ train: [0, 4, 40] }))
    pass(5)
    hear({ _tag: "failed", ...about("train", "a"), seconds: 1, error: "Diverged", message: "the loss is NaN" })
    expect(shown()).toEqual(["failed: train: the loss is NaN"])
  })
})

describe("what a run says in the end", () => {
  it("is a table of the stages that did something, and the sum of all", () => {
    expect(summary([
      { stage: "problem", state: "hit", seconds: 0 },
      { stage: "train", state: "built", seconds: 8 },
      { stage: "train", state: "failed", seconds: 0.25 },
      { stage: "ranks", state: "skipped", seconds: 0 }
    ], 4.2)).toEqual([
      "stage  built  hit  failed  skipped  seconds",
      "train      1    0       1        0      8.3",
      "ranks      0    0       0        1      0.0",
      "all        1    1       1        1      8.3",
      "in 4.2 s"
    ])
  })

  it("is one line where nothing was to be done", () =>
    expect(summary([{ stage: "train", state: "hit", seconds: 0 }], 0.1)).toEqual(["0 built, 1 already there in 0.1 s"]))

  it("has a verdict a line, with the evidence, and rows against a claim that fails", () => {
    const rows = Array.from({ length: 5 }, (_, index) => ({ run: String(index) }))
    expect(verdictLines([{ name: "$\\sigma_1 \\le 3$", kind: "claim", verdict: "fails", evidence: "3 of 8 rows", counterexamples: rows }])).toEqual([
      "fails     claim      σ_1 ≤ 3",
      `${" ".repeat(21)}3 of 8 rows`,
      ...["0", "1", "2"].map((run) => `${" ".repeat(21)}run=${run}`)
    ])
  })
})
