/**
 * The anatomy of a fingerprint: the declarations that it is the hash of, module by module, and what they rest on. It is
 * kept beside programs as `code/anatomies/<fingerprint>.json`, so that it can be said later what an edit changed.
 */
import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { makeFolder } from "../makeFolder.ts"
import { replaceFile } from "./replaceFile.ts"

export interface Anatomy {
  /** Such as `Node` and the names of packages, each with its version. */
  readonly environment: { readonly [name: string]: string }
  /** By module, then by declaration, such as `const tolerance`: its text, or the digest of a long one. */
  readonly modules: { readonly [id: string]: { readonly [declaration: string]: Text } }
}

export type Text = { readonly text: string } | { readonly digest: string }

export const write = (code: string, fingerprint: string, anatomy: Anatomy): void =>
  replaceFile(fileOf(code, fingerprint), JSON.stringify(anatomy))

/** Copies those of some fingerprints, as far as they are kept, unless they are there. */
export const copy = (from: string, to: string, fingerprints: ReadonlyArray<string>): void => {
  const [kept, there] = [known(from), known(to)]
  makeFolder(join(to, "anatomies"))
  for (const fingerprint of fingerprints) {
    if (kept.has(fingerprint) && !there.has(fingerprint)) copyFileSync(fileOf(from, fingerprint), fileOf(to, fingerprint))
  }
}

/** `undefined` where none was kept. */
export const read = (code: string, fingerprint: string): Anatomy | undefined => {
  try {
    return JSON.parse(readFileSync(fileOf(code, fingerprint), "utf8"))
  } catch {
    return undefined
  }
}

/** The fingerprints whose anatomies are kept. */
export const known = (code: string): ReadonlySet<string> => {
  try {
    return new Set(readdirSync(join(code, "anatomies")).map((name) => name.replace(/\.json$/, "")))
  } catch {
    return new Set()
  }
}

const fileOf = (code: string, fingerprint: string) => join(code, "anatomies", `${fingerprint}.json`)

/** What differs between two anatomies, a line each: a declaration of a module, or what the code rests on. */
export const changes = (old: Anatomy, now: Anatomy): ReadonlyArray<string> => [
  ...differing(old.environment, now.environment).map(([name, one, other]) =>
    one === undefined || other === undefined
      ? `it ${one === undefined ? "now" : "no longer"} uses ${name} ${version(one ?? other!)}`
      : version(one) === version(other)
        ? `${name} ${one} → ${other}`
        : `${name} ${version(one)} → ${version(other)}`
  ),
  ...differing(old.modules, now.modules).flatMap(([id, one = {}, other = {}]) =>
    differing(one, other).map(([declaration, before, after]) => {
      if (before === undefined) return `${declaration} of ${id} is new in it`
      if (after === undefined) return `${declaration} of ${id} is no longer part of it`
      return "text" in before && "text" in after
        ? `${declaration} of ${id}: ${before.text} → ${after.text}`
        : `${declaration} of ${id} changed`
    })
  )
]

/** Without the digest of its files. */
const version = (text: string): string => text.split("#")[0]!

const differing = <A,>(
  old: { readonly [name: string]: A },
  now: { readonly [name: string]: A }
): ReadonlyArray<readonly [string, A | undefined, A | undefined]> =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((name) => [name, old[name], now[name]] as const)
    .filter(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other))
