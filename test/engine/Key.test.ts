import * as fc from "../fc.ts"
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import * as Key from "../../src/engine/Key.ts"
import type { Manifest } from "../../src/engine/Manifest.ts"
import * as Table from "../../src/engine/Table.ts"

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
const recipe: Key.Recipe = {
  stage: "train",
  fingerprint: "f",
  params: { rate: 0.1, batch: undefined, zero: -0, λ: NaN },
  inputs: { problem: "p", runs: ["r", "s"] }
}
const types: ReadonlyArray<Column.Type> = [
  { name: "step", kind: "int32", nullable: false },
  { name: "loss", kind: "float64", nullable: true },
  { name: "name", kind: "string", nullable: false },
  { name: "done", kind: "boolean", nullable: false },
  { name: "weights", kind: "vector", nullable: false }
]
const rows = [
  { step: 1, loss: NaN, name: "sgd", done: true, weights: Float64Array.of(1, -0) },
  { step: -2, loss: null, name: "gd", done: false, weights: Float64Array.of() }
]
const table = Table.make<any>(types, rows)
const manifest: Manifest = { columns: types, cells: [{ run: 1, kind: "a" }, { run: 2, kind: "b" }], parts: ["x", "y"] }

describe("keys", () => {
  it("are pinned: a change of these digests re-keys every result there is", () => {
    expect({
      recipe: Key.recipeKey(recipe),
      action: Key.actionKey(recipe),
      node: Key.nodeKey("r", "curve"),
      gather: Key.gatherKey(manifest.cells, ["x", "y"]),
      manifest: Key.manifestAddress(manifest),
      bytes: Key.bytesAddress(Uint8Array.of(1, 2, 3)),
      table: Key.tableAddress(table)
    }).toEqual({
      recipe: "9b135945e6fffa9e8ef351ed62b46c68fce1224a7cd4b5a329f394277cfba4bc",
      action: "d12ca55102a082cc58b88866df7432784e17d86907cb6878528906dba9bb98f8",
      node: "1018e6614871adc74f07d6a2b7f21bcdc6aadc88a07ae124af7522a4b539f58b",
      gather: "d82aa67a080cb846d6452fa3e28c7d3d40412aed29a4a2e877e91e289721cdcb",
      manifest: "33de54213560d87117b0bcd23011defd941ecf1226dae59846cd38f120e14814",
      bytes: "ce0635fab53f1bf0b70a5b87e3cd579f8766a4ede5a7872aca52dffcba53779b",
      table: "7b7ca78aced8ebbdd6eb4620182a93c95a6e47de595e9022da37b2aa6c027c95"
    })
  })

  it("are the digest of a preimage that can be written by hand", () => {
    const params = `{"rate":0.1,"zero":-0,"λ":{"$number":"NaN"}}`
    const inputs = `{"problem":"p","runs":["r","s"]}`
    const fields = `5:train1:f${Buffer.byteLength(params)}:${params}${inputs.length}:${inputs}`
    expect(Key.recipeKey(recipe)).toBe(sha256(`dln-lab recipe\n${fields}`))
    expect(Key.nodeKey("ab", "c")).toBe(sha256("dln-lab node\n2:ab1:c"))
    expect(Key.bytesAddress(Uint8Array.of(1, 2, 3))).toBe(sha256("dln-lab bytes\n3:\x01\x02\x03"))
    const columns = `[{"kind":"string","name":"x","nullable":true}]`
    const one = Table.make<any>([{ name: "x", kind: "string", nullable: true }], [{ x: "é" }, { x: null }])
    expect(Key.tableAddress(one)).toBe(createHash("sha256")
      .update(`dln-lab table\n${columns.length}:${columns}1:22:\x00\x018:\0\0\0\0`)
      .update(Uint8Array.of(255, 255, 255, 255))
      .update(`6:["é"]`)
      .digest("hex"))
  })

  it("differ wherever any field differs, also where their text runs together", () => {
    const keys = [
      Key.recipeKey(recipe),
      Key.actionKey(recipe),
      Key.recipeKey({ ...recipe, stage: "trainf", fingerprint: "" }),
      Key.recipeKey({ ...recipe, fingerprint: "g" }),
      Key.recipeKey({ ...recipe, params: { rate: 0.1, zero: 0, λ: NaN } }),
      Key.recipeKey({ ...recipe, params: { rate: 0.1, zero: -0, λ: Infinity } }),
      Key.recipeKey({ ...recipe, params: { rate: 0.1, zero: -0, λ: "NaN" } }),
      Key.recipeKey({ ...recipe, params: { rate: 0.1, zero: -0, λ: { $number: "NaN" } } }),
      Key.recipeKey({ ...recipe, params: { rate: 0.1, zero: -0, λ: null } }),
      Key.recipeKey({ ...recipe, inputs: { problem: ["p"], runs: ["r", "s"] } }),
      Key.recipeKey({ ...recipe, inputs: { problem: "p", runs: ["s", "r"] } }),
      Key.nodeKey("ab", "c"),
      Key.nodeKey("a", "bc"),
      Key.gatherKey(manifest.cells, ["x", "y"]),
      Key.gatherKey(manifest.cells, ["y", "x"]),
      Key.gatherKey(manifest.cells.map(({ kind, run }) => ({ kind: kind!, run: run! })), ["x", "y"]),
      Key.gatherKey([{ run: 1, kind: "a" }, { run: "2", kind: "b" }], ["x", "y"])
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("do not depend on the order in which fields are written", () => {
    const turned = { ...recipe, params: { λ: NaN, zero: -0, rate: 0.1 }, inputs: { runs: ["r", "s"], problem: "p" } }
    expect(Key.recipeKey(turned)).toBe(Key.recipeKey(recipe))
  })
})

describe("the canonical spelling", () => {
  const name = fc.oneof(fc.constantFrom("$number", "$$number", "number", "a", "b"), fc.string())
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.double(), fc.integer(), fc.string({ unit: "binary" }), fc.boolean(), fc.constant(null),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(name, tie("any"), { maxKeys: 3, noNullPrototype: true })
    )
  })).any

  it("is read back exactly, and is JSON", () => {
    fc.assert(fc.property(value, (given) => {
      const text = Key.canonical(given)
      expect(Key.parse(text)).toEqual(given)
      expect(Key.canonical(Key.parse(text))).toBe(text)
      JSON.parse(text)
    }))
  })

  it("refuses what it cannot tell from something else", () => {
    const refused = [
      [new Date(0), "a Date"],
      [new Map(), "a Map"],
      [1n, "bigint"],
      [new Float64Array(1), "a Float64Array"],
      [[undefined], "undefined"]
    ] as const
    for (const [given, found] of refused) {
      expect(() => Key.canonical({ given })).toThrow(expect.objectContaining({ _tag: "Uncanonical", found }))
    }
  })
})

