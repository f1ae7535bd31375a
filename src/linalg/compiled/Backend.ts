// What may stand behind the door: plain TypeScript, WebAssembly or native code, which return the same bits.

import { accessSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { isMainThread } from "node:worker_threads"
import * as draws from "../reference/draws.ts"
import { train } from "../reference/train.ts"
import { type TrainRuns, trainRuns } from "../reference/trainRuns.ts"
import { abi } from "./abi.ts"
import { type Derivatives, reference as derivatives } from "./derivatives.ts"
import { loadNative } from "./native.ts"
import { type Products, reference as products } from "./products.ts"
import { reference as resampling, type Resampling } from "./resampling.ts"
import { revision } from "./revision.ts"
import { reference as spectra, type Spectra } from "./spectra.ts"
import { loadWasm } from "./wasm.ts"

const names = ["js", "wasm", "native"] as const

/** What is compiled, where it is. */
export interface Backend extends Derivatives, Products, Spectra, Resampling {
  readonly name: (typeof names)[number]
  readonly train: typeof train
  readonly trainRuns: TrainRuns
  readonly fillUniforms: typeof draws.fillUniforms
  readonly fillNormals: typeof draws.fillNormals
  readonly fillIntegers: typeof draws.fillIntegers
  readonly fillPermutation: typeof draws.fillPermutation
}

export const reference: Backend = {
  name: "js", train, trainRuns, ...draws, ...derivatives, ...products, ...spectra, ...resampling
}

/** The folder that kernel/build.ts fills. */
export const built = fileURLToPath(new URL("../../../kernel/build/", import.meta.url))

/** `undefined` where the file is not built, or the processor cannot run it; throws where it is built and broken. */
export const load = (name: Backend["name"], folder = built): Backend | undefined => {
  if (name === "js") return reference
  const file = `${folder}${fileName(name)}`
  try {
    accessSync(file)
  } catch {
    return undefined
  }
  return name === "native" ? loadNative(file) : loadWasm(file)
}

export const fileName = (name: "wasm" | "native"): string => `kernel-${revision}-${abi}.${name === "native" ? "node" : "wasm"}`

/** The backend that `DLN_KERNEL` forces, else the fastest that is built and runs. */
export const choose = (
  forced: string | undefined = process.env["DLN_KERNEL"],
  folder = built,
  say = (line: string): unknown => isMainThread && process.stderr.write(line)
): Backend => {
  if (forced !== undefined && forced !== "") {
    const name = names.find((name) => name === forced)
    if (name === undefined) throw new WrongKernel(`"${forced}": set it to ${names.join(", ")}, or to nothing`)
    const backend = load(name, folder)
    if (backend === undefined) {
      throw new WrongKernel(`"${name}", not built or not for this processor: build it by npm run build:native, or set another`)
    }
    return backend
  }
  for (const name of ["native", "wasm"] as const) {
    try {
      const backend = load(name, folder)
      if (backend !== undefined) return backend
    } catch (broken) {
      const [why] = (broken instanceof Error ? broken.message : String(broken)).split("\n")
      say(`dln-lab: the ${name} kernel is not used (${why}); to build it anew: npm run build:native\n`)
    }
  }
  say("dln-lab: no kernel of this version is built, TypeScript computes, many times slower; to build it: npm run build:native\n")
  return reference
}

/** The environment asks for a backend that is not there. */
export class WrongKernel extends Error {
  readonly variable = "DLN_KERNEL"

  constructor(problem: string) {
    super(`DLN_KERNEL is ${problem}`)
  }
}
