// Starts in the basis of what is learnt: with M̂ = U diag(ŝ) Vᵀ, W(0) = U diag(w) Vᵀ has no cross modes, and each layer
// has the singular values w^(1/L). Gradient flow and full-batch descent keep it so: every mode goes its own way.
import { power } from "../linalg/elementary.ts"
import * as Matrix from "../linalg/Matrix.ts"
import * as Network from "./Network.ts"

/**
 * W_1 = D Vᵀ, W_l = D, W_L = U D with D = diag(w^(1/L)), rectangular as the widths ask: flat weights. U is d_L × k and
 * V is d_0 × k for k strengths w ≥ 0, no more than any width.
 */
export const alignedStart = (
  widths: ReadonlyArray<number>,
  { U, V }: { readonly U: Matrix.Matrix; readonly V: Matrix.Matrix },
  strengths: ArrayLike<number>
): Float64Array => {
  const depth = Network.depth(widths)
  const count = strengths.length
  if (count > Network.bottleneck(widths)) {
    const most = Network.bottleneck(widths)
    throw new Error(`${count} modes do not go through widths [${widths.join(", ")}]: start with ${most} or fewer.`)
  }
  const roots = Float64Array.from(strengths, (w) => power(w, 1 / depth))
  const layers = Array.from({ length: depth }, (_, index) => {
    const [rows, columns] = [index === depth - 1 ? count : widths[index + 1]!, index === 0 ? count : widths[index]!]
    const inner = Matrix.diagonal(roots, rows, columns)
    const right = index === 0 ? Matrix.multiply(inner, Matrix.transpose(V)) : inner
    return index === depth - 1 ? Matrix.multiply(U, right) : right
  })
  return Network.flatten(layers)
}
