/** The command was asked for what it does not do: exit code 2. */
import * as Schema from "effect/Schema"

export class WrongUse extends Schema.TaggedError<WrongUse>()("WrongUse", { problem: Schema.String }) {
  override get message() {
    return this.problem
  }
}
