// What the WebAssembly module exports: see src/linalg/compiled/wasm.ts. Lengths are in elements, addresses in bytes.

export { restart, take } from "./arena"
export { arcSpectra } from "./arcSpectra"
export { fillIntegers, fillNormals, fillPermutation, fillUniforms, useStream } from "./draws"
export { hessianTridiagonal } from "./hessian"
export { productSpectra } from "./productSpectra"
export { qFactors } from "./qFactors"
export { resampledDistances, resampledMeans } from "./resampling"
export { singularValues } from "./singularValues"
export { countsBelow, eigenvaluesAt } from "./sturm"
export { gradient, train } from "./train"
export { trainRuns } from "./trainRuns"
export { tridiagonalize } from "./tridiagonalize"
