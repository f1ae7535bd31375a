/**
 * Makes a fresh clone ready: installs the packages of the lock file (Node 26 among them) and compiles the kernels.
 * Runs on Node 20 and later, before anything is installed; does nothing where everything is already there.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const root = new URL("..", import.meta.url).pathname
process.chdir(root)

const fail = (message) => {
  console.error(`dln-lab: ${message}`)
  process.exit(2)
}

const digestOf = (...files) =>
  files.sort().reduce((hash, file) => hash.update(`${file}\0`).update(readFileSync(file)).update("\0"), createHash("sha256")).digest("hex")

/** Runs `make` unless it already ran for the same `digest`, which `stamp` remembers. */
const once = (stamp, digest, make) => {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return
  make()
  writeFileSync(stamp, digest)
}

if (Number(process.versions.node.split(".")[0]) < 20) fail(`Node ${process.version} is too old; install Node 20 or later (26 then comes with the packages)`)

once("node_modules/.dln-lab", digestOf("package.json", "package-lock.json"), () => {
  console.error("dln-lab: installing packages (once) …")
  try {
    execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", "ignore", "inherit"] })
  } catch {
    fail("npm could not install the packages; its message stands above. Check the connection to the npm registry and try again")
  }
})

const node = "node_modules/.bin/node"
if (!existsSync(node)) fail("the npm package `node` was installed without its binary; run `npm install` without --ignore-scripts")

if (existsSync("kernel/build.ts")) {
  const sources = readdirSync("kernel", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith("kernel/build"))
    .map((entry) => join(entry.parentPath, entry.name))
  // These two are in the names of what is built.
  const names = ["src/linalg/compiled/abi.ts", "src/linalg/compiled/revision.ts"]
  once("kernel/build/.sources", digestOf(...sources, ...names), () => {
    console.error("dln-lab: compiling the kernels (once) …")
    try {
      execFileSync(node, ["kernel/build.ts"], { stdio: ["ignore", "ignore", "inherit"] })
    } catch {
      fail("the kernels could not be compiled; the compiler's message stands above")
    }
  })
}
