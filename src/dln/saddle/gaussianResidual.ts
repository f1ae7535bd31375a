// Residual blocks Z_1|…|Z_L to start from. Two blocks of zeros satisfy every constraint, whatever the others are: each
// constraint leaves one block out. Such points are generically strict saddles; a third block of zeros makes them
// non-strict where S is top(r).
import * as Random from "../../linalg/Random.ts"
import * as Network from "../Network.ts"
import type { NormalForm } from "./NormalForm.ts"

export interface Options {
  readonly stream: Random.Stream
  /** c > 0: the entries of Z_l are N(0, c²/n_{l−1}), so that a product of blocks keeps its size; 1 unless told. */
  readonly scale?: number
  /** The layers l, from 1, whose Z_l is zero: none, two, three, any. */
  readonly zeros?: ReadonlyArray<number>
}

/** Flat, like the weights of a network of the form's residual widths. Throws UnknownLayer. */
export const gaussianResidual = (
  { residualWidths }: NormalForm, { stream, scale = 1, zeros = [] }: Options
): Float64Array => {
  const depth = Network.depth(residualWidths)
  const unknown = zeros.find((layer) => !(Number.isInteger(layer) && layer >= 1 && layer <= depth))
  if (unknown !== undefined) throw new UnknownLayer(unknown, depth)
  const z = Random.normals(stream, 0, Network.size(residualWidths))
  for (let l = 1; l <= depth; l++) {
    const Z = Network.layer(residualWidths, z, l)
    const factor = zeros.includes(l) ? 0 : scale / Math.sqrt(Z.columns)
    for (let i = 0; i < Z.data.length; i++) Z.data[i] = factor === 0 ? 0 : Z.data[i]! * factor
  }
  return z
}

/** A set of zero blocks names a layer that the network does not have. */
export class UnknownLayer extends Error {
  override readonly name = "UnknownLayer"
  readonly layer: number
  readonly depth: number

  constructor(layer: number, depth: number) {
    super(`There is no layer ${layer} whose block could be zero: the layers are 1 … ${depth}`)
    this.layer = layer
    this.depth = depth
  }
}
