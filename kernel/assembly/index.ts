// What the WebAssembly module exports: see src/linalg/compiled/wasm.ts. Lengths are in elements, addresses in bytes.

export { restart, take } from "./arena"
export { fillIntegers, fillNormals, fillPermutation, fillUniforms, useStream } from "./draws"
export { productSpectra } from "./productSpectra"
export { resampledDistances, resampledMeans } from "./resampling"
export { singularValues } from "./singularValues"
export { countsBelow, eigenvaluesAt } from "./sturm"
export { train } from "./train"
export { trainRuns } from "./trainRuns"
export { tridiagonalize } from "./tridiagonalize"