describe("the address of a table", () => {
  const changed = (row: object, columns = types) =>
    Key.tableAddress(Table.make<any>(columns, [{ ...rows[0], ...row }, rows[1]]))

  it("changes with every bit of a value, with its type, name and order", () => {
    const addresses = [
      Key.tableAddress(table),
      changed({ step: 2 }), changed({ loss: 0 }), changed({ loss: -0 }), changed({ loss: null }),
      changed({ name: "sgD" }), changed({ name: "gd" }), changed({ done: false }),
      changed({ weights: Float64Array.of(1, 0) }), changed({ weights: Float64Array.of(1) }),
      changed({}, types.toReversed()),
      changed({}, types.map((type) => ({ ...type, nullable: true }))),
      Key.tableAddress(Table.make(types.slice(0, 1), table)),
      Key.tableAddress(Table.make([{ ...types[0]!, kind: "float64" }], table)),
      Key.tableAddress(Table.make(types, [])),
      Key.tableAddress(Table.make([], []))
    ]
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it("tells where one vector ends and the next begins", () => {
    const of = (...lengths: ReadonlyArray<number>) =>
      Key.tableAddress(Table.make(types.slice(4), lengths.map((length) => ({ weights: new Float64Array(length) }))))
    expect(new Set([of(2, 1), of(1, 2), of(3), of(3, 0)]).size).toBe(4)
  })

  it("is the same for every NaN", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000001n, 0x7ff0000000000001n]).buffer)
    const plain = Float64Array.of(NaN, NaN)
    const address = (loss: Float64Array) => Key.tableAddress(Table.make<any>([types[1]!], { loss }))
    expect(address(odd)).toBe(address(plain))
    expect(new BigUint64Array(odd.buffer)[0]).toBe(0xfff8000000000001n)
  })

  it("does not depend on how a table came about", () => {
    const parts = rows.map((row) => ({ cell: {}, table: Table.make<any>(types, [row]) }))
    expect(Key.tableAddress(Table.gather(types, parts))).toBe(Key.tableAddress(table))
  })
})
