// The most operations a second that a core can do in WebAssembly and in native code: multiply, then add, in registers.

import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as asc from "assemblyscript/asc"

/** Operations a second of the core on which this process runs; NaN where it cannot be compiled. */
export const peaks = async (): Promise<{ readonly wasm: number; readonly native: number }> => {
  const folder = mkdtempSync(join(tmpdir(), "peak-"))
  try {
    return { wasm: await wasmPeak(join(folder, "peak.wasm")), native: nativePeak(join(folder, "peak")) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const TRIES = 40

const source = (name: string): string => fileURLToPath(new URL(`../kernel/peak/${name}`, import.meta.url))

const wasmPeak = async (file: string): Promise<number> => {
  const options = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--baseDir", "/", "--outFile", file]
  const { error, stderr } = await asc.main([source("assembly.ts"), ...options])
  if (error) throw new Error(`AssemblyScript refused kernel/peak: ${stderr.toString()}`)
  const { multiplyAdd } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file))).exports as {
    readonly multiplyAdd: (rounds: number, f: number, g: number) => number
  }
  // Short calls first: V8 compiles well only what it has seen often.
  for (let round = 0; round < 2000; round++) multiplyAdd(1000, 0.5, 1)
  const rates = Array.from({ length: TRIES }, () => {
    const begun = performance.now()
    multiplyAdd(1e6, 0.5, 1)
    return 48e9 / (performance.now() - begun)
  })
  return Math.max(...rates)
}

const nativePeak = (file: string): number => {
  const flags = ["-std=c++17", "-O3", "-mavx2", "-ffp-contract=off", source("native.cc"), "-o", file]
  if (spawnSync(process.env["CXX"] ?? "c++", flags).status !== 0) return NaN
  const { stdout } = spawnSync(file, { input: "\n".repeat(TRIES), encoding: "utf8" })
  return Math.max(...stdout.trim().split("\n").map(Number))
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}
