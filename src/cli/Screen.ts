/** Where a command tells how it goes on: stderr, or what a test gives in its place. */
import { styleText } from "node:util"

export type Style = "red" | "green" | "yellow" | "cyan" | "dim" | "bold"

export interface Screen {
  readonly write: (text: string) => void
  /** Whether what was written can be written over. */
  readonly isTTY: boolean
  readonly size: () => { readonly columns: number; readonly rows: number }
  /** Text in a colour, unless the reader wants none (NO_COLOR) or the screen has none. */
  readonly paint: (style: Style, text: string) => string
  /** Seconds on a clock that only goes forward. */
  readonly now: () => number
  /** Acts again and again, so many times a second, until the answer is called. */
  readonly repeat: (timesPerSecond: number, act: () => void) => () => void
}

/** The terminal of this process. */
export const screen: Screen = {
  write: (text) => void process.stderr.write(text),
  isTTY: process.stderr.isTTY === true && process.env["TERM"] !== "dumb",
  size: () => ({ columns: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 }),
  paint: (style, text) => styleText(style, text, { stream: process.stderr }),
  now: () => performance.now() / 1000,
  repeat: (timesPerSecond, act) => {
    const timer = setInterval(act, 1000 / timesPerSecond).unref()
    return () => clearInterval(timer)
  }
}
