// The kernels in AssemblyScript (kernel/assembly), as a WebAssembly module. It keeps one memory, which arguments are
// copied into and results out of.

import { readFileSync } from "node:fs"
import type { Stream } from "../Random.ts"
import { check, lossCount, lossesOf } from "../Training.ts"
import { dataOf, numbersOf, wordsOf } from "./abi.ts"
import type { Backend } from "./Backend.ts"
import { derivativesOf } from "./derivatives.ts"
import { productsOf } from "./products.ts"
import { drawsOf, resamplingOf } from "./resampling.ts"
import { type CompiledRuns, runsOf } from "./runs.ts"
import { spectraOf } from "./spectra.ts"
import type { WasmExports } from "./WasmExports.ts"

/** Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

type Numbers = Float64Array | Int32Array

export const loadWasm = (file: string): Backend => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)))
  const wasm = instance.exports as WasmExports
  const view = (like: Numbers, address: number): Numbers =>
    like instanceof Float64Array
      ? new Float64Array(wasm.memory.buffer, address, like.length)
      : new Int32Array(wasm.memory.buffer, address, like.length)
  /** The addresses of copies; views are made after all is taken, since memory moves when it grows. */
  const copyIn = <const Arrays extends ReadonlyArray<Numbers>>(arrays: Arrays): { [I in keyof Arrays]: number } => {
    const size = arrays.reduce((sum, array) => sum + array.byteLength, 0)
    if (size > MOST_BYTES) throw new Error(`${size} bytes are too many for WebAssembly: set DLN_KERNEL to native or js.`)
    wasm.restart()
    const addresses = arrays.map((array) => wasm.take(array.byteLength))
    arrays.forEach((array, i) => view(array, addresses[i]!).set(array))
    return addresses as { [I in keyof Arrays]: number }
  }
  const copyOut = (array: Numbers, address: number): void => array.set(view(array, address))

  /** Fills `out` by pieces, so that the memory need not grow with it. */
  const fill = (stream: Stream, from: number, out: Numbers, draw: WasmExports["fillUniforms"]): void => {
    wasm.useStream(...wordsOf(stream))
    for (let done = 0; done < out.length; done += PIECE) {
      const piece = out.subarray(done, done + PIECE)
      wasm.restart()
      const start = from + done
      // Normals come by sixteens: room for one before and fifteen after.
      const address = wasm.take(piece.byteLength + 128) + 8
      draw(BigInt(start), address, piece.length)
      copyOut(piece, address)
    }
  }

  const train: Backend["train"] = (training, weights, from, steps, lossEvery) => {
    check(training, weights, from, steps, lossEvery)
    const { xx, target } = training.statistics
    const values = new Float64Array(lossCount(from, steps, lossEvery))
    const numbers = numbersOf(training, from, steps, lossEvery)
    const widths = Int32Array.from(training.widths)
    const arrays = [numbers, widths, xx.data, target.data, ...dataOf(training), weights, values] as const
    const [first, second, ...rest] = copyIn(arrays)
    const divergedAt = wasm.train(first, second, widths.length - 1, ...rest)
    copyOut(weights, rest[4])
    copyOut(values, rest[5])
    return lossesOf(from, lossEvery, values, divergedAt < 0 ? undefined : divergedAt)
  }

  const trainRuns: CompiledRuns = (numbers, widths, xx, target, x, y, ...results) => {
    const [weights, losses, states, stateEvery, divergedAt] = results
    const arrays = [numbers, widths, xx, target, x, y, weights, losses, states, divergedAt] as const
    const addresses = copyIn(arrays)
    wasm.trainRuns(...addresses, widths.length - 1, divergedAt.length, BigInt(stateEvery))
    for (const k of [6, 7, 8, 9] as const) copyOut(arrays[k], addresses[k])
  }

  return {
    name: "wasm",
    train,
    // A thread can be stopped while it runs WebAssembly.
    trainRuns: runsOf(trainRuns, train, WIDEST, () => Infinity),
    ...derivativesOf({
      gradient: (widths, weights, xx, target, gradient) => {
        const [first, ...rest] = copyIn([widths, weights, xx, target, gradient])
        const loss = wasm.gradient(first, widths.length - 1, ...rest)
        copyOut(gradient, rest[3])
        return loss
      },
      hessianVectorProduct: (widths, weights, xx, target, direction, result) => {
        const [first, ...rest] = copyIn([widths, weights, xx, target, direction, result])
        const done = wasm.hessianVectorProduct(first, widths.length - 1, ...rest)
        copyOut(result, rest[4])
        return done !== 0
      },
      growHessianKrylov: (widths, weights, xx, target, basis, diagonal, off, state, to) => {
        const [first, ...rest] = copyIn([widths, weights, xx, target, basis, diagonal, off, state])
        const done = wasm.growHessianKrylov(first, widths.length - 1, ...rest, to)
        for (const [k, array] of [basis, diagonal, off, state].entries()) copyOut(array, rest[3 + k]!)
        return done !== 0
      },
      hessianTridiagonal: (widths, weights, xx, target, diagonal, off) => {
        const [first, ...rest] = copyIn([widths, weights, xx, target, diagonal, off])
        const done = wasm.hessianTridiagonal(first, widths.length - 1, ...rest)
        copyOut(diagonal, rest[3])
        copyOut(off, rest[4])
        return done !== 0
      }
    }),
    ...spectraOf({
      singularValues: (rows, columns, count, matrices, values) => {
        const [from, to] = copyIn([matrices, values])
        const done = wasm.singularValues(rows, columns, count, from, to)
        copyOut(values, to)
        return done !== 0
      },
      arcSpectra: (widths, weights, through, arcs, values) => {
        const [first, from, middle, wanted, to] = copyIn([widths, weights, through, arcs, values])
        const passed = through.length === 0 ? 0 : middle
        const done = wasm.arcSpectra(first, widths.length - 1, from, passed, wanted, arcs.length / 2, to)
        copyOut(values, to)
        return done !== 0
      },
      qFactors: (rows, columns, count, matrices, factors) => {
        const [from, to] = copyIn([matrices, factors])
        const done = wasm.qFactors(rows, columns, count, from, to)
        copyOut(factors, to)
        return done !== 0
      },
      productSpectra: (widths, count, weights, all, values) => {
        const [first, from, to] = copyIn([widths, weights, values])
        const done = wasm.productSpectra(first, widths.length - 1, count, from, all ? 1 : 0, to)
        copyOut(values, to)
        return done !== 0
      },
      tridiagonalize: (n, matrix, diagonal, off) => {
        const [from, ...to] = copyIn([matrix, diagonal, off])
        const done = wasm.tridiagonalize(n, from, ...to)
        copyOut(diagonal, to[0])
        copyOut(off, to[1])
        return done !== 0
      },
      countsBelow: (diagonal, off, bounds, counts) => {
        const addresses = copyIn([diagonal, off, bounds, counts])
        wasm.countsBelow(diagonal.length, ...addresses, counts.length)
        copyOut(counts, addresses[3])
      },
      eigenvaluesAt: (diagonal, off, indices, values) => {
        const addresses = copyIn([diagonal, off, indices, values])
        wasm.eigenvaluesAt(diagonal.length, ...addresses, values.length)
        copyOut(values, addresses[3])
      }
    }),
    ...productsOf({
      multiply: (rows, columns, depth, isTransposed, a, b, c) => {
        const addresses = copyIn([a, b, c])
        wasm.multiply(rows, columns, depth, isTransposed ? 1 : 0, ...addresses)
        copyOut(c, addresses[2])
      }
    }),
    ...resamplingOf({
      resampledMeans: (values, runs, indices, times, ranks, found) => {
        const addresses = copyIn([values, indices, times, ranks, found])
        wasm.resampledMeans(...addresses, values.length / runs, runs, times.length, drawsOf(times), ranks.length)
        copyOut(found, addresses[4])
      },
      resampledDistances: (pattern, patterns, weightings, runs, indices, times, ranks, found) => {
        const addresses = copyIn([pattern, patterns, weightings, indices, times, ranks, found])
        const shape = [pattern.length, weightings.length / pattern.length, runs, times.length] as const
        wasm.resampledDistances(...addresses, ...shape, drawsOf(times), ranks.length)
        copyOut(found, addresses[6])
      }
    }),
    fillUniforms: (stream, from, out) => fill(stream, from, out, wasm.fillUniforms),
    fillNormals: (stream, from, out) => fill(stream, from, out, wasm.fillNormals),
    fillIntegers: (stream, from, below, out) =>
      fill(stream, from, out, (start, address, count) => wasm.fillIntegers(start, BigInt(below), address, count)),
    fillPermutation: (stream, index, out) => {
      wasm.useStream(...wordsOf(stream))
      wasm.restart()
      const address = wasm.take(out.byteLength)
      wasm.fillPermutation(index, address, out.length)
      copyOut(out, address)
    }
  }
}

const PIECE = 65536

/** What a row of kernel/assembly/lockstepProduct.ts holds. */
const WIDEST = 24

/** Half of what a WebAssembly memory can hold; the buffers of training are small beside the data. */
const MOST_BYTES = 2147483648
