// npm run bench -- NAME: measures this product against what a user would pick instead.

import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const benches: Readonly<Record<string, string>> = {
  train: "gradient descent, against NumPy, Numba, PyTorch and JAX",
  spectra: "singular values, against LAPACK",
  random: "random numbers, against NumPy",
  saddle: "certified saddles, against NumPy",
  pipeline: "the experiment rank-patterns, against the same one in NumPy",
  engine: "plans and builds of large graphs"
}

const help = `Usage: npm run bench -- NAME [OPTIONS]

${Object.entries(benches).map(([name, about]) => `  ${name.padEnd(10)}${about}`).join("\n")}

--help after a name tells its options. A peer that Python does not have is left out.
`

const [name, ...rest] = process.argv.slice(2)
if (name === undefined || name === "--help" || name === "-h") {
  process.stdout.write(help)
  process.exitCode = name === undefined ? 2 : 0
} else {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  if (Object.hasOwn(benches, name) && existsSync(file)) {
    process.exitCode = spawnSync(process.execPath, [file, ...rest], { stdio: "inherit" }).status ?? 1
  } else {
    process.stderr.write(`There is no bench "${name}": give one of ${Object.keys(benches).join(", ")}.\n`)
    process.exitCode = 2
  }
}
