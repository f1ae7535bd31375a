/** A file system on a machine that stops after so many calls, or whose disk is full; it remembers what it was asked. */
import type * as Node from "node:fs"

export const machine = {
  /** Calls that are left before the machine stops; what was begun by then is half done. */
  left: Infinity,
  full: false,
  /** What the system says to the call before which so many were made. */
  refusal: undefined as { readonly after: number; readonly code: string } | undefined,
  calls: new Array<string>(),
  /** What was brought to the disk (`sync`) and what got its name (`name`), in order, with the paths. */
  disk: new Array<string>()
}

export const repaired = () => Object.assign(machine, { left: Infinity, full: false, refusal: undefined, calls: [], disk: [] })

export const mortal = (fs: typeof Node): typeof Node => {
  const counted = <A extends ReadonlyArray<any>, B>(
    call: (...given: A) => B,
    half?: (...given: A) => unknown
  ) => (...given: A): B => {
    machine.calls.push(call.name)
    if (machine.refusal?.after === machine.calls.length - 1) {
      half?.(...given)
      throw Object.assign(new Error(`${machine.refusal.code}: refused, ${call.name}`), { code: machine.refusal.code })
    }
    if (machine.left === 0) half?.(...given)
    if (machine.left-- <= 0) throw new Error("the machine stopped")
    return call(...given)
  }
  const half = (handle: number, bytes: Uint8Array) => fs.writeSync(handle, bytes, 0, bytes.length >> 1)
  const writeSync = (handle: number, bytes: Uint8Array, ...others: ReadonlyArray<any>): number => {
    if (!machine.full) return fs.writeSync(handle, bytes, ...others)
    half(handle, bytes)
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
  }
  const opened = new Map<number, string>()
  const openSync = (path: string, flags: string): number => {
    const handle = fs.openSync(path, flags)
    opened.set(handle, path)
    return handle
  }
  const renameSync = (from: string, to: string) => {
    machine.disk.push(`name ${to}`)
    fs.renameSync(from, to)
  }
  const fsyncSync = (handle: number) => {
    machine.disk.push(`sync ${opened.get(handle)}`)
    fs.fsyncSync(handle)
  }
  const fsync = (handle: number, done: (cause: Error | null) => void) => fs.fsync(handle, (cause) => {
    machine.disk.push(`sync ${opened.get(handle)}`)
    done(cause)
  })
  return {
    ...fs,
    openSync: counted(openSync) as typeof fs.openSync,
    closeSync: counted(fs.closeSync),
    fsyncSync: counted(fsyncSync),
    fsync: counted(fsync) as typeof fs.fsync,
    mkdirSync: counted(fs.mkdirSync as () => undefined),
    renameSync: counted(renameSync) as typeof fs.renameSync,
    unlinkSync: counted(fs.unlinkSync),
    rmSync: counted(fs.rmSync),
    utimesSync: counted(fs.utimesSync),
    writeSync: counted(writeSync, (handle, bytes) => half(handle, bytes)) as typeof fs.writeSync,
    writeFileSync: counted(fs.writeFileSync, (file, text) =>
      fs.writeFileSync(file, String(text).slice(0, 20), { flag: "wx" })),
    appendFileSync: counted(fs.appendFileSync, (file, text) => fs.appendFileSync(file, String(text).slice(0, 100)))
  }
}
