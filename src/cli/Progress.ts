/**
 * What a person sees of a build while it goes on: a line for each stage that works, where stderr is a terminal, else a
 * line now and then. A view of the engine's events.
 */
import type { Event } from "../engine/Event.ts"
import { type Screen, type Style, screen as terminal } from "./Screen.ts"
import * as Tally from "./Tally.ts"

export interface Progress {
  readonly hear: (event: Event) => void
  /** Leaves the screen clean. */
  readonly close: () => void
}

export interface Options {
  /** Tells of failures and damage alone. */
  readonly quiet?: boolean
  /** How many steps run at a time. */
  readonly width?: number
}

export const progress = (screen: Screen = terminal, { quiet = false, width = 1 }: Options = {}): Progress => {
  const tally = Tally.make()
  const began = screen.now()
  let [shown, label] = [0, 3]
  let stop: (() => void) | undefined
  /** How often each failure was heard of, and the steps that failed: one that several builds try is told once. */
  const failures = new Map<string, number>()
  const failed = new Set<string>()

  const clear = () => {
    if (shown > 0) screen.write(`\x1b[${shown}A\r\x1b[J`)
    shown = 0
  }
  const draw = () => {
    const open = tally.open()
    label = Math.max(label, ...open.map(({ name }) => name.length))
    const state = { open, ...tally.total(), now: screen.now(), began, width, label }
    if (open.length === 0) return clear()
    if (!screen.isTTY) return screen.write(`${plainLine(state)}\n`)
    const lines = block(state, screen)
    clear()
    screen.write(lines.map((line) => `${line}\n`).join(""))
    shown = lines.length
  }
  const say = (style: Style, word: string, text: string) => {
    clear()
    screen.write(`${screen.paint(style, word)}: ${text}\n`)
  }
  return {
    hear: (event) => {
      tally.hear(event, screen.now())
      if (event._tag === "failed" && !failed.has(event.key)) {
        failed.add(event.key)
        const failure = `${event.stage}: ${event.message}`
        const times = (failures.get(failure) ?? 0) + 1
        failures.set(failure, times)
        if (times <= alike) say("red", "failed", `${nodeName(event.stage, event.cell)}: ${event.message}`)
      }
      if (event._tag === "damaged") say("yellow", "damaged", `${nodeName(event.stage, event.cell)}: ${event.message}`)
      if (event._tag === "forgotten") say("yellow", "damaged", event.message)
      if (event._tag === "interrupted") {
        const { builds, done } = tally.total()
        say("yellow", "stopped", `${done} of ${builds} are done and kept`)
      }
      if (event._tag === "planned" && event.builds > 0 && !quiet) stop ??= screen.repeat(screen.isTTY ? 10 : 0.2, draw)
    },
    close: () => {
      stop?.()
      stop = undefined
      clear()
      for (const [failure, times] of failures) if (times > alike) say("red", "failed", `${times - alike} more of ${failure}`)
      failures.clear()
    }
  }
}

/** How many failures that say the same are told one by one. */
const alike = 5

interface State {
  readonly open: ReadonlyArray<Tally.Stage>
  readonly done: number
  readonly builds: number
  readonly now: number
  readonly began: number
  readonly width: number
  /** The length of the longest name so far. */
  readonly label: number
}

/** A line for each stage that works or waits, as many as fit, and one for all. */
const block = (state: State, screen: Screen): ReadonlyArray<string> => {
  const { began, builds, done, label, now, open } = state
  const { columns, rows } = screen.size()
  const most = Math.max(0, Math.min(8, rows - 4))
  const working = open.toSorted((a, b) => Number(b.running.size > 0) - Number(a.running.size > 0)).slice(0, most)
  const line = (name: string, share: number, text: string) => {
    const full = Math.round(bar * Math.min(1, share))
    const start = `${name.padEnd(label)} `
    const room = columns - start.length - bar - 2
    return room < 12
      ? `${start}${text}`.slice(0, columns - 1)
      : `${start}${screen.paint("cyan", "━".repeat(full))}${screen.paint("dim", "─".repeat(bar - full))} ${text.slice(0, room)}`
  }
  const hidden = open.length - working.length
  return [
    ...open.filter((stage) => working.includes(stage)).map((stage) =>
      line(stage.name, stage.done / stage.builds, `${stage.done}/${stage.builds}${timeLeft([stage], state)}`)),
    ...(hidden > 0 ? [screen.paint("dim", `… ${hidden} more`)] : []),
    line("all", done / builds, `${done}/${builds} · ${duration(now - began)}${timeLeft(open, state)}`)
  ]
}

/** The length of a bar. */
const bar = 20

const plainLine = (state: State): string => {
  const { began, builds, done, now, open } = state
  const working = open.filter(({ running }) => running.size > 0).map(({ builds, done, name }) => `${name} ${done}/${builds}`)
  return [`${done}/${builds} built · ${duration(now - began)}${timeLeft(open, state)}`, ...working].join(" · ")
}

const timeLeft = (stages: ReadonlyArray<Tally.Stage>, { now, width }: State): string => {
  const { known, unknown } = Tally.workLeft(stages, now)
  return known === 0 ? "" : ` · ${unknown ? "more than" : "about"} ${duration(known / width)} left`
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
