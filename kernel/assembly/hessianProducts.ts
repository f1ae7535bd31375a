// Products of the Hessian of the full loss with directions: the bits of src/linalg/reference/hessian.ts. What depends on
// the weights alone is calculated once.

import { at, depth, layer, put, readLayers, table, width } from "./layers"
import { innerProduct, matrix, pad, stride, transpose, unpad } from "./matrix"
import { padded, product, productOfTranspose, startUpdate, updateByProduct } from "./product"

let xx: usize = 0
/** Tables, index l: V_l, the layers of the direction, and then of the result … */
let V: usize = 0
/** … H_l = W_l … W_1, its transpose, and Δ_l, l = 1 … L … */
let H: usize = 0
let turnedH: usize = 0
let D: usize = 0
/** … and their derivatives along the direction. */
let RH: usize = 0
let RD: usize = 0
/** RH_lᵀ, of one layer after another. */
let turned: usize = 0

/** ∇²ℓ·direction, flat like the weights. False where a weight is not finite. */
export function hessianVectorProduct(
  widths: usize, layers: i32, weights: usize, xxData: usize, target: usize, direction: usize, result: usize
): bool {
  if (!readHessian(widths, layers, weights, xxData, target)) return false
  multiplyByHessian(direction, result)
  return true
}

/** False where a weight is not finite. */
export function readHessian(widths: usize, layers: i32, weights: usize, xxData: usize, target: usize): bool {
  if (!readLayers(widths, layers, weights)) return false
  const inputs = width(0)
  const outputs = width(depth)
  const row = stride(inputs)
  xx = matrix(inputs, inputs)
  pad(xxData, inputs, inputs, xx)
  V = table()
  H = table()
  turnedH = table()
  D = table()
  RH = table()
  RD = table()
  let widest = 0
  for (let l = 1; l <= depth; l++) {
    put(V, l, matrix(width(l), width(l - 1)))
    put(H, l, l === 1 ? layer(1) : matrix(width(l), inputs))
    if (l > 1) multiply(l, layer(l), at(H, l - 1), at(H, l))
    put(turnedH, l, matrix(inputs, width(l)))
    transpose(at(H, l), width(l), inputs, at(turnedH, l))
    put(D, l, matrix(width(l), inputs))
    put(RH, l, matrix(width(l), inputs))
    put(RD, l, matrix(width(l), inputs))
    widest = max(widest, width(l))
  }
  turned = matrix(inputs, widest)
  const miss = matrix(outputs, inputs)
  pad(target, outputs, inputs, miss)
  for (let i: usize = 0; i < <usize>outputs * row; i += 16) {
    v128.store(miss + i, f64x2.sub(v128.load(at(H, depth) + i), v128.load(miss + i)))
  }
  product(outputs, padded(inputs), inputs, miss, row, 8, xx, row, at(D, depth), row)
  for (let l = depth; l > 2; l--) multiplyTransposed(l, layer(l), at(D, l), at(D, l - 1))
  const sum = innerProduct(at(D, depth), at(D, depth), outputs, inputs)
  return sum - sum === 0
}

/** Both flat, like the weights. */
export function multiplyByHessian(direction: usize, result: usize): void {
  const inputs = width(0)
  const columns = padded(inputs)
  const row = stride(inputs)
  startUpdate(-1) // c − (−1)·(a·b): products are added
  for (let l = 1; l <= depth; l++) {
    pad(direction, width(l), width(l - 1), at(V, l))
    direction += <usize>(width(l) * width(l - 1)) << 3
  }
  memory.copy(at(RH, 1), at(V, 1), <usize>width(1) * row)
  for (let l = 2; l <= depth; l++) {
    multiply(l, at(V, l), at(H, l - 1), at(RH, l))
    updateByProduct(width(l), columns, width(l - 1), layer(l), stride(width(l - 1)), 8, at(RH, l - 1), row, at(RH, l), row)
  }
  product(width(depth), columns, inputs, at(RH, depth), row, 8, xx, row, at(RD, depth), row)
  for (let l = depth; l > 1; l--) {
    const inner = width(l - 1)
    const across = stride(inner)
    multiplyTransposed(l, at(V, l), at(D, l), at(RD, l - 1))
    updateByProduct(inner, columns, width(l), layer(l), 8, across, at(RD, l), row, at(RD, l - 1), row)
    transpose(at(RH, l - 1), inner, inputs, turned)
    // In the place of V_l, which is not needed any more.
    product(width(l), padded(inner), inputs, at(RD, l), row, 8, at(turnedH, l - 1), across, at(V, l), across)
    updateByProduct(width(l), padded(inner), inputs, at(D, l), row, 8, turned, across, at(V, l), across)
  }
  memory.copy(at(V, 1), at(RD, 1), <usize>width(1) * row)
  for (let l = 1; l <= depth; l++) {
    unpad(at(V, l), width(l), width(l - 1), result)
    result += <usize>(width(l) * width(l - 1)) << 3
  }
}

/** c = W·b of a W of the shape of W_l; b has as many columns as there are inputs. */
function multiply(l: i32, W: usize, b: usize, c: usize): void {
  const row = stride(width(0))
  product(width(l), padded(width(0)), width(l - 1), W, stride(width(l - 1)), 8, b, row, c, row)
}

/** c = Wᵀ·b. */
function multiplyTransposed(l: i32, W: usize, b: usize, c: usize): void {
  const row = stride(width(0))
  productOfTranspose(width(l - 1), padded(width(0)), width(l), W, stride(width(l - 1)), b, row, c, row)
}
