/** The command `dln`: which commands there are, and how their failures end it. */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Cycle } from "../engine/Plan.ts"
import * as Kernel from "../linalg/Kernel.ts"
import * as Pipeline from "../report/Pipeline.ts"
import { audit } from "./audit.ts"
import { cache } from "./cache/cache.ts"
import * as flags from "./flags.ts"
import { scaffold } from "./new.ts"
import { diff } from "./diff.ts"
import { graph } from "./graph.ts"
import { plan } from "./plan.ts"
import { run } from "./run.ts"
import { sayProblem } from "./sayProblem.ts"
import { show } from "./show.ts"
import { isTraced } from "./spans.ts"
import type { Started } from "./Started.ts"
import { why } from "./why.ts"

/** Runs the command line; gives the exit code: 0 done, 1 a stage or a claim failed, 2 wrong use, 130 interrupted. */
export const main = async (started: Started): Promise<number> => {
  const terminal = platform(started)
  const layers = isTraced ? Layer.merge(terminal, (await import("./telemetry.ts")).telemetry(started.version)) : terminal
  const fiber = Effect.runFork(Effect.provide(command(started), layers))
  const stop = () => fiber.interruptUnsafe()
  process.once("SIGINT", stop).once("SIGTERM", stop)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  return Exit.isSuccess(exit) ? 0 : codeOf(exit.cause, started.argv)
}

const command = (started: Started) => {
  const { pipeline } = started
  const dln = Command.make("dln").pipe(
    Command.withDescription("Runs deep-linear-network experiments as graphs of cached stages."),
    Command.withSubcommands([
      scaffold(started).pipe(Command.withDescription("Write a pipeline to start from.")),
      run(started).pipe(Command.withDescription(`Build what is missing and write the report.${Pipeline.is(pipeline) ? `\n\n${parameters(pipeline)}` : ""}`)),
      plan(started).pipe(Command.withDescription("Say what a run would do, and why.")),
      why(started).pipe(Command.withDescription("Say why a node would be built: the first difference, old and new.")),
      show(started).pipe(Command.withDescription("Print a table, its schema, statistics or lineage, or export it as Parquet or CSV.")),
      graph(started).pipe(Command.withDescription("Draw the stages and what goes from one to the other.")),
      diff(started).pipe(Command.withDescription("Say what differs between two runs: parameters, code, and the numbers of their tables.")),
      audit(started).pipe(Command.withDescription("Run again what is in the cache, and compare bits.")),
      cache(started).pipe(Command.withDescription("Verify, measure, free, export and import the folder of results."))
    ])
  )
  return Command.runWith(dln, { version: `${started.version} (Node ${process.version}, kernel ${Kernel.backend})` })(started.argv)
}

/** The parameters of a pipeline with their defaults, for its help. */
const parameters = ({ name, about, params, defaults, presets }: Pipeline.Pipeline): string => [
  `${name}: ${about}`,
  `Presets: ${Object.keys(presets).join(", ")}. Parameters, each with its default, set by --set name=value:`,
  ...Object.entries(params).map(([parameter, schema]) =>
    `  ${parameter} = ${JSON.stringify((defaults as Readonly<Record<string, unknown>>)[parameter])}\n      ${flags.descriptionOf(schema)}`)
].join("\n")

/** What a wrong command line prints is what is wrong with it: one line, not the help. */
const presenter = ({ argv }: Started): CliOutput.Presenter => ({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.sync(() => {
        const problems = event.errors.map(({ message }) => message)
        sayProblem([...problems, `see ${event.commandPath.join(" ")} --help`].join("\n"), argv)
      })
      : CliOutput.defaultPresenter.present(event)
})

const platform = (started: Started) => Layer.mergeAll(
  Layer.provideMerge(NodeChildProcessSpawner.layer, Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)),
  NodeStdio.layer,
  NodeTerminal.layer,
  CliOutput.layerPresenter(presenter(started))
)

/** Says what ended the command, unless it was said, and gives the exit code. */
const codeOf = (cause: Cause.Cause<unknown>, argv: ReadonlyArray<string>): number => {
  if (Cause.hasInterruptsOnly(cause)) {
    sayProblem("interrupted; what was built is kept, and the same command goes on from there", argv)
    return 130
  }
  const failure = Cause.squash(cause)
  const tag = typeof failure === "object" && failure !== null && "_tag" in failure ? failure._tag : ""
  if (tag === "ShowHelp") return (failure as { readonly errors: ReadonlyArray<unknown> }).errors.length > 0 ? 2 : 0
  sayProblem(failure instanceof Error ? failure.message : String(failure), answered.includes(String(tag)) ? [] : argv)
  if (process.env["DLN_DEBUG"] !== undefined) process.stderr.write(`${Cause.pretty(cause)}\n`)
  return wrongUse.includes(String(tag)) || failure instanceof Cycle ? 2 : 1
}

/** What a person can put right on the command line, in the pipeline's file or in the folders that it names. */
const wrongUse = ["WrongUse", "WrongParameters", "Unusable", "NewerFormat", "Unwritable", "NoSuchRun", "Broken"]

/** What comes after the results, which are JSON already where that was asked for. */
const answered = ["Unfinished", "Differing", "NotWhole"]
