// Loaded before a program, it takes from it the wait for the disk: what is left is its own work.

import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

fs.fsyncSync = () => {}
fs.fsync = (_, done) => done(null)
syncBuiltinESMExports()
