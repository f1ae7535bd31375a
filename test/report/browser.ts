/** A browser that opens reports: Debian's Chromium. Where it is missing, tests are skipped, but never in CI. */
import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path))
  ?? "/usr/bin/chromium"

export const missing = !existsSync(executablePath) && process.env["CI"] !== "true"
if (missing) process.stderr.write("tests in a browser are skipped: Chromium is missing (apt-get install chromium)\n")

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"
    ]
  })
