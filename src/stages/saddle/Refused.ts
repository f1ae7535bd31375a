/** A family of saddles that does not exist on a landscape, found when the landscape is known. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { UnknownLayer } from "../../dln/saddle/gaussianResidual.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"

export class NoSuchSaddle extends Schema.TaggedError<NoSuchSaddle>()("NoSuchSaddle", {
  refusal: Schema.Literals(["RankTooLarge", "RepeatedMode", "UnknownMode", "DividedModes", "UnknownLayer"]),
  modes: Schema.Array(Schema.Int),
  reason: Schema.String
}) {
  override get message() {
    return this.reason
  }
}

/** Fails with NoSuchSaddle for what the normal form refuses, dies of everything else. */
export const refusing = <A>(modes: ReadonlyArray<number>, make: () => A): Effect.Effect<A, NoSuchSaddle> =>
  Effect.try({
    try: make,
    catch: (error) => {
      if (
        error instanceof NormalForm.RankTooLarge || error instanceof NormalForm.RepeatedMode ||
        error instanceof NormalForm.UnknownMode || error instanceof NormalForm.DividedModes ||
        error instanceof UnknownLayer
      ) return new NoSuchSaddle({ refusal: error.name, modes, reason: error.message })
      throw error
    }
  })
