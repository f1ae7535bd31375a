/** A program as it is read: its sources, what they mean to each other, and the packages that they rest on. */
import { type EditedSource, editedSources } from "./EditedSource.ts"
import { type KernelDoor, kernelDoor } from "./kernelDoor.ts"
import { type PackageVersions, packageVersions } from "./packageVersions.ts"
import * as Reader from "./Reader.ts"
import { readGraph, type SourceGraph } from "./SourceGraph.ts"

export interface Program {
  /** What was read first: it imports the rest. */
  readonly roots: ReadonlyArray<string>
  readonly graph: SourceGraph
  readonly edited: ReadonlyMap<string, EditedSource>
  readonly versions: PackageVersions
  /** Where a source needs the kernel. */
  readonly door: KernelDoor | undefined
}

/** From some files and all that they import; names of the user's files are relative to `base`. */
export const read = (home: string, base: string, roots: ReadonlyArray<string>, reader = Reader.make(home)): Program => {
  const graph = readGraph(reader, base, roots)
  const versions = packageVersions()
  return { roots, graph, versions, edited: editedSources(graph, versions), door: kernelDoor(graph) }
}
