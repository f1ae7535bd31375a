// The door to what is compiled. Whatever computes behind it returns the bits of the plain TypeScript in reference/.
// Raise compiled/revision.ts whenever a result may change.

import { choose } from "./compiled/Backend.ts"

export { revision } from "./compiled/revision.ts"

const chosen = choose()

/** What computes: "js", "wasm" or "native". `DLN_KERNEL` forces one. */
export const backend = chosen.name
export const { fillIntegers, fillNormals, fillPermutation, fillUniforms, train, trainRuns } = chosen
export const { allProductSpectra, allSingularValues, productSpectra, singularValues } = chosen
export const { countsBelow, eigenvaluesAt, hessianTridiagonal, tridiagonalize } = chosen
export const { multiply, multiplyTransposed } = chosen
export const { resampledDistances, resampledMeans } = chosen
export const { arcSpectra, excessLoss, gradient, growHessianKrylov, hessianVectorProduct, qFactors } = chosen

export type { Resamples } from "./reference/resampling.ts"
export type { Arc } from "./reference/arcSpectra.ts"
export type { Stream } from "./reference/philox.ts"
