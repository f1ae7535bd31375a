import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { makeFolder } from "../../src/engine/makeFolder.ts"

const place = mkdtempSync(join(tmpdir(), "dln-folder-"))
afterAll(() => rmSync(place, { recursive: true }))

describe("a folder", () => {
  it("is made with those above it, and may be there", () => {
    const path = join(place, "a", "b", "c")
    expect(makeFolder(path)).toBe(join(place, "a"))
    expect(makeFolder(path)).toBeUndefined()
    expect(existsSync(path)).toBe(true)
  })

  it("below a file, or in its place, is refused", () => {
    writeFileSync(join(place, "file"), "")
    expect(() => makeFolder(join(place, "file"))).toThrow("EEXIST")
    expect(() => makeFolder(join(place, "file", "a", "b"))).toThrow("ENOTDIR")
  })

  it.runIf(existsSync("/proc/self"))("where the system lets nobody make one is refused, in the end", () => {
    expect(() => makeFolder("/proc/nowhere/code")).toThrow("ENOENT")
  })
})
