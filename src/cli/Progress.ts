/**
 * What a person sees of a build while it goes on: a line that changes where stderr is a terminal, else a line
 * now and then. A view of the engine's events.
 */
import type { Event } from "../engine/Event.ts"

export interface Screen {
  readonly write: (text: string) => void
  readonly isTTY: boolean
  readonly columns: number
  /** Seconds on a clock that only goes forward. */
  readonly now: () => number
}

interface Count {
  done: number
  /** Seconds that the builds of this stage took, and how many they were. */
  seconds: number
  built: number
}

/** Hears events; `close` leaves the screen clean. */
export const progress = (screen: Screen): { readonly hear: (event: Event) => void; readonly close: () => void } => {
  const started = screen.now()
  const stages = new Map<string, Count>()
  const running = new Map<string, string>()
  let [builds, done, drawn, plainAt] = [0, 0, 0, 0]
  let expected: number | undefined

  const finish = (stage: string, key: string, seconds: number) => {
    const count = stages.get(stage) ?? { done: 0, seconds: 0, built: 0 }
    stages.set(stage, { done: count.done + 1, seconds: count.seconds + seconds, built: count.built + 1 })
    running.delete(key)
    done += 1
  }
  const line = () => {
    const elapsed = screen.now() - started
    const left = expected === undefined || done === 0 ? undefined : Math.max(0, (elapsed / done) * (builds - done))
    const now = [...new Set(running.values())].join(", ")
    return `${done}/${builds} built · ${duration(elapsed)}${left === undefined ? "" : ` · about ${duration(left)} left`}${now === "" ? "" : ` · ${now}`}`
  }
  const draw = () => {
    if (builds === 0) return
    const now = screen.now()
    if (screen.isTTY) {
      if (now - drawn < 0.1 && done < builds) return
      drawn = now
      screen.write(`\r\x1b[2K${bar(done / builds)} ${line()}`.slice(0, screen.columns + 5))
    } else if (now - plainAt >= 5) {
      plainAt = now
      screen.write(`${line()}\n`)
    }
  }
  return {
    hear: (event) => {
      switch (event._tag) {
        case "planned":
          builds += event.builds
          expected = event.expected
          plainAt = screen.now()
          break
        case "started":
          running.set(event.key, event.stage)
          break
        case "built":
          finish(event.stage, event.key, event.seconds)
          break
        case "failed":
          finish(event.stage, event.key, event.seconds)
          clear(screen)
          screen.write(`failed: ${nodeName(event.stage, event.cell)}: ${event.message}\n`)
          break
        case "skipped":
          done += 1
          break
        case "damaged":
          clear(screen)
          screen.write(`damaged: ${nodeName(event.stage, event.cell)}: ${event.message}\n`)
          break
        case "forgotten":
          clear(screen)
          screen.write(`damaged: ${event.message}\n`)
          break
        case "hit":
        case "waiting":
        case "finished":
        case "interrupted":
      }
      draw()
    },
    close: () => clear(screen)
  }
}

/** The terminal of this process. */
export const screen: Screen = {
  write: (text) => void process.stderr.write(text),
  isTTY: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
  now: () => performance.now() / 1000
}

/** `stage[axis=value,…]`: how a person names a node. */
export const nodeName = (stage: string, cell: Readonly<Record<string, unknown>>): string => {
  const axes = Object.entries(cell).map(([axis, value]) => `${axis}=${String(value)}`)
  return axes.length === 0 ? stage : `${stage}[${axes.join(",")}]`
}

/** Seconds as a person says them. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

const clear = (screen: Screen) => {
  if (screen.isTTY) screen.write("\r\x1b[2K")
}

const bar = (share: number): string => {
  const full = Math.round(20 * Math.min(1, share))
  return `${"━".repeat(full)}${"·".repeat(20 - full)}`
}
