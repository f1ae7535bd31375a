/** The flags that several commands take. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Option from "effect/Option"

export const pipeline = Argument.String("pipeline").pipe(
  Argument.withDescription("a name, for pipelines/<name>.ts here or in dln-lab, or the path of a .ts file")
)

export const choice = {
  preset: Flag.String("preset").pipe(
    Flag.withDescription("a preset of the pipeline's parameters (default: quick, where there is one)"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  set: Flag.String("set").pipe(
    Flag.withDescription("a parameter as name=value, the value as JSON; may be given several times"),
    Flag.atLeast(0)
  ),
  cache: Flag.String("cache").pipe(Flag.withDescription("the folder of results (default: cache)"), Flag.withDefault("cache"))
}

/** A whole number from `least` on. */
export const count = (name: string, least: number, what: string) => Flag.Int(name).pipe(
  Flag.filter((value) => value >= least, () => `a whole number from ${least} on`),
  Flag.withDescription(what)
)

export const jobs = count("jobs", 1, "threads (default: one for each core)").pipe(Flag.optional, Flag.map(Option.getOrUndefined))

export const json = Flag.Boolean("json").pipe(Flag.withDescription("print one JSON object for machines"), Flag.withDefault(false))

/** What a schema says of itself. */
export const descriptionOf = (schema: Schema.Constraint): string => {
  const { description } = SchemaAST.resolve(schema.ast) ?? {}
  return typeof description === "string" ? description : ""
}
