/**
 * A lease says that a process is working on an action, so that another one does not do the same work.
 *
 * It only ever spares work: two processes that both hold one would write the same bytes. It ends with its owner: the
 * lease of a process of this machine that is gone, one that is torn, and one that was not refreshed for two minutes,
 * are taken over.
 */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import * as Schema from "effect/Schema"
import { checkedKey, type Files } from "./Files.ts"

const Owner = Schema.fromJsonString(Schema.Struct({ host: Schema.String, pid: Schema.Int, token: Schema.String }))
const read = Schema.decodeUnknownOption(Owner)

/** How often an owner must refresh its leases, and when one that was not is dead; in seconds. */
export const refreshedEvery = 20
const deadAfter = 120
/** How long an owner may take to write its name; one that was killed meanwhile leaves a lease that is torn. */
const tornAfter = 2

export interface Lease {
  readonly refresh: () => void
  readonly release: () => void
}

/** The lease of an action, or `undefined` where another process holds it. */
export const take = (files: Files, action: string): Lease | undefined => {
  const path = `leases/${checkedKey(action)}.json`
  const owner = JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() })
  if (!files.create(path, owner)) {
    if (!isDead(files, path)) return undefined
    files.remove(path)
    if (!files.create(path, owner)) return undefined
  }
  const isMine = () => textOf(files, path) === owner
  return {
    refresh: () => isMine() && files.refresh(path),
    release: () => isMine() && files.remove(path)
  }
}

/** Clears the leases of processes that are gone, which nobody may ask for again. */
export const clear = (files: Files): void => {
  for (const name of files.list("leases")) {
    const path = `leases/${name}`
    if (isDead(files, path)) files.remove(path)
  }
}

const isDead = (files: Files, path: string): boolean => {
  const age = files.age(path)
  if (age === undefined || age > deadAfter) return true
  const owner = read(textOf(files, path))
  if (owner._tag === "None") return age > tornAfter
  return owner.value.host === hostname() && !isRunning(owner.value.pid)
}

const textOf = (files: Files, path: string): string => Buffer.from(files.read(path) ?? []).toString("utf8")

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}
