// Compiles the kernels into kernel/build: WebAssembly always, native code where a C++ compiler for x86-64 is at hand.

import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as asc from "assemblyscript/asc"
import { fileName } from "../src/linalg/compiled/Backend.ts"

const home = fileURLToPath(new URL(".", import.meta.url))
const build = join(home, "build")

/** `make` writes to a path aside, which becomes `name` when it is whole. */
const put = async (name: string, make: (aside: string) => void | Promise<void>): Promise<void> => {
  mkdirSync(build, { recursive: true })
  const folder = mkdtempSync(join(build, "making-"))
  try {
    await make(join(folder, name))
    renameSync(join(folder, name), join(build, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const compileAssembly = async (out: string): Promise<void> => {
  const { error, stderr } = await asc.main([
    join(home, "assembly/index.ts"),
    "-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--use", "abort=",
    "--baseDir", dirname(home), "--outFile", out
  ])
  if (error) throw new Error(`AssemblyScript refused kernel/assembly:\n${stderr.toString()}`)
}

/** All but the module itself, which must load on any processor to say what it can run. */
const vectorized = ["draws", "hessian", "krylov", "multiply", "resampling", "spectra", "sturm", "train", "tridiagonalize"]
const compiler = process.env["CXX"] ?? "c++"
const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/include/node_api.h"))
/**
 * No fused multiply-add and no reassociation: they would change bits. No vectors made from neighbouring scalars (slp):
 * they wait for stores of these one by one.
 */
const flags = [
  "-std=c++17", "-O3", "-fno-tree-slp-vectorize", "-ffp-contract=off", "-fno-math-errno", "-fPIC", `-I${headers}`
]
const linking = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"]

const compileNative = (out: string): void => {
  const compile = (...parts: ReadonlyArray<string>): void => {
    const { status, stderr, error } = spawnSync(compiler, [...flags, ...parts], { encoding: "utf8" })
    if (error !== undefined) throw new Error(`there is no ${compiler}`)
    if (status !== 0) throw new Error(`${compiler} refused kernel/native:\n${stderr}`)
  }
  const native = (name: string): string => join(home, "native", name)
  const object = (name: string): string => `${out}.${name}.o`
  compile("-c", native("module.cc"), "-o", object("module"))
  for (const name of vectorized) compile("-mavx2", "-c", native(`${name}.cc`), "-o", object(name))
  compile(...linking, ...["module", ...vectorized].map(object), "-o", out)
}

await put(fileName("wasm"), compileAssembly)
try {
  if (process.arch !== "x64") throw new Error("it is for x86-64")
  await put(fileName("native"), compileNative)
} catch (error) {
  rmSync(join(build, fileName("native")), { force: true })
  const why = error instanceof Error ? error.message : String(error)
  console.error(`dln-lab: no native kernel, WebAssembly serves: ${why}`)
}
