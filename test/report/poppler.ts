/** Poppler's programs, which open PDFs as readers do: where they are missing, tests are skipped, but never in CI. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const missing = spawnSync("pdftoppm", ["-v"]).error !== undefined && process.env["CI"] !== "true"
if (missing) process.stderr.write("tests that open PDFs are skipped: pdftoppm is missing (apt-get install poppler-utils)\n")

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue of each dot, from the top left. */
  readonly pixels: Uint8Array
}

const withFile = <A>(pdf: Uint8Array, act: (file: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "dln-pdf-"))
  try {
    writeFileSync(join(folder, "figure.pdf"), pdf)
    return act(join(folder, "figure.pdf"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The page at 576 dots an inch. */
export const rasterOf = (pdf: Uint8Array): Picture =>
  withFile(pdf, (file) => {
    const { status, stderr } = spawnSync("pdftoppm", ["-r", "576", "-singlefile", file, file], { encoding: "utf8" })
    if (status !== 0 || stderr !== "") throw new Error(`pdftoppm: ${stderr}`)
    const ppm = readFileSync(`${file}.ppm`)
    const [head, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(ppm.toString("latin1", 0, 40))!
    return { width: Number(width), height: Number(height), pixels: ppm.subarray(head.length) }
  })

export const textOf = (pdf: Uint8Array): string => withFile(pdf, (file) => execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }))

/** What `pdffonts` says of each font. */
export const fontsOf = (pdf: Uint8Array): ReadonlyArray<string> =>
  withFile(pdf, (file) => execFileSync("pdffonts", [file], { encoding: "utf8" }).trim().split("\n").slice(2))
