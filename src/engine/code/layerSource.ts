/**
 * Fingerprints from the sources on the disk, for what runs outside a program's bundle: tests, and files that Node runs
 * as they are. It knows the stages of the modules that were imported when it was made.
 */
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Fingerprints, UnknownStage } from "../Fingerprint.ts"
import { made } from "../Stage.ts"
import { home } from "./Home.ts"
import * as Program from "./Program.ts"
import { stageFingerprints } from "./stageFingerprints.ts"

export const layerSource: Layer.Layer<Fingerprints> = Layer.effect(Fingerprints, Effect.promise(async () => {
  const files = [...new Set([...made.values()].map(({ module }) => fileURLToPath(module)))]
  const node = process.versions.node.split(".")[0]!
  const stages = await stageFingerprints(Program.read(home, home, files), { node, known: new Map() })
  return Fingerprints.of({
    of: ({ module, name }) => {
      const fingerprint = stages.get(name)?.fingerprint
      if (fingerprint === undefined) throw new UnknownStage(name, module)
      return fingerprint
    }
  })
}))
