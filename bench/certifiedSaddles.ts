// The saddles of the bench: a network of four layers of width 8 that has learnt two of four modes, every set of two or
// three zero blocks in turn, each moved by random orthogonal matrices.

import * as Gauge from "../src/dln/saddle/Gauge.ts"
import { certifyAll, type Certificate } from "../src/dln/saddle/certify.ts"
import { gaussianResidual } from "../src/dln/saddle/gaussianResidual.ts"
import * as Landscape from "../src/dln/saddle/Landscape.ts"
import * as NormalForm from "../src/dln/saddle/NormalForm.ts"
import * as Teacher from "../src/dln/Teacher.ts"
import * as Random from "../src/linalg/Random.ts"

export const widths = [8, 8, 8, 8, 8]
const stream = Random.stream("bench", "saddles")
export const landscape = Landscape.population(
  Teacher.make({ singularValues: [4, 3, 2, 1], inputs: 8, outputs: 8, stream })
)
const form = NormalForm.make({ landscape, widths, modes: [1, 2] })
const zeroSets = [[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4], [1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4]]

/** The weights of saddle k. */
export const weightsOf = (k: number): Float64Array => {
  const zeros = zeroSets[k % zeroSets.length]!
  const residual = gaussianResidual(form, { stream: Random.stream("bench", "residual", k), zeros })
  const gauge = Gauge.random(widths, { condition: 1, stream: Random.stream("bench", "gauge", k) })
  return Gauge.move(widths, NormalForm.assemble(form, residual), gauge)
}

/**
 * Constructs `count` saddles from `first` on and certifies them, by the spectra of their Hessians and by their ranks: all
 * are constructed before the first is certified, as the stages of a pipeline do.
 */
export const certified = (first: number, count: number): ReadonlyArray<Certificate> => {
  const points = Array.from({ length: count }, (_, k) => weightsOf(first + k))
  return certifyAll(landscape, widths, points).map((certificate, k) => {
    const expected = zeroSets[(first + k) % zeroSets.length]!.length === 2 ? "strict saddle" : "non-strict saddle"
    if (certificate.verdict === expected) return certificate
    throw new Error(`saddle ${first + k} is a ${certificate.verdict}, not a ${expected}`)
  })
}
