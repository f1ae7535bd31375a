/** `dln new`: a pipeline to start from, which runs as it is. */
import { existsSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Asset from "../engine/Asset.ts"
import { makeFolder } from "../engine/makeFolder.ts"
import type { Started } from "./Started.ts"
import { WrongUse } from "./WrongUse.ts"

const name = Argument.String("name").pipe(
  Argument.withDescription("small letters, digits and hyphens; the file is pipelines/<name>.ts")
)

export const scaffold = ({ cwd }: Started) =>
  Command.make("new", { name }, Effect.fn("new")(function*({ name }) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      return yield* new WrongUse({ problem: `"${name}" is no name for a pipeline: use small letters, digits and hyphens, such as my-pipeline` })
    }
    const file = join(cwd, "pipelines", `${name}.ts`)
    const path = relative(cwd, file)
    if (existsSync(file)) return yield* new WrongUse({ problem: `${path} is there already: choose another name, or remove it` })
    const text = Asset.text(new URL("./new/my-pipeline.ts", import.meta.url)).replaceAll("my-pipeline", name)
    yield* Effect.try({
      try: () => {
        makeFolder(dirname(file))
        writeFileSync(file, text)
      },
      catch: (error) => new WrongUse({ problem: `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}` })
    })
    yield* Console.log(path)
    yield* Console.error(`run it with: dln run ${name}`)
  }))
