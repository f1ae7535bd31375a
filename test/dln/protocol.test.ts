import { describe, expect, test } from "vitest"
import * as Network from "../../src/dln/Network.ts"
import * as Protocol from "../../src/dln/protocol.ts"
import * as Teacher from "../../src/dln/Teacher.ts"

describe.each([
  ["quick", Protocol.quick, 114_000],
  ["paper", Protocol.paper, 1_395_900]
] as const)("%s", (_name, preset, steps) => {
  test("its widths make a network, and its teachers are of the kinds they are named after", () => {
    expect(Network.checkWidths(preset.widths)).toBeUndefined()
    const smallest = Math.min(preset.widths[0]!, preset.widths.at(-1)!)
    for (const kind of Teacher.kinds) {
      expect(Teacher.checkKind(kind, preset.spectra[kind], smallest)).toBeUndefined()
    }
  })

  test("every teacher × regime, GD once and SGD on every run, is the published number of steps", () => {
    const perRun = Object.values(preset.schedules).reduce((total, schedule) => total + schedule.steps, 0)
    expect(Teacher.kinds.length * (1 + preset.runs) * perRun).toBe(steps)
  })

  test("its learning rates are stable at the balanced minimum, for GD and for SGD", () => {
    const depth = preset.widths.length - 1
    for (const spectrum of Object.values(preset.spectra)) {
      const sharpness = depth * spectrum[0]! ** (2 - 2 / depth)
      for (const { learningRate } of Object.values(preset.schedules)) {
        expect(learningRate * sharpness * (1 + (preset.widths[0]! + 1) / preset.batch)).toBeLessThan(2)
      }
    }
  })
})

test("geometric spectra end where the powers end", () => {
  expect(Protocol.quick.spectra.full.at(-1)).toBeCloseTo(6 * 0.8 ** 9, 12)
  expect(Protocol.paper.spectra.full.at(-1)).toBeCloseTo(6 * 0.9 ** 19, 12)
  expect(Protocol.paper.spectra.deficient.at(-1)).toBeCloseTo(6 * 0.75 ** 5, 12)
})
