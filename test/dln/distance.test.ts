import { describe, expect, it } from "vitest"
import {
  distance, functionDistance, layerDistances, meanLayerDistance, parameterDistance
} from "../../src/dln/distance.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

describe("distances between two states", () => {
  const widths = [2, 3, 2]
  const theta = Random.normals(Random.stream(7, "theta"), 0, 12)
  const other = Random.normals(Random.stream(7, "other"), 0, 12)

  it("in parameter space are those of flat vectors", () => {
    const square = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0)
    const found = parameterDistance(theta, other)
    const norm = Math.sqrt(square(theta))
    const far = Math.sqrt(square(theta.map((value, at) => value - other[at]!)))
    expect(found.distance).toBeCloseTo(far, 13)
    expect(found.norm).toBeCloseTo(norm, 13)
    expect(found.relative).toBeCloseTo(far / norm, 13)
    // The law of cosines.
    const second = Math.sqrt(square(other))
    expect(found.cosine).toBeCloseTo((norm * norm + second * second - far * far) / (2 * norm * second), 13)
  })

  it("layer by layer add up, in squares, to the whole, and d is the mean of the d_l", () => {
    const layers = layerDistances(widths, theta, other)
    const squares = layers.reduce((sum, layer) => sum + layer.distance ** 2, 0)
    expect(Math.sqrt(squares)).toBeCloseTo(parameterDistance(theta, other).distance, 13)
    expect(meanLayerDistance(layers)).toBeCloseTo((layers[0]!.relative! + layers[1]!.relative!) / 2, 14)
  })

  it("in function space do not see a change of basis of the hidden layer, which parameters do", () => {
    // θ' holds R W_1 and W_2 R^{-1} for R = diag(2, 4, 8), exactly.
    const changed = theta.map((value, at) =>
      at < 6 ? value * 2 ** (1 + Math.floor(at / 2)) : value / 2 ** (1 + (at % 3)))
    expect(functionDistance(widths, theta, changed).distance).toBe(0)
    expect(functionDistance(widths, theta, changed).cosine).toBeCloseTo(1, 14)
    expect(parameterDistance(theta, changed).relative).toBeGreaterThan(0.5)
  })

  it("relative to zero are not defined: null; and the cosine of tiny states keeps its digits", () => {
    expect(parameterDistance(new Float64Array(2), Float64Array.of(3, 4)))
      .toEqual({ distance: 5, norm: 0, relative: null, cosine: null })
    expect(meanLayerDistance(layerDistances(widths, new Float64Array(12), other))).toBeNull()
    const tiny = Matrix.fromRows([[3e-200, 4e-200]])
    expect(distance(tiny, Matrix.scale(tiny, -2)).cosine).toBeCloseTo(-1, 14)
  })
})
