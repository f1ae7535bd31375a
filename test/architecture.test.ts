/** The house of ARCHITECTURE.md: which room may import from which, and the words that a room does not know. */
import { globSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { describe, expect, it } from "vitest"

/** What a room may import besides itself: other rooms, and packages. */
const rooms: Readonly<Record<string, { readonly rooms: ReadonlyArray<string>; readonly packages: RegExp }>> = {
  linalg: { rooms: [], packages: /^node:/ },
  stats: { rooms: ["linalg"], packages: /^$/ },
  dln: { rooms: ["linalg", "stats"], packages: /^$/ },
  sde: { rooms: ["linalg", "stats"], packages: /^$/ },
  engine: { rooms: [], packages: /^(effect\/|@effect\/platform-node-shared\/|hyparquet|rolldown|node:)/ },
  stages: { rooms: ["dln", "sde", "linalg", "stats", "engine"], packages: /^effect\// },
  report: { rooms: ["engine"], packages: /^(effect\/|d3-|katex|marked|@resvg\/|harfbuzzjs|node:)/ },
  cli: { rooms: ["engine", "report", "stages", "dln", "sde", "linalg", "stats"], packages: /^(effect\/|@effect\/platform-node-shared\/|dln-lab|node:)/ }
}

const filesOf = (pattern: string): ReadonlyArray<string> => {
  const files = globSync(pattern).map(normalize)
  expect(files.length, `no file is called ${pattern}: the test looks at nothing`).toBeGreaterThan(0)
  return files
}

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/^(?:(?:import|export)\s[^"'`=;]*?\sfrom\s+|import\s+)"([^"]+)"/gm)].map((match) => match[1]!)

const roomOf = (file: string): string => file.split("/")[1]!

/** Code without comments and the texts that it prints. */
const codeOf = (file: string): string => readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|\/\/.*$/gm, "")

describe("the house", () => {
  for (const [room, allowed] of Object.entries(rooms)) {
    it(`src/${room} imports ${allowed.rooms.join(", ") || "nothing of ours"} only`, () => {
      for (const file of filesOf(`src/${room}/**/*.ts`)) {
        for (const path of importsOf(file)) {
          if (path.startsWith(".")) expect([room, ...allowed.rooms], `${file} imports ${path}`).toContain(roomOf(join(dirname(file), path)))
          else expect(path, `${file} imports ${path}`).toMatch(allowed.packages)
        }
      }
    })
  }

  it("pipelines import the package by its two names only", () => {
    for (const file of filesOf("pipelines/*.ts")) {
      for (const path of importsOf(file)) expect(["dln-lab", "dln-lab/stages"], `${file} imports ${path}`).toContain(path)
    }
  })

  it("engine and report know no science", () => {
    for (const file of [...filesOf("src/engine/**/*.ts"), ...filesOf("src/report/**/*.ts")]) {
      // TeX's names of Greek letters are no science.
      const code = codeOf(file).replace(/^.*\b(sigma|gamma)\b.*$/gim, "")
      expect(code, file).not.toMatch(/\b(rank|epsilon|teacher|regime)s?\b/i)
    }
  })

  it("keys and fingerprints are hashed in their own files only", () => {
    const hashing = filesOf("src/**/*.ts").filter((file) => codeOf(file).includes("createHash"))
    expect(hashing.filter((file) => file.startsWith("src/engine/") || file.startsWith("src/report/")).length).toBeGreaterThan(0)
    for (const file of hashing) {
      expect(file, "keys are hashed in engine/Key.ts or engine/code, streams named in linalg/Random.ts, PDF files in report/pdf").toMatch(/^src\/(engine\/(Key\.ts|Fingerprint\.ts|code\/.*)|linalg\/Random\.ts|report\/pdf\/Objects\.ts)$/)
    }
  })

  it("the Parquet library is known to engine/Parquet.ts alone", () => {
    const knowing = filesOf("src/**/*.ts").filter((file) => importsOf(file).some((path) => path.startsWith("hyparquet")))
    expect(knowing).toEqual(["src/engine/Parquet.ts"])
  })

  it("no power with an exponent that is not whole in the rooms of science", () => {
    for (const file of ["linalg", "stats", "dln", "sde", "stages"].flatMap((room) => filesOf(`src/${room}/**/*.ts`))) {
      expect(codeOf(file), file).not.toMatch(/\*\*(?!\s*-?\d+\b(?!\.))/)
    }
  })

  it("no drawer: every file is named for a concept", () => {
    for (const file of filesOf("{src,pipelines,bin,bench,kernel}/**/*.ts")) {
      expect(file).not.toMatch(/(^|\/)(utils?|helpers?|common|shared|types|constants|errors|misc)(\.|\/)/i)
    }
  })
})
