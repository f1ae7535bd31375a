// Loaded before a program: kills it at the call that changes files before which so many were made, that one half done.
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

let left = Number(process.env.KILL_AFTER)
const { appendFileSync, writeFileSync, writeSync } = fs
const halves = {
  writeSync: (handle, bytes) => writeSync(handle, bytes, 0, bytes.length >> 1),
  appendFileSync: (file, text) => appendFileSync(file, text.slice(0, text.length >> 1)),
  writeFileSync: (file, text, options) => writeFileSync(file, text.slice(0, text.length >> 1), options)
}
for (const name of ["fsyncSync", "fsync", "mkdirSync", "renameSync", "unlinkSync", "rmSync", "utimesSync", ...Object.keys(halves)]) {
  const call = fs[name]
  fs[name] = (...given) => {
    if (left-- > 0) return call(...given)
    halves[name]?.(...given)
    process.kill(process.pid, "SIGKILL")
  }
}
syncBuiltinESMExports()
