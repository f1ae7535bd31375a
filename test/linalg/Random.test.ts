// Statistical thresholds: a sound generator fails each comparison with probability at most 1e-6 (some forty
// comparisons, 4e-5 together). The streams are fixed: what passes once passes for ever.
import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import { fillIntegers } from "../../src/linalg/reference/draws.ts"
import { multiplyHigh, philox } from "../../src/linalg/reference/philox.ts"

const stream = Random.stream(1, "test")
const N = 200_000

describe("philox 4×32-10", () => {
  // kat_vectors of the Random123 distribution: counter, key, block.
  const known = [
    [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]]
  ] as const

  test("gives the published blocks", () => {
    for (const [[c0, c1, counter2, counter3], [key0, key1], expected] of known) {
      const block = new Uint32Array(4)
      philox({ key0, key1, counter2, counter3 }, c0, c1, block)
      expect(Array.from(block)).toEqual(expected)
    }
  })

  test("multiplies words exactly", () => {
    const words = [0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xd2511f53, 0xffffffff]
    for (const a of words) {
      for (const b of words) expect(multiplyHigh(a, b) >>> 0).toBe(Number((BigInt(a) * BigInt(b)) >> 32n))
    }
  })
})

describe("a stream", () => {
  test("is named by its seed and labels, in their order, type and length", () => {
    const names = [[1], ["1"], [1, 2], [2, 1], [12], [1, ""], [1, "a", "bc"], [1, "ab", "c"], [1, "abc"], [-1],
      [0], [-0], [1, "a", 1], [1.5]] as const
    const streams = names.map(([seed, ...labels]) => JSON.stringify(Random.stream(seed, ...labels)))
    expect(new Set(streams).size).toBe(names.length)
    expect(Random.stream(1, "a", 2)).toEqual(Random.stream(1, "a", 2))
  })

  test("keeps its name and its bits for ever", () => {
    expect(Random.stream(1, "teacher", 0)).toEqual({
      key0: 2488023274,
      key1: 2610021585,
      counter2: 723024832,
      counter3: 210642132
    })
    const digest = (array: Float64Array | Int32Array) =>
      createHash("sha256").update(Buffer.from(array.buffer)).digest("hex").slice(0, 32)
    expect(digest(Random.normals(stream, 0, 10_000))).toBe("e98fbe850befc09b8298354009456fba")
    expect(digest(Random.uniforms(stream, 0, 10_000))).toBe("4cee405c70e3a343f472ffcc9942f5ba")
    expect(digest(Random.integers(stream, 0, 10_000, 1000))).toBe("ae14536d993d2760b30e7d8969ea18a3")
    expect(digest(Random.permutation(stream, 3, 10_000))).toBe("af8ea3b496473ecd0b01d309bd6643f6")
  })

  test("is the same from whatever element one starts, far out as well", () => {
    for (const start of [0, 7, 2 ** 33 - 20, 2 ** 52 - 64]) {
      for (const draw of [Random.normals, Random.uniforms] as const) {
        const whole = draw(stream, start, 40)
        for (const [from, count] of [[0, 1], [1, 1], [3, 8], [4, 7], [39, 1], [11, 0]] as const) {
          expect(draw(stream, start + from, count)).toEqual(whole.slice(from, from + count))
        }
      }
      const whole = Random.integers(stream, start, 40, 97)
      expect(Random.integers(stream, start + 5, 9, 97)).toEqual(whole.slice(5, 14))
    }
  })

  test("shares no block between kinds, epochs or streams", () => {
    const other = Random.stream(1, "test 2")
    // Were the blocks the same, these would be: both are the upper 31 bits of a draw.
    const fromUniforms = Random.uniforms(stream, 0, 8).map((u) => Math.floor((u - 2 ** -53) * 2 ** 31))
    const draws = [fromUniforms, Random.integers(stream, 0, 8, 2 ** 31), Random.integers(other, 0, 8, 2 ** 31),
      Random.integers(stream, 2 ** 33, 8, 2 ** 31)]
    expect(new Set(draws.flatMap((values) => Array.from(values))).size).toBe(32)
    expect(Random.permutation(stream, 0, 20)).not.toEqual(Random.permutation(stream, 1, 20))
    expect(Random.permutation(stream, 0, 20)).not.toEqual(Random.permutation(other, 0, 20))
  })

  test("refuses places and bounds that it does not have", () => {
    for (const from of [-1, 0.5, NaN, 2 ** 53]) expect(() => Random.normals(stream, from, 1)).toThrow("no element")
    for (const below of [0, -1, 1.5, 2 ** 31 + 1]) expect(() => Random.integers(stream, 0, 1, below)).toThrow("below")
    for (const index of [-1, 0.5, 2 ** 28]) expect(() => Random.permutation(stream, index, 3)).toThrow("no permutation")
  })
})

/** sup |F_n − F| · √n; Kolmogorov: above x with probability 2 exp(−2x²), that is 1e-6 at 2.694. */
const kolmogorov = (values: Float64Array, distribution: (x: number) => number): number => {
  const sorted = values.toSorted()
  const n = sorted.length
  return Math.sqrt(n) * sorted.reduce((worst, x, i) => {
    const p = distribution(x)
    return Math.max(worst, (i + 1) / n - p, p - i / n)
  }, 0)
}

/** Φ(x) = ½ + φ(x)(x + x³/3 + x⁵/15 + …). */
const normalDistribution = (x: number): number => {
  let sum = 0
  for (let term = x, n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
    sum += term
    term *= (x * x) / (n + 2)
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)
}

/** The mean of f over values, in standard errors from `expected`, where f has variance `variance`. */
const deviation = (
  values: Float64Array, f: (x: number, i: number) => number, expected: number, variance: number
): number =>
  Math.abs(values.reduce((sum, x, i) => sum + f(x, i) - expected, 0)) / Math.sqrt(values.length * variance)

