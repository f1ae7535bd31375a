/**
 * The identity of a package's code: `name@version#integrity` of it and of all that it depends on, as npm's lock file
 * says; without a lock file, `name@version` as the installed packages say. What is installed but not locked is named
 * too: a lock file that was changed without `npm ci` must not speak for the code that runs.
 */
import { existsSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { type Stamp, stampAndRead, type Stamped } from "./Stamp.ts"

export interface PackageVersions {
  /** Of the package in a folder. */
  readonly of: (directory: string) => ReadonlyArray<string>
  /** Of the files that said so. */
  readonly stamps: () => ReadonlyArray<Stamp>
}

interface Manifest {
  readonly version?: string
  readonly integrity?: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly optionalDependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
}

/** What is known of the package in a folder, if one is there. */
type Installed = (folder: string) => Manifest | undefined

/** Each file is read once. */
export const packageVersions = (): PackageVersions => {
  const read = new Map<string, { readonly stamp: Stamp; readonly content: any } | undefined>()
  const known = new Map<string, ReadonlyArray<string>>()
  const json = (file: string) => {
    if (!read.has(file)) read.set(file, existsSync(file) ? parsed(stampAndRead(file)) : undefined)
    return read.get(file)?.content
  }
  const onDisk: Installed = (folder) => json(join(folder, "package.json"))
  return {
    of: (directory) => {
      const names = known.get(directory) ?? closure(directory, lockOf(directory, json) ?? onDisk, onDisk)
      known.set(directory, names)
      return names
    },
    stamps: () => [...read.values()].flatMap((one) => one === undefined ? [] : [one.stamp])
  }
}

const parsed = ({ bytes, stamp }: Stamped) => ({ stamp, content: JSON.parse(bytes.toString("utf8")) })

const closure = (directory: string, installed: Installed, onDisk: Installed): ReadonlyArray<string> => {
  const seen = new Map<string, string>()
  const visit = (folder: string) => {
    const manifest = installed(folder)
    if (manifest === undefined || seen.has(folder)) return
    const { dependencies, integrity, optionalDependencies, peerDependencies, version } = manifest
    const present = onDisk(folder)?.version ?? version
    const differs = present === version ? "" : ` installed ${present}`
    seen.set(folder, `${nameOf(folder)}@${version}${integrity === undefined ? "" : `#${integrity}`}${differs}`)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const candidates = above(folder).map((parent) => join(parent, "node_modules", name))
      const found = candidates.find((candidate) => installed(candidate) !== undefined)
      if (found !== undefined) visit(found)
    }
  }
  visit(directory)
  return [...new Set(seen.values())].sort()
}

/** The lock file that lists a package, of the innermost folder that has one. */
const lockOf = (directory: string, json: (file: string) => any): Installed | undefined =>
  above(directory)
    .filter((folder) => directory.startsWith(join(folder, "node_modules") + sep))
    .map((root): Installed => {
      const packages: { readonly [path: string]: Manifest } = json(join(root, "package-lock.json"))?.packages ?? {}
      return (folder) => packages[relative(root, folder).replaceAll(sep, "/")]
    })
    .find((locked) => locked(directory) !== undefined)

/** The folder of the package that holds a file. */
export const packageOf = (file: string): string => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)![0]

const nameOf = (folder: string): string => /(?:@[^\\/]+[\\/])?[^\\/]+$/.exec(folder)![0].replaceAll(sep, "/")

/** A folder and those that hold it, the innermost first. */
const above = (folder: string): ReadonlyArray<string> =>
  folder === dirname(folder) ? [folder] : [folder, ...above(dirname(folder))]
