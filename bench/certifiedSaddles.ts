// The saddles of the bench: a network of four layers of width 8 that has learnt two of four modes, every set of two or
// three zero blocks in turn, each moved by random orthogonal matrices.

import * as Gauge from "../src/dln/saddle/Gauge.ts"
import { certify, type Certificate } from "../src/dln/saddle/certify.ts"
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

/** Constructs saddle k and certifies it, by the spectrum of its Hessian and by its ranks. */
export const certified = (k: number): Certificate => {
  const certificate = certify(landscape, widths, weightsOf(k))
  const expected = zeroSets[k % zeroSets.length]!.length === 2 ? "strict saddle" : "non-strict saddle"
  if (certificate.verdict !== expected) throw new Error(`saddle ${k} is a ${certificate.verdict}, not a ${expected}`)
  return certificate
}
