import { SingularValueDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Teacher from "../../src/dln/Teacher.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

describe("a teacher", () => {
  test("has the singular values that were asked for, by ml-matrix, and the vectors that it says", () => {
    for (const [outputs, inputs, s] of [[10, 10, [6, 4, 2.5, 1.5]], [4, 7, [5, 5, 2, 2]], [3, 2, [1e-3]]] as const) {
      const { U, V, M } = Teacher.make({ singularValues: s, outputs, inputs, stream: Random.stream(1, "teacher") })
      const dense = Reference.from1DArray(outputs, inputs, Array.from(M.data))
      const found = new SingularValueDecomposition(dense, { autoTranspose: true }).diagonal
      s.forEach((value, k) => expect(found[k]! / value).toBeCloseTo(1, 13))
      expect(found[s.length] ?? 0).toBeLessThan(1e-14 * s[0])
      const image = Matrix.multiply(M, V)
      s.forEach((value, k) =>
        Matrix.column(image, k).forEach((entry, r) => expect(entry).toBeCloseTo(value * Matrix.at(U, r, k), 13)))
    }
  })

  test("is another one on another stream", () => {
    const [one, two] = [1, 2].map((seed) =>
      Teacher.make({ singularValues: [2, 1], outputs: 3, inputs: 3, stream: Random.stream(seed, "teacher") }))
    expect(Matrix.frobenius(Matrix.subtract(one!.M, two!.M))).toBeGreaterThan(0.1)
  })

  test("with impossible singular values is not made", () => {
    const options = { outputs: 3, inputs: 2, stream: Random.stream(1) }
    for (const [s, sentence] of [
      [[], "at least one"],
      [[3, 2, 1], "at most 2"],
      [[1, 2], "largest first"],
      [[1, 0], "positive"],
      [[NaN], "positive"],
      [[Infinity, 1], "finite"]
    ] as const) {
      expect(() => Teacher.make({ ...options, singularValues: s })).toThrow(sentence)
    }
  })
})

describe("the kinds of teachers", () => {
  test("do not overlap, and every possible spectrum is of one kind", () => {
    for (const s of [[1], [3, 2], [3, 2, 1], [2, 2], [2, 2, 1], [3, 1, 1], [1, 1, 1]]) {
      expect(Teacher.kinds.filter((kind) => Teacher.checkKind(kind, s, 3) === undefined).length).toBe(1)
    }
    expect(Teacher.checkKind("deficient", [3, 2], 3)).toBeUndefined()
    expect(Teacher.checkKind("full", [3, 2, 1], 3)).toBeUndefined()
    expect(Teacher.checkKind("degenerate", [2, 2, 1], 3)).toBeUndefined()
  })

  test("answer a wrong spectrum by a sentence that names the right kind", () => {
    expect(Teacher.checkKind("deficient", [3, 2, 1], 3)).toContain("or call it full")
    expect(Teacher.checkKind("full", [3, 2], 3)).toContain("add 1, or call it deficient")
    expect(Teacher.checkKind("full", [3, 2, 2], 3)).toContain("got 2 more than once")
    expect(Teacher.checkKind("deficient", [2, 2], 3)).toContain("call it degenerate")
    expect(Teacher.checkKind("degenerate", [3, 2], 3)).toContain("or call it deficient")
    expect(Teacher.checkKind("degenerate", [3, 2, 1], 3)).toContain("or call it full")
    expect(Teacher.checkKind("full", [1, 2, 3], 3)).toContain("largest first")
  })
})
