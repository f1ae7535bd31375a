import { Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Network from "../../src/dln/Network.ts"

const widths = [3, 5, 2, 4]
const weights = Float64Array.from({ length: 3 * 5 + 5 * 2 + 2 * 4 }, (_, index) => ((index * 7) % 11) - 5)
const reference = (matrix: Matrix.Matrix): Reference =>
  Reference.from1DArray(matrix.rows, matrix.columns, Array.from(matrix.data))

describe("flat weights", () => {
  test("layers are views of the flat array, W_1 first, row-major", () => {
    expect(Network.size(widths)).toBe(weights.length)
    const [first, second, third] = Network.layers(widths, weights)
    expect([first!.rows, first!.columns, second!.rows, second!.columns, third!.rows, third!.columns])
      .toEqual([5, 3, 2, 5, 4, 2])
    expect(Matrix.at(second!, 1, 2)).toBe(weights[15 + 1 * 5 + 2])
    expect(third!.data.buffer).toBe(weights.buffer)
  })

  test("joining the layers gives the weights back", () => {
    expect(Network.flatten(Network.layers(widths, weights))).toEqual(weights)
  })

  test("partial products are ml-matrix's products of the layers, the empty one an identity", () => {
    const [w1, w2, w3] = Network.layers(widths, weights).map(reference)
    const expected = [
      [1, 2, w2!.mmul(w1!)],
      [2, 3, w3!.mmul(w2!)],
      [1, 3, w3!.mmul(w2!).mmul(w1!)],
      [3, 3, w3!]
    ] as const
    for (const [i, j, product] of expected) {
      expect(Array.from(Network.partialProduct(widths, weights, i, j).data)).toEqual(product.to1DArray())
    }
    expect(Network.endToEnd(widths, weights)).toEqual(Network.partialProduct(widths, weights, 1, 3))
    expect(Network.partialProduct(widths, weights, 3, 2)).toEqual(Matrix.identity(2))
  })

  test("what is not there is refused with its name", () => {
    expect(() => Network.layer(widths, weights, 0)).toThrow("no layer 0")
    expect(() => Network.layer(widths, weights, 4)).toThrow("no layer 4")
    expect(() => Network.layer(widths, weights.slice(1), 1)).toThrow("take 33 weights, got 32")
    expect(() => Network.partialProduct(widths, weights, 3, 1)).toThrow("P_3,1")
    expect(() => Network.width(widths, 4)).toThrow("d_4")
  })
})

test("widths must be positive integers, three at least", () => {
  expect(Network.checkWidths([10, 32, 32, 10])).toBeUndefined()
  expect(Network.checkWidths([1, 1, 1])).toBeUndefined()
  for (const wrong of [0, -1, 1.5, NaN, Infinity]) expect(Network.checkWidths([4, wrong, 4])).toContain(`got ${wrong}`)
  expect(Network.checkWidths([4, 4])).toContain("at least two layers")
  expect(Network.checkWidths([])).toContain("at least two layers")
  expect(Network.bottleneck(widths)).toBe(2)
  expect(Network.depth(widths)).toBe(3)
})
