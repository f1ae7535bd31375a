import { expect, it } from "vitest"
import * as Gauge from "../../../src/dln/saddle/Gauge.ts"
import * as Landscape from "../../../src/dln/saddle/Landscape.ts"
import { denseSpectrum, lanczosSpectrum } from "../../../src/dln/saddle/spectrum.ts"
import { zeroBlockSignature } from "../../../src/dln/saddle/zeroBlocks.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { empirical, layerSets, point, population } from "./landscapes.ts"

it("Lanczos finds both ends of the whole Hessian's spectrum at 200 random saddles, to 1e-8 of the largest", () => {
  for (let label = 0; label < 200; label++) {
    const draw = Random.integers(Random.stream("saddle", label), 0, 12, 1000)
    const depth = 2 + (draw[0]! % 3)
    const widths = Array.from({ length: depth + 1 }, (_, l) => 3 + (draw[1 + l]! % 5))
    const landscape = (draw[6]! % 2 === 0 ? population : empirical)(widths, [3, 2, 1])
    const limit = Landscape.largestRank(landscape, widths)
    const modes = [1, 2, 3].filter((m, k) => draw[7 + k]! % 2 === 0 && m <= landscape.rank).slice(0, limit - 1)
    const sets = [2, 3].flatMap((count) => layerSets(depth, count))
    const { weights } = point(landscape, widths, modes, sets[draw[10]! % sets.length]!, label)
    const condition = draw[11]! % 2 === 0 ? 1 : 10
    const gauge = Gauge.random(widths, { condition, stream: Random.stream("gauge", label) })
    const moved = Gauge.move(widths, weights, gauge)
    const [dense, lanczos] = [denseSpectrum(widths, moved, landscape), lanczosSpectrum(widths, moved, landscape)]
    const size = Math.max(dense.largest, -dense.least)
    expect(Math.abs(lanczos.least - dense.least)).toBeLessThanOrEqual(1e-8 * size)
    expect(Math.abs(lanczos.largest - dense.largest)).toBeLessThanOrEqual(1e-8 * size)
    expect(lanczos.residual).toBeLessThanOrEqual(1e-8 * size)
  }
})

it("At 1,452 weights, near the largest whole Hessian, it agrees with Lanczos and with the closed form", () => {
  const widths = [22, 22, 22, 22]
  const landscape = population(widths, [4, 3, 2, 1])
  const { form, weights, z } = point(landscape, widths, [1, 2], [1, 3])
  const [dense, lanczos] = [denseSpectrum(widths, weights, landscape), lanczosSpectrum(widths, weights, landscape)]
  const known = zeroBlockSignature(form, z)!
  expect(Math.abs(dense.least - known.least!)).toBeLessThan(1e-12 * dense.largest)
  expect(Math.abs(lanczos.least - known.least!)).toBeLessThan(1e-9 * dense.largest)
  expect([dense.index, dense.nullity, dense.isClear]).toEqual([known.index, known.nullity, true])
})
