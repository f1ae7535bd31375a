import { describe, expect, test } from "vitest"
import * as elementary from "../../src/linalg/elementary.ts"
import * as Random from "../../src/linalg/Random.ts"
import * as Exact from "./bigReal.ts"

const stream = Random.stream("points of elementary functions")

/** 1500 points of [from, to], and as many of [2^from, 2^to]. */
const even = (from: number, to: number): Array<number> =>
  Array.from(Random.uniforms(stream, 0, 1500), (u) => from + (to - from) * u)
const spread = (from: number, to: number): Array<number> => even(from, to).map((x) => 2 ** x)

const largestError = (found: (x: number) => number, exact: (x: number) => Exact.Real, points: ReadonlyArray<number>) =>
  Math.max(...points.map((x) => Exact.ulps(found(x), exact(x))))

describe("less than one ulp from the exact value lies", () => {
  test("the integer arithmetic that the others are held against: it repeats decimals of e, ln 10, sin 1 and √2", () => {
    const near = (real: Exact.Real, digits: string) => {
      const decimal = (real.mantissa * 10n ** 50n) >> BigInt(-real.exponent)
      expect(String(decimal)).toBe(digits)
    }
    near(Exact.exp(1), "271828182845904523536028747135266249775724709369995")
    near(Exact.log(10), "230258509299404568401799145468436420760110148862877")
    near(Exact.sin(1), "84147098480789650665250232163029899962256306079837")
    near(Exact.power(2, 0.5), "141421356237309504880168872420969807856967187537694")
  })

  test("exp, into the subnormal numbers", () => {
    expect(largestError(elementary.exp, Exact.exp, [...even(-708, 709), ...even(-1, 1)])).toBeLessThan(0.85)
    expect(largestError(elementary.exp, Exact.exp, even(-745, -708))).toBeLessThan(1)
  })

  test("log, of every size and close to 1", () => {
    const close = spread(-50, -2)
    const points = [...spread(-1074, 1023), ...even(0.5, 2), ...close.map((x) => 1 + x), ...close.map((x) => 1 - x)]
    expect(largestError(elementary.log, Exact.log, points)).toBeLessThan(0.85)
  })

  test("sin and cos, up to the largest doubles and beside every multiple of π/2", () => {
    const multiples = even(1, 1e6).map((x) => Math.round(x) * (Math.PI / 2))
    // 6381956970095103·2^797 is the double closest to a multiple of π/2 (Muller, Elementary Functions, 2016).
    const points = [...even(-10, 10), ...spread(-30, 1023), ...multiples, 6381956970095103 * 2 ** 797]
    expect(largestError(elementary.sin, Exact.sin, points)).toBeLessThan(0.85)
    expect(largestError(elementary.cos, Exact.cos, points)).toBeLessThan(0.85)
  })

  test("sin2Pi and cos2Pi, close to their zeros too", () => {
    const points = [...even(0, 1), ...even(-1000, 1000), ...spread(-53, -3).flatMap((x) => [x, 0.25 + x, 0.5 - x])]
    expect(largestError(elementary.sin2Pi, Exact.sin2Pi, points)).toBeLessThan(0.85)
    expect(largestError(elementary.cos2Pi, Exact.cos2Pi, points)).toBeLessThan(0.85)
  })

  test("power, also where y·ln x is hundreds", () => {
    const bases = [...spread(-20, 20), ...spread(-1000, 1000), ...spread(-50, -3).map((x) => 1 + x)]
    const sizes = even(-700, 700)
    const error = (x: number, y: number) => Exact.ulps(elementary.power(x, y), Exact.power(x, y))
    expect(Math.max(...bases.map((x, k) => error(x, sizes[(7 * k) % 1500]! / Math.log(x))))).toBeLessThan(0.85)
  })

  test("hypot, whatever the sizes", () => {
    const [a, b] = [spread(-500, 500), spread(-30, 3)]
    const error = (x: number, y: number) => Exact.ulps(elementary.hypot(x, y), Exact.hypot(x, y))
    expect(Math.max(...a.map((x, k) => error(x, x * b[(7 * k) % 1500]!)))).toBeLessThan(0.6)
  })
})

