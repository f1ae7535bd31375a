/** Reads sources, and finds what they import; what did not change since it was read last is not read again. */
import { read, type Source } from "./Source.ts"
import { resolver, type SourceGraph } from "./SourceGraph.ts"
import { look } from "./Stamp.ts"

export interface Reader extends Pick<SourceGraph, "home" | "resolve"> {
  /** The source in a file: the same object as before, while the file is as it was. */
  readonly read: (id: string, file: string) => Source
}

export const make = (home: string): Reader => {
  const kept = new Map<string, { readonly source: Source; readonly taken: number }>()
  return {
    home,
    resolve: resolver(home),
    read: (id, file) => {
      const taken = Date.now()
      const before = kept.get(file)
      const isSame = before?.source.id === id && look(before.source.stamp, before.taken) !== undefined
      const source = isSame ? before.source : read(id, file)
      kept.set(file, { source, taken })
      return source
    }
  }
}
