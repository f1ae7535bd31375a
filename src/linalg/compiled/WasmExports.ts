// What the WebAssembly module exports (kernel/assembly/index.ts). Addresses are in bytes, and so is what `take` takes.

export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly restart: () => void
  readonly take: (size: number) => number
  readonly train: (
    numbers: number,
    widths: number,
    depth: number,
    xx: number,
    target: number,
    x: number,
    y: number,
    weights: number,
    losses: number
  ) => number
  readonly trainRuns: (
    numbers: number,
    widths: number,
    xx: number,
    target: number,
    x: number,
    y: number,
    weights: number,
    losses: number,
    states: number,
    divergedAt: number,
    depth: number,
    count: number,
    stateEvery: bigint
  ) => void
  readonly singularValues: (rows: number, columns: number, count: number, matrices: number, values: number) => number
  readonly productSpectra: (
    widths: number,
    depth: number,
    count: number,
    weights: number,
    all: number,
    values: number
  ) => number
  readonly arcSpectra: (
    widths: number,
    depth: number,
    weights: number,
    through: number,
    arcs: number,
    count: number,
    values: number
  ) => number
  readonly qFactors: (rows: number, columns: number, count: number, matrices: number, factors: number) => number
  readonly gradient: (
    widths: number,
    depth: number,
    weights: number,
    xx: number,
    target: number,
    gradient: number
  ) => number
  readonly hessianVectorProduct: (
    widths: number,
    depth: number,
    weights: number,
    xx: number,
    target: number,
    direction: number,
    result: number
  ) => number
  readonly growHessianKrylov: (
    widths: number,
    depth: number,
    weights: number,
    xx: number,
    target: number,
    basis: number,
    diagonal: number,
    off: number,
    state: number,
    to: number
  ) => number
  readonly hessianTridiagonal: (
    widths: number,
    depth: number,
    weights: number,
    xx: number,
    target: number,
    diagonal: number,
    off: number
  ) => number
  readonly tridiagonalize: (n: number, matrix: number, diagonal: number, off: number) => number
  readonly countsBelow: (
    n: number,
    diagonal: number,
    off: number,
    bounds: number,
    counts: number,
    length: number
  ) => void
  readonly eigenvaluesAt: (
    n: number,
    diagonal: number,
    off: number,
    indices: number,
    values: number,
    length: number
  ) => void
  readonly multiply: (
    rows: number,
    columns: number,
    depth: number,
    isTransposed: number,
    a: number,
    b: number,
    c: number
  ) => void
  readonly resampledMeans: (
    values: number,
    indices: number,
    times: number,
    ranks: number,
    found: number,
    quantities: number,
    runs: number,
    count: number,
    draws: number,
    length: number
  ) => void
  readonly resampledDistances: (
    pattern: number,
    patterns: number,
    weightings: number,
    indices: number,
    times: number,
    ranks: number,
    found: number,
    entries: number,
    weighted: number,
    runs: number,
    count: number,
    draws: number,
    length: number
  ) => void
  readonly useStream: (key0: number, key1: number, counter2: number, counter3: number) => void
  readonly fillUniforms: (from: bigint, out: number, count: number) => void
  readonly fillNormals: (from: bigint, out: number, count: number) => void
  readonly fillIntegers: (from: bigint, below: bigint, out: number, count: number) => void
  readonly fillPermutation: (index: number, out: number, n: number) => void
}
