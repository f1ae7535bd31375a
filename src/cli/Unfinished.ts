/** A run that is over, and not as it should be: exit code 1. */
import * as Schema from "effect/Schema"
import { several } from "./words.ts"

export class Unfinished extends Schema.TaggedError<Unfinished>()("Unfinished", { failed: Schema.Int, broken: Schema.Int }) {
  override get message() {
    const parts = [
      this.failed === 0 ? "" : `${several(this.failed, "stage")} failed`,
      this.broken === 0 ? "" : `${several(this.broken, "claim does", "claims do")} not hold`
    ]
    return `${parts.filter((part) => part !== "").join(", ")}; what was built is kept: correct the cause and run again`
  }
}
