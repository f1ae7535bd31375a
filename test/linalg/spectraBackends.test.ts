import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { reference } from "../../src/linalg/compiled/spectra.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import { normals, stream, uniforms } from "../../src/linalg/Random.ts"
import { bits, dice, entries, network } from "./anyMatrices.ts"

const sizeOf = (widths: ReadonlyArray<number>): number =>
  widths.slice(1).reduce((sum, rows, l) => sum + rows * widths[l]!, 0)

const layersOf = (widths: ReadonlyArray<number>, weights: Float64Array): ReadonlyArray<Matrix.Matrix> =>
  widths.slice(1).map((rows, l) => {
    const from = sizeOf(widths.slice(0, l + 1))
    return Matrix.make(rows, widths[l]!, weights.slice(from, from + rows * widths[l]!))
  })

const failureOf = (compute: () => unknown): unknown => {
  try {
    compute()
  } catch (failure) {
    return failure
  }
  throw new Error("It did not fail.")
}

const compiled = (["wasm", "native"] as const).map((name) => [name, load(name)] as const)

const built = compiled.filter(([, backend]) => backend !== undefined)

describe.each(built)("%s finds the bits of the reference:", (_, loaded) => {
  const backend = loaded!

  it("singular values of one matrix and of many, whatever shape and size", () => {
    const roll = dice("matrices")
    for (let label = 0; label < 500; label++) {
      const widest = [2, 5, 12, 40, 130][label % 5]!
      const [rows, columns, count] = [roll(1, widest), roll(1, widest), widest < 40 ? roll(1, 11) : 2]
      const matrices = entries(roll, `${label}`, rows * columns * count)
      const about = `${rows} × ${columns}, number ${label}`
      const expected = reference.allSingularValues(rows, columns, matrices)
      expect(bits(backend.allSingularValues(rows, columns, matrices)), about).toBe(bits(expected))
      const first = Matrix.make(rows, columns, matrices.slice(0, rows * columns))
      expect(bits(backend.singularValues(first)), about).toBe(bits(expected.slice(0, Math.min(rows, columns))))
    }
  })

  it("singular values of bidiagonal matrices with zeros, clusters, integers and gradings", () => {
    const draws = uniforms(stream("bidiagonal"), 0, 60_000)
    let next = 0
    const draw = (): number => draws[next++]!
    const shapes = [draw, () => 10 ** (-20 * draw()), () => (draw() < 0.3 ? 0 : draw()), () => 10 ** (-200 * draw()),
      () => 1 + (draw() < 0.5 ? 0 : 1e-9 * draw()), () => Math.floor(3 * draw()), () => 2 ** Math.floor(-60 * draw())]
    for (let round = 0; round < 1000; round++) {
      const n = 1 + Math.floor(20 * draw())
      const matrix = Matrix.diagonal(Array.from({ length: n }, shapes[round % shapes.length]!))
      for (let k = 0; k < n - 1; k++) matrix.data[k * n + k + 1] = shapes[round % shapes.length]!()
      expect(bits(backend.singularValues(matrix)), `number ${round}`).toBe(bits(reference.singularValues(matrix)))
    }
  })

  it("spectra of products and of all partial products, of one network and of many", () => {
    const roll = dice("products")
    let small = 0
    for (let label = 0; label < 240; label++) {
      const widest = [2, 5, 12, 30, 130][label % 5]!
      const [depth, count] = widest < 130 ? [roll(1, 8), roll(1, 3)] : [roll(1, 2), 1]
      const widths = Array.from({ length: depth + 1 }, () => roll(1, widest))
      const networks = Array.from({ length: count }, (_, k) => network(roll, `${label} ${k}`, widths))
      const weights = Float64Array.from(networks.flatMap((each) => [...each]))
      const about = `widths ${widths}, number ${label}`
      const expected = reference.allProductSpectra(widths, weights)
      expect(bits(backend.allProductSpectra(widths, weights)), about).toBe(bits(expected))
      expect(bits(backend.productSpectra(layersOf(widths, networks[0]!))), about).toBe(bits(expected[depth - 1]!))
      small += expected.filter((values) => values.some((value) => value > 0 && value < 1e-7 * values[0]!)).length
    }
    expect(small).toBeGreaterThan(100) // those went by Jacobi's rotations
  })

  it("spectra of products beyond the range of doubles, and of what is nothing at all", () => {
    for (const power of [-1070, -700, -200, 200, 700, 1000]) {
      const [a, b, c] = layersOf([4, 5, 3, 4], normals(stream("scaled"), 0, 47))
      const factors = [Matrix.scale(a!, 2 ** power), Matrix.scale(b!, 2 ** power), Matrix.scale(c!, 1e300)]
      expect(bits(backend.productSpectra(factors))).toBe(bits(reference.productSpectra(factors)))
    }
    for (const [rows, columns] of [[0, 0], [0, 3], [3, 0]] as const) {
      expect(backend.singularValues(Matrix.make(rows, columns))).toEqual(new Float64Array(0))
      expect(backend.allSingularValues(rows, columns, new Float64Array(0))).toEqual(new Float64Array(0))
    }
    expect(backend.allSingularValues(2, 3, new Float64Array(0))).toEqual(new Float64Array(0))
    expect(backend.allProductSpectra([2, 3], new Float64Array(0))).toEqual([])
    for (const widths of [[], [3], [0, 3], [2, 0, 4]]) {
      expect(backend.allProductSpectra(widths, new Float64Array(0)))
        .toEqual(reference.allProductSpectra(widths, new Float64Array(0)))
    }
    expect(backend.productSpectra([Matrix.make(0, 3), Matrix.make(2, 0)])).toEqual(new Float64Array(2))
  })

  it("tridiagonal forms of symmetric matrices, of which only the lower triangle counts", () => {
    const roll = dice("symmetric")
    const formOf = ({ tridiagonalize }: typeof reference, matrix: Matrix.Matrix): string => {
      const { diagonal, off } = tridiagonalize(matrix)
      return bits([Float64Array.from(diagonal), Float64Array.from(off)])
    }
    for (let label = 0; label < 400; label++) {
      const n = roll(1, [3, 9, 30, 70][label % 4]!)
      const matrix = Matrix.make(n, n, entries(roll, `symmetric ${label}`, n * n))
      expect(formOf(backend, matrix), `size ${n}, number ${label}`).toBe(formOf(reference, matrix))
    }
  })

  it("spectra of formed products on the circle of layers, whatever arcs are asked for", () => {
    const roll = dice("arcs")
    for (let label = 0; label < 240; label++) {
      const widest = [2, 5, 9, 30][label % 4]!
      const depth = roll(1, widest < 30 ? 6 : 3)
      const widths = Array.from({ length: depth + 1 }, () => roll(label % 7 === 0 ? 0 : 1, widest))
      const [inputs, outputs] = [widths[0]!, widths[depth]!]
      const weights = network(roll, `arcs ${label}`, widths)
      const through = Matrix.make(inputs, outputs, entries(roll, `through ${label}`, inputs * outputs, roll(0, 3)))
      const arcs = Array.from({ length: roll(0, 12) }, () => [roll(1, depth + 1), roll(0, depth)] as const)
      const outcome = (kernel: typeof reference): unknown => {
        try {
          return bits(kernel.arcSpectra(widths, weights, arcs, through))
        } catch (failure) {
          return failure
        }
      }
      expect(outcome(backend), `widths ${widths}, arcs ${arcs.join(" ")}, number ${label}`).toEqual(outcome(reference))
    }
    const [weights, through] = [entries(roll, "small", 12, 0), Matrix.identity(2)]
    const layers = [[1, 1], [1, 2], [2, 2]] as const
    expect(backend.arcSpectra([2, 3, 2], weights, layers)).toEqual(reference.arcSpectra([2, 3, 2], weights, layers))
    expect(() => backend.arcSpectra([2, 3, 2], weights, [[3, 1]])).toThrow("give it")
    expect(() => backend.arcSpectra([2, 3, 2], weights, [[3, 1]], Matrix.identity(3))).toThrow("Cannot multiply")
    expect(backend.arcSpectra([2, 3, 2], weights, [], through)).toEqual([])
    expect(backend.arcSpectra([2, 3, 0], weights.slice(0, 6), [[3, 0], [3, 1]], Matrix.make(2, 0)))
      .toEqual([new Float64Array(0), new Float64Array(0)])
  })

  it("orthonormal columns, whatever the rank, shape and size, of one matrix and of many", () => {
    const roll = dice("columns")
    for (let label = 0; label < 400; label++) {
      const widest = [2, 5, 12, 40][label % 4]!
      const [rows, columns, count] = [roll(1, widest), roll(1, widest), roll(1, 5)]
      const matrices = label % 5 > 0
        ? entries(roll, `columns ${label}`, rows * columns * count)
        : Float64Array.from(Array.from({ length: count }, (_, k) => [...network(roll, `${label} ${k}`, [columns, rows])]).flat())
      const about = `${rows} × ${columns}, number ${label}`
      expect(bits(backend.qFactors(rows, columns, matrices)), about).toBe(bits(reference.qFactors(rows, columns, matrices)))
    }
    const lost = Float64Array.of(1, 2, NaN, 4, 5, Infinity)
    expect(backend.qFactors(3, 2, lost)).toEqual(reference.qFactors(3, 2, lost))
    expect(backend.qFactors(2, 3, new Float64Array(0))).toEqual(new Float64Array(0))
    expect(() => backend.qFactors(2, 3, new Float64Array(9))).toThrow("no whole number of 2 × 3 matrices")
  })

  it("eigenvalues of tridiagonal matrices, and how many are below a bound", () => {
    const roll = dice("tridiagonal")
    for (let label = 0; label < 200; label++) {
      const n = roll(1, 40)
      const off = Array.from(entries(roll, `off ${label}`, n - 1 + roll(0, 2)))
      const t = { diagonal: entries(roll, `diagonal ${label}`, n), off }
      const indices = Array.from({ length: roll(0, 20) }, () => roll(0, n - 1))
      const bounds = [...indices.map((index) => t.diagonal[index]!), 0, -0, ...reference.eigenvaluesAt(t, indices)]
      const about = `size ${n}, number ${label}`
      expect(bits(backend.eigenvaluesAt(t, indices)), about).toBe(bits(reference.eigenvaluesAt(t, indices)))
      expect(backend.countsBelow(t, bounds), about).toEqual(reference.countsBelow(t, bounds))
    }
  })

  it("more matrices than one call takes", () => {
    const matrices = entries(dice("many"), "many", 30 * 30 * 2500, 0)
    const one = backend.singularValues(Matrix.make(30, 30, matrices.slice(-900)))
    expect(bits(backend.allSingularValues(30, 30, matrices).slice(-30))).toBe(bits(one))
    const weights = entries(dice("many"), "many", 130 * 6000, 0)
    const spectra = backend.allProductSpectra([5, 10, 8], weights)
    expect(spectra.length).toBe(18000)
    expect(bits(spectra.slice(-3))).toBe(bits(backend.allProductSpectra([5, 10, 8], weights.slice(-130))))
  })

  it("the failure, with the place of what is not finite", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const matrices = entries(dice("bad"), "bad", 60, 0)
      for (const place of [0, 11, 12, 37, 59]) {
        const damaged = matrices.with(place, bad)
        const one = Matrix.make(3, 20, damaged)
        const square = Matrix.make(7, 7, Float64Array.from({ length: 49 }, (_, k) => damaged[(k + place) % 60]!))
        const layers = layersOf([4, 3, 6, 5], damaged)
        for (const failing of [
          (kernel: typeof reference) => kernel.singularValues(one),
          (kernel: typeof reference) => kernel.tridiagonalize(square),
          (kernel: typeof reference) => kernel.allSingularValues(3, 4, damaged),
          (kernel: typeof reference) => kernel.productSpectra(layers),
          (kernel: typeof reference) => kernel.allProductSpectra([4, 3], damaged)
        ]) {
          const failure = failureOf(() => failing(backend))
          expect(failure).toBeInstanceOf(NotFinite)
          expect(failure).toEqual(failureOf(() => failing(reference)))
          expect(failure).toMatchObject({ value: bad })
        }
        expect(failureOf(() => backend.allSingularValues(3, 4, damaged)))
          .toMatchObject({ factor: 1 + Math.floor(place / 12), row: Math.floor(place % 12 / 4), column: place % 4 })
      }
    }
  })

  it("the refusal of what does not fit, of nothing, and of half a matrix", () => {
    expect(() => backend.productSpectra([Matrix.make(2, 3), Matrix.make(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6))]))
      .toThrow("Cannot multiply")
    expect(() => backend.productSpectra([])).toThrow("at least one")
    expect(() => backend.tridiagonalize(Matrix.make(2, 3))).toThrow("square")
    expect(() => backend.tridiagonalize(Matrix.make(0, 0))).toThrow("at least one")
    expect(() => backend.allSingularValues(2, 3, new Float64Array(9))).toThrow("no whole number of 2 × 3 matrices")
    expect(() => backend.allProductSpectra([2, 3], new Float64Array(7))).toThrow("networks of widths 2, 3")
  })

  it("nothing behind the ends of what it is given", () => {
    const short = { diagonal: Float64Array.of(1, 2, 3), off: Float64Array.of(1) }
    expect(backend.countsBelow(short, [0, 2])).toEqual(reference.countsBelow(short, [0, 2]))
    expect(backend.eigenvaluesAt(short, [0, 2])).toEqual(reference.eigenvaluesAt(short, [0, 2]))
    for (const arc of [[1.5, 2], [0, 1], [1, 3]] as const) {
      const outcome = ({ arcSpectra }: typeof reference): unknown => {
        try {
          return arcSpectra([2, 2, 2], new Float64Array(8), [arc])
        } catch (failure) {
          return failure
        }
      }
      expect(outcome(backend), `${arc}`).toEqual(outcome(reference))
    }
  })
})