const LIMIT = 4.9 // of a standard normal: exceeded with probability 1e-6

describe("normals", () => {
  const z = Random.normals(stream, 0, N)

  test("follow the normal distribution, all together and each of a pair alone", () => {
    expect(kolmogorov(z, normalDistribution)).toBeLessThan(2.694)
    expect(kolmogorov(z.filter((_, i) => i % 2 === 0), normalDistribution)).toBeLessThan(2.694)
    expect(kolmogorov(z.filter((_, i) => i % 2 === 1), normalDistribution)).toBeLessThan(2.694)
    expect(kolmogorov(Random.normals(stream, 2 ** 40, 50_000), normalDistribution)).toBeLessThan(2.694)
  })

  test("have the moments 0, 1, 0, 3, 0, 15", () => {
    // Variance of z^k: (2k − 1)!! − ((k − 1)!! for even k)².
    const cases = [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96], [5, 0, 945], [6, 15, 10170]] as const
    for (const [k, mean, variance] of cases) expect(deviation(z, (x) => x ** k, mean, variance)).toBeLessThan(LIMIT)
  })

  test("are uncorrelated with their neighbours, in value, in size and across streams", () => {
    for (const lag of [1, 2, 3, 4, 7, 1000]) {
      const ahead = Random.normals(stream, lag, N)
      expect(deviation(z, (x, i) => x * ahead[i]!, 0, 1)).toBeLessThan(LIMIT)
      expect(deviation(z, (x, i) => (x * x - 1) * (ahead[i]! * ahead[i]! - 1), 0, 4)).toBeLessThan(LIMIT)
    }
    const other = Random.normals(Random.stream(2, "test"), 0, N)
    expect(deviation(z, (x, i) => x * other[i]!, 0, 1)).toBeLessThan(LIMIT)
  })

  test("reach as far out as they should, on either side", () => {
    for (const bound of [2, 3, 3.5]) {
      const p = 1 - normalDistribution(bound)
      for (const sign of [1, -1]) {
        expect(deviation(z, (x) => (sign * x > bound ? 1 : 0), p, p * (1 - p))).toBeLessThan(LIMIT)
      }
    }
  })
})

test("uniforms are uniform on (0, 1], multiples of 2^-53, and uncorrelated", () => {
  const u = Random.uniforms(stream, 0, N)
  expect(kolmogorov(u, (x) => x)).toBeLessThan(2.694)
  expect(kolmogorov(u.map((x) => (x * 2 ** 26) % 1), (x) => x)).toBeLessThan(2.694) // the lower bits alone
  expect(u.every((x) => x > 0 && x <= 1 && Number.isInteger(x * 2 ** 53))).toBe(true)
  const ahead = Random.uniforms(stream, 1, N)
  expect(deviation(u, (x, i) => (x - 0.5) * (ahead[i]! - 0.5), 0, 1 / 144)).toBeLessThan(LIMIT)
})

/** Pearson's χ² of counts that should be equal, as a standard normal by Wilson and Hilferty's cube root. */
const unequal = (counts: ReadonlyArray<number>): number => {
  const mean = counts.reduce((a, b) => a + b) / counts.length
  const freedom = counts.length - 1
  const square = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
  return (Math.cbrt(square / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

describe("integers", () => {
  test("are the exact floor of a 64-bit draw times the bound over 2^64", () => {
    const block = new Uint32Array(4)
    for (const below of [1, 2, 3, 10, 1000, 2 ** 31 - 1, 2 ** 31]) {
      const found = new Int32Array(40)
      fillIntegers(stream, 0, below, found)
      for (let e = 0; e < 40; e++) {
        philox(stream, e >> 1, 2 * 2 ** 28, block)
        const draw = (BigInt(block[(e % 2) * 2]!) << 32n) | BigInt(block[(e % 2) * 2 + 1]!)
        expect(found[e]).toBe(Number((draw * BigInt(below)) >> 64n))
      }
    }
  })

  test("take every value equally often", () => {
    for (const below of [2, 3, 10, 97]) {
      const counts = new Array<number>(below).fill(0)
      for (const value of Random.integers(stream, 0, N, below)) counts[value]!++
      expect(unequal(counts)).toBeLessThan(LIMIT)
    }
  })
})

describe("permutations", () => {
  test("hold every index once", () => {
    for (const n of [0, 1, 2, 5, 1000]) {
      expect(Array.from(Random.permutation(stream, 5, n).toSorted())).toEqual(Array.from({ length: n }, (_, i) => i))
    }
  })

  test("take every order equally often over the epochs, whatever came the epoch before", () => {
    const counts = new Map<string, number>()
    const pairs = new Map<string, number>()
    let before = ""
    for (let epoch = 0; epoch < 36_000; epoch++) {
      const order = Random.permutation(stream, epoch, 4).join("")
      counts.set(order, (counts.get(order) ?? 0) + 1)
      pairs.set(before + order, (pairs.get(before + order) ?? 0) + 1)
      before = order
    }
    pairs.delete([...pairs.keys()].find((key) => key.length === 4)!)
    expect([counts.size, pairs.size]).toEqual([24, 576])
    expect(unequal([...counts.values()])).toBeLessThan(LIMIT)
    expect(unequal([...pairs.values()])).toBeLessThan(LIMIT)
  })

  test("send every index to every place equally often", () => {
    const counts = new Array<number>(49).fill(0)
    for (let epoch = 0; epoch < 20_000; epoch++) {
      Random.permutation(stream, 2 ** 27 + epoch, 7).forEach((value, place) => counts[7 * value + place]!++)
    }
    expect(unequal(counts)).toBeLessThan(LIMIT)
  })
})
