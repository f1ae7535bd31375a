/** Writes a file aside and renames it to its place: who reads it sees the old one or the new one. */
import { randomUUID } from "node:crypto"
import { renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { makeFolder } from "../makeFolder.ts"

export const replaceFile = (file: string, text: string): void => {
  makeFolder(dirname(file))
  const aside = `${file}.${randomUUID()}`
  try {
    writeFileSync(aside, text)
    renameSync(aside, file)
  } finally {
    rmSync(aside, { force: true })
  }
}
