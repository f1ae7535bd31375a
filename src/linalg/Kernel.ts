// The door to what is compiled. Whatever computes behind it returns the bits of the plain TypeScript in reference/.
// Raise `revision` whenever a result may change.

export const revision = 1

export { fillIntegers, fillNormals, fillPermutation, fillUniforms } from "./reference/draws.ts"
export type { Stream } from "./reference/philox.ts"
export { hessianVectorProduct } from "./reference/hessian.ts"
export { excessLoss, gradient, train } from "./reference/train.ts"
export { singularValues } from "./reference/singularValues.ts"
export { allProductSpectra, productSpectra } from "./reference/productSpectra.ts"
