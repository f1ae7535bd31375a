import { describe, expect, it } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import * as Chains from "../../src/stats/Chains.ts"
import * as Normal from "../../src/stats/Normal.ts"
import { normalQuantile } from "../../src/stats/normalQuantile.ts"

/** Autoregressive chains from an integer recurrence, which arviz was given to the last bit. */
const chains = (count: number, draws: number, rho: number, shift: number, seed: number, cubed = false): Chains.Chains =>
  Array.from({ length: count }, (_, c) => {
    let x = seed + 7919 * c
    const uniform = (): number => (x = (x * 1664525 + 1013904223) % 4294967296) / 4294967296
    let z = 0
    return Float64Array.from({ length: draws }, () => {
      z = rho * z + (uniform() + uniform() + uniform() + uniform() - 2)
      return (cubed ? z * z * z : z) + shift * c
    })
  })
const rounded = (all: Chains.Chains): Chains.Chains => all.map((chain) => chain.map((x) => Math.round(x)))

/** arviz-stats 0.8.0: ess "identity", "bulk", "tail" at 5 %, rhat "rank" and "identity"; null for one chain's rhat. */
const published: ReadonlyArray<readonly [string, Chains.Chains, ReadonlyArray<number | null>]> = [
  ["correlated", chains(4, 100, 0.5, 0, 1),
    [193.11545115675275, 201.13460636674435, 301.38491184468813, 1.0124161451161777, 1.0079841816657291]],
  ["alternating", chains(4, 100, -0.5, 0, 2),
    [1040.823996531185, 1040.823996531185, 275.1073718891561, 1.006683705896558, 1.0000047422485676]],
  ["slow", chains(2, 250, 0.9, 0, 3),
    [27.452119638501795, 31.711974212796928, 85.84778597913784, 1.0658477926344136, 1.0530625424213975]],
  ["shifted", chains(4, 60, 0, 0.3, 4),
    [8.311242945738478, 20.214082858946906, 113.98593448001436, 1.1587559599943364, 1.1926704627495726]],
  ["single", chains(1, 400, 0.3, 0, 5),
    [193.60874652624943, 185.66483884823802, 288.78198566729924, null, null]],
  ["heavy-tailed", chains(3, 100, 0.2, 0, 6, true),
    [243.57932632059635, 222.4653095196493, 299.738376977174, 1.0041110131157749, 0.9981203523150808]],
  ["tied", rounded(chains(4, 100, 0.5, 0, 1)),
    [null, 230.01881666714692, 225.60173970330607, 1.014284824899446, null]]
]

describe("rank-normalized R̂ and effective sizes", () => {
  for (const [name, draws, expected] of published) {
    it(`are those of arviz for ${name} chains`, () => {
      const found = [Chains.effectiveSize, Chains.bulkSize, Chains.tailSize, Chains.rHat, Chains.basicRHat]
        .map((measure) => measure(draws))
      expected.forEach((value, k) => {
        if (value !== null) expect(Math.abs(found[k]! / value - 1)).toBeLessThan(1e-10)
      })
    })
  }

  it("find chains of one law in agreement and worth (1 − ρ)/(1 + ρ) of their draws", () => {
    const rho = 0.6
    const [count, draws] = [4, 5000]
    const drawn = Array.from({ length: count }, (_, c) => {
      const noise = Random.normals(Random.stream("autoregressive", c), 0, draws)
      let z = noise[0]! / Math.sqrt(1 - rho * rho)
      return noise.map((xi) => (z = rho * z + xi))
    })
    expect(Chains.rHat(drawn)!).toBeLessThan(1.005)
    expect(Math.abs(Chains.bulkSize(drawn)! / ((count * draws * (1 - rho)) / (1 + rho)) - 1)).toBeLessThan(0.15)
  })

  it("see a chain in another place, or of another spread", () => {
    const base = chains(3, 200, 0, 0, 11)
    expect(Chains.rHat(base)!).toBeLessThan(1.02)
    expect(Chains.rHat([...base, base[0]!.map((x) => x + 3)])!).toBeGreaterThan(1.2)
    const spread = [...base, base[0]!.map((x) => 5 * x)]
    expect(Chains.rHat(spread)!).toBeGreaterThan(1.05)
    expect(Chains.basicRHat(spread)!).toBeLessThan(1.02)
  })

  it("are null for chains that do not move or are too short, and refuse chains of unlike lengths", () => {
    const still = [new Float64Array(10).fill(2), new Float64Array(10).fill(2)]
    const short = [Float64Array.of(1, 2, 3)]
    for (const draws of [still, short]) {
      expect([Chains.rHat(draws), Chains.bulkSize(draws), Chains.tailSize(draws)]).toEqual([null, null, null])
    }
    expect(() => Chains.rHat([new Float64Array(5), new Float64Array(6)])).toThrow("one length")
    expect(() => Chains.bulkSize([])).toThrow("one or more")
  })
})

describe("the normal quantile", () => {
  it("has the values of tables", () => {
    const table = [
      [0.975, 1.959963984540054], [0.995, 2.5758293035489004], [0.9, 1.2815515655446004],
      [1e-10, -6.361340902404056], [1e-300, -37.0470962993612]
    ] as const
    for (const [p, x] of table) expect(Math.abs(normalQuantile(p) / x - 1)).toBeLessThan(1e-12)
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, expect.closeTo(0, 15), Infinity])
    expect(() => normalQuantile(1.1)).toThrow("[0, 1]")
  })

  it("inverts the distribution function and is odd about one half", () => {
    for (let k = 1; k < 400; k++) {
      const p = k / 400
      expect(Math.abs(Normal.cumulative(normalQuantile(p)) / p - 1)).toBeLessThan(1e-13)
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 13)
    }
  })
})
