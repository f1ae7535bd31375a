/**
 * The fingerprint of a stage is the identity of its code: everything that its results may depend on beside
 * parameters and inputs. `code/` computes it from the sources; here it is looked up.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { Definition } from "./Stage.ts"

export class Fingerprints extends Context.Service<Fingerprints, {
  /** Of a stage that is part of the running program. */
  readonly of: (stage: Definition) => string
}>()("dln-lab/engine/Fingerprints") {
  /** Fingerprints by the names of stages: those of a program's record, or literal ones in tests. */
  static readonly layerOf = (fingerprints: { readonly [stage: string]: string }): Layer.Layer<Fingerprints> =>
    Layer.succeed(this, {
      of: ({ module, name }) => {
        const fingerprint = fingerprints[name]
        if (fingerprint === undefined) throw new UnknownStage(name, module)
        return fingerprint
      }
    })
}

/** A stage's code was not found when the program was made. */
export class UnknownStage extends Error {
  constructor(stage: string, module: string) {
    super(`stage "${stage}" of ${module} has no fingerprint; write it as \`export const Name = Stage.make(import.meta.url, "${stage}", …)\` at the top of its module`)
  }
}
