/** Lets Node read the TypeScript of this package where it is installed below node_modules. */
import { readFileSync } from "node:fs"
import { registerHooks, stripTypeScriptTypes } from "node:module"
import { fileURLToPath } from "node:url"

const root = new URL("..", import.meta.url).href

registerHooks({
  load: (url, context, next) =>
    url.startsWith(root) && url.endsWith(".ts")
      ? { format: "module", shortCircuit: true, source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8")) }
      : next(url, context)
})
