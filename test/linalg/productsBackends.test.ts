import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { reference } from "../../src/linalg/compiled/products.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { integers, normals, stream } from "../../src/linalg/Random.ts"

const bits = ({ data }: Matrix.Matrix): string => Buffer.from(data.slice().buffer).toString("hex")

const matrix = (label: string, rows: number, columns: number): Matrix.Matrix =>
  Matrix.make(rows, columns, normals(stream("products", label), 0, rows * columns).map((x, place) => place % 11 === 0 ? -0 : x))

/** Wide, tall and deep ones, a row or a column, and a data set of many rows. */
const shapes = Array.from({ length: 120 }, (_, shape): readonly [rows: number, columns: number, depth: number] => {
  const [rows, columns, depth] = integers(stream("product shapes"), 3 * shape, 3, 40)
  return shape % 20 === 0 ? [1 + rows!, 1 + columns!, 1000 + depth!] : [shape % 7 === 0 ? 1 : 10 + rows!, 1 + columns!, 8 + depth!]
})

const built = (["wasm", "native"] as const).map((name) => [name, load(name)] as const)
  .filter(([, backend]) => backend !== undefined)

describe.each(built)("products by %s", (_, loaded) => {
  const backend = loaded!

  it("have the bits of the definition", () => {
    for (const [rows, columns, depth] of shapes) {
      const shape = `${rows} × ${depth} × ${columns}`
      const [a, b] = [matrix(`a ${shape}`, rows, depth), matrix(`b ${shape}`, depth, columns)]
      expect(bits(backend.multiply(a, b)), shape).toBe(bits(reference.multiply(a, b)))
      expect(bits(backend.multiplyTransposed(Matrix.transpose(a), b)), shape).toBe(bits(reference.multiply(a, b)))
    }
  })

  it("refuse shapes that do not fit", () => {
    expect(() => backend.multiply(matrix("a", 40, 50), matrix("b", 40, 50))).toThrow("multiply")
    expect(() => backend.multiplyTransposed(matrix("a", 40, 50), matrix("b", 50, 40))).toThrow("multiply")
  })

  it("read nothing behind data that are too short for the shapes", () => {
    const [whole, short] = [matrix("a", 40, 40), { ...matrix("a", 40, 40), data: new Float64Array(1599) }]
    for (const [a, b] of [[short, whole], [whole, short]] as const) {
      expect(bits(backend.multiply(a, b))).toBe(bits(reference.multiply(a, b)))
      expect(bits(backend.multiplyTransposed(a, b))).toBe(bits(reference.multiplyTransposed(a, b)))
    }
  })
})
