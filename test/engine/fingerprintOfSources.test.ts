import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fingerprints } from "../../src/engine/Fingerprint.ts"
import { layerSource } from "../../src/engine/code/layerSource.ts"
import * as Stage from "../../src/engine/Stage.ts"
import * as stages from "../../src/stages/index.ts"

const exported = Object.values(stages).flatMap((value) => "definition" in Object(value) ? [(value as { readonly definition: Stage.Definition }).definition] : [])

it.effect("every stage of ours has a fingerprint of its own, outside of a bundle too", () =>
  Effect.gen(function*() {
    const { of } = yield* Fingerprints
    const found = exported.map(of)
    expect(exported.length).toBeGreaterThan(10)
    expect(found.filter((one) => !/^[0-9a-f]{64}$/.test(one))).toEqual([])
    expect(new Set(found).size).toBe(exported.length)
    expect(() => of({ ...exported[0]!, name: "unheard-of" })).toThrow(/"unheard-of" .* has no fingerprint; write it as/)
  }).pipe(Effect.provide(layerSource)))
