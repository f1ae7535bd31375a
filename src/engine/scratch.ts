/**
 * A store that reads a cache and changes nothing in it: what is put that the cache does not have goes into another one.
 * So stages can be run again beside their results.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { filesOnDisk } from "./filesOnDisk.ts"
import * as Key from "./Key.ts"
import { over, Store, type StoreFailure } from "./Store.ts"

/** Over two folders. */
export const layerScratch = (cache: string, scratch: string): Layer.Layer<Store, StoreFailure> =>
  Layer.effect(
    Store,
    Effect.flatMap(Effect.all([over(filesOnDisk(cache)), over(filesOnDisk(scratch))]), ([cached, aside]) =>
      beside(cached, aside)
    )
  )

export const beside = (
  cached: Store["Service"],
  aside: Store["Service"]
): Effect.Effect<Store["Service"], StoreFailure> =>
  Effect.map(cached.snapshot, ({ has }) => {
    const unless = <A extends { readonly address: string }, E>(address: string, put: Effect.Effect<A, E>) =>
      has(address) ? Effect.succeed({ address, bytes: 0, sha256: "" }) : put
    const found = (address: string) => has(address) ? cached : aside
    return Store.of({
      ...aside,
      snapshot: cached.snapshot,
      trace: cached.trace,
      table: (address) => found(address).table(address),
      bytes: (address) => found(address).bytes(address),
      putTable: (table) => unless(Key.tableAddress(table), aside.putTable(table)),
      putBytes: (bytes) => unless(Key.bytesAddress(bytes), aside.putBytes(bytes)),
      putManifest: (manifest) => unless(Key.manifestAddress(manifest), aside.putManifest(manifest))
    })
  })
