import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"

interface Case {
  readonly name: string
  readonly factors: ReadonlyArray<{ readonly rows: number; readonly columns: number; readonly data: string }>
  /** Descending, to 25 digits. */
  readonly values: ReadonlyArray<string>
}

/** Written by golden/singularValues.py, which says how. */
const golden: Readonly<Record<"matrices" | "products", ReadonlyArray<Case>>> =
  JSON.parse(readFileSync(new URL("golden/singularValues.json", import.meta.url), "utf8"))

const factorsOf = ({ factors }: Case): ReadonlyArray<Matrix.Matrix> =>
  factors.map(({ rows, columns, data }) => {
    const bytes = Buffer.from(data, "hex")
    return Matrix.make(rows, columns, Float64Array.from({ length: rows * columns }, (_, k) => bytes.readDoubleBE(8 * k)))
  })

const backends = (["js", "wasm", "native"] as const).flatMap((name) => load(name) ?? [])

describe.each(backends.map((backend) => [backend.name, backend] as const))("%s agrees with 60 digits", (_, backend) => {
  it.each(golden.matrices.map((one) => [one.name, one] as const))("on the matrix %s, to round-off of its norm", (_, one) => {
    const [matrix] = factorsOf(one)
    const values = backend.singularValues(matrix!)
    const norm = Number(one.values[0])
    expect(values.length).toBe(one.values.length)
    one.values.forEach((value, k) => expect(Math.abs(values[k]! - Number(value)) / norm).toBeLessThan(2e-15))
  })

  it.each(golden.products.map((one) => [one.name, one] as const))("on every value of the product %s", (_, one) => {
    const values = backend.productSpectra(factorsOf(one))
    expect(values.length).toBe(one.values.length)
    const norm = Number(one.values[0])
    one.values.forEach((value, k) => {
      if (value === "0") expect(values[k]! / norm).toBeLessThan(1e-15)
      else expect(Math.abs(values[k]! / Number(value) - 1)).toBeLessThan(1e-8)
    })
  })
})
