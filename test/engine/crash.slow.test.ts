/** A machine that stops at any call of the system. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it, vi } from "vitest"
import { machine, repaired } from "./mortalFileSystem.ts"
import { build, finished, key, newFolder, using } from "./storeOnDisk.ts"

vi.mock("node:fs", async (original) => (await import("./mortalFileSystem.ts")).mortal(await original()))
afterEach(repaired)

describe("a machine that stops", () => {
  it("at any call of the system loses nothing that was finished, and shows nothing that was not", async () => {
    let stops = 0
    for (let calls = 0, survived = false; !survived; calls++) {
      const folder = newFolder()
      await using(folder, build(1))
      machine.left = calls
      survived = await using(folder, build(2)).then(() => true, () => false)
      survived &&= machine.left > 0
      machine.left = Infinity
      stops++
      const seen = await using(folder, finished)
      expect(seen).toContain(key("action 1"))
      if (survived) expect(seen).toContain(key("action 2"))
      rmSync(join(folder, "leases"), { recursive: true, force: true })
      await using(folder, build(2))
      expect(await using(folder, finished)).toEqual([key("action 1"), key("action 2")].toSorted())
    }
    expect(stops).toBeGreaterThan(20)
  }, 60_000)

  it("while it uses a folder for the first time leaves one that can be used", async () => {
    for (let calls = 0, survived = false; !survived; calls++) {
      const folder = join(newFolder(), "deep", "cache")
      machine.left = calls
      survived = await using(folder, build(1)).then(() => machine.left > 0, () => false)
      machine.left = Infinity
      rmSync(join(folder, "leases"), { recursive: true, force: true })
      await using(folder, build(1))
      expect(await using(folder, finished)).toEqual([key("action 1")])
    }
  }, 60_000)
})
