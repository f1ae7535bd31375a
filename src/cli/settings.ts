/** `--set name=value` as a setting: the value is JSON, or a word; a dot goes into a record. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Setting } from "../report/Pipeline.ts"

export const parseSetting = (text: string): Result.Result<Setting, WrongSetting> => {
  const split = text.indexOf("=")
  if (split <= 0) return Result.fail(new WrongSetting({ text, problem: "has no name=value" }))
  return Result.map(valueOf(text, text.slice(split + 1)), (value) => ({ path: text.slice(0, split).trim().split("."), value }))
}

/** A word needs no quotes; what looks like JSON must be JSON. */
const valueOf = (text: string, value: string): Result.Result<unknown, WrongSetting> => {
  try {
    return Result.succeed(JSON.parse(value))
  } catch {
    return /^[\p{L}_][\p{L}\p{N} _-]*$/u.test(value)
      ? Result.succeed(value)
      : Result.fail(new WrongSetting({ text, problem: `has a value that is not JSON: ${value || "nothing"}` }))
  }
}

export class WrongSetting extends Schema.TaggedError<WrongSetting>()("WrongSetting", { text: Schema.String, problem: Schema.String }) {
  override get message() {
    return `--set ${this.text} ${this.problem}; write --set seeds=16, --set epsilons=[0.1,0.01], --set sampler=shuffle or --set steps.ntk=800`
  }
}