describe("the edge cases are those of Math", () => {
  const expectSame = (found: number, known: number, what: string) => {
    if (Number.isFinite(known) && known !== 0) expect(Math.abs(found / known - 1), what).toBeLessThan(1e-15)
    else expect(found, what).toBe(known)
  }
  const edges = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e300, -1e300, 5e-324, -5e-324, 1e-310, Infinity, -Infinity,
    NaN, 2 ** 53, 2 ** 53 - 1, -(2 ** 53 - 1), 709.782712893384, 709.7827128933841, -745.1332191019412, -745.14, 1.5]

  test("of exp, log, sin and cos", () => {
    for (const [ours, theirs] of [[elementary.exp, Math.exp], [elementary.log, Math.log], [elementary.sin, Math.sin],
      [elementary.cos, Math.cos]] as const) {
      for (const x of edges) expectSame(ours(x), theirs(x), `${theirs.name}(${x})`)
    }
  })

  test("of power and hypot, in every pair", () => {
    for (const x of edges) {
      for (const y of edges) {
        expectSame(elementary.power(x, y), Math.pow(x, y), `${x} to the ${y}`)
        expectSame(elementary.hypot(x, y), Math.hypot(x, y), `hypot(${x}, ${y})`)
      }
    }
  })

  test("of sin2Pi and cos2Pi: exact at quarter turns", () => {
    for (const turns of [0, 1, -3, 1e6]) {
      expect([0, 0.25, 0.5, 0.75].map((u) => elementary.sin2Pi(turns + u) + 0)).toEqual([0, 1, 0, -1])
      expect([0, 0.25, 0.5, 0.75].map((u) => elementary.cos2Pi(turns + u) + 0)).toEqual([1, 0, -1, 0])
    }
    for (const x of [NaN, Infinity, -Infinity]) expect([elementary.sin2Pi(x), elementary.cos2Pi(x)]).toEqual([NaN, NaN])
  })
})

test("powers that a double can hold are exact", () => {
  for (let base = 2; base <= 12; base++) {
    for (let y = 1; base ** y <= 2 ** 53; y++) expect(elementary.power(base, y)).toBe(base ** y)
  }
  for (let y = -1074; y <= 1023; y++) expect(elementary.power(2, y)).toBe(2 ** y)
  for (const x of [9, 1e10 ** 2, 2 ** -40, 144]) expect(elementary.power(x, 0.5)).toBe(Math.sqrt(x))
})

test("scaling by powers of two rounds once, and the exponent brackets its number", () => {
  for (const x of [1, 1.75, -3.3, 5e-324, 1e-310, 1.7e308, 0, -0, Infinity]) {
    for (const k of [0, 1, -1, 52, -52, 1000, -1022]) expect(elementary.scaleByPowerOfTwo(x, k)).toBe(x * 2 ** k)
  }
  const above = 1 + 2 ** -52
  expect(elementary.scaleByPowerOfTwo(above, -1074)).toBe(5e-324)
  expect(elementary.scaleByPowerOfTwo(above, -1075)).toBe(5e-324)
  expect(elementary.scaleByPowerOfTwo(1, -1075)).toBe(0)
  expect(elementary.scaleByPowerOfTwo(5e-324, 2000)).toBe(2 ** 926)
  for (const x of [1, 1.99, 2, 0.3, 5e-324, 1e-310, -7e200, 2.2250738585072014e-308]) {
    const k = elementary.exponent(x)
    expect(elementary.scaleByPowerOfTwo(Math.abs(x), -k)).toBeGreaterThanOrEqual(1)
    expect(elementary.scaleByPowerOfTwo(Math.abs(x), -k)).toBeLessThan(2)
  }
})
