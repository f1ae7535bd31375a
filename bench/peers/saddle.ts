// A contestant: certified saddles by one backend of the kernels. Speaks as saddle.py does, and tells on request which
// share of the time is spent in kernels.

import { Session } from "node:inspector/promises"
import { createInterface } from "node:readline"

interface Question {
  readonly prepare?: { readonly count: number }
  readonly steps?: number
  /** Saddles to certify under a profiler. */
  readonly profiled?: number
}

process.env["DLN_KERNEL"] = process.argv[2]!
const { certified } = await import("../certifiedSaddles.ts")

let next = 0
const take = (count: number): number => {
  let sum = 0
  for (const end = next + count; next < end; next += AT_ONCE) {
    for (const { spectrum } of certified(next, Math.min(AT_ONCE, end - next))) sum += spectrum.least
  }
  return sum
}
/** Saddles of a family, as a stage constructs and certifies them. */
const AT_ONCE = 100

/** Of the time in `take`, and that in which garbage is collected, the share of functions that call compiled code. */
const shareInKernels = async (count: number): Promise<number> => {
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: 100 })
  await session.post("Profiler.start")
  take(count)
  const { profile } = await session.post("Profiler.stop")
  session.disconnect()
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const spent = new Map<number, number>()
  profile.samples!.forEach((id, index) => spent.set(id, (spent.get(id) ?? 0) + profile.timeDeltas![index]!))
  let [kernels, all] = [0, 0]
  const sum = (id: number, isCounted: boolean, isKernel: boolean): void => {
    const { callFrame: { functionName, url }, children = [] } = nodes.get(id)!
    const counts = isCounted || functionName === "(garbage collector)" || functionName === take.name
    // What the reference does in place of compiled code is no kernel's work.
    const inside = (isKernel || url.includes("/src/linalg/compiled/")) && !url.includes("/src/linalg/reference/")
    const own = counts ? spent.get(id) ?? 0 : 0
    all += own
    if (inside) kernels += own
    children.forEach((child) => sum(child, counts, inside))
  }
  sum(profile.nodes[0]!.id, false, false)
  return kernels / all
}

const answer = async ({ prepare, steps = 1, profiled }: Question): Promise<object> => {
  if (profiled !== undefined) return { share: await shareInKernels(profiled) }
  if (prepare !== undefined) {
    next = 0
    return { sum: take(prepare.count) }
  }
  const begun = performance.now()
  const before = process.cpuUsage()
  take(steps)
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begun) / 1e3, busy: (user + system) / 1e6 }
}

const say = (found: object): void => {
  process.stdout.write(`${JSON.stringify({ ...found, bytes: process.resourceUsage().maxRSS * 1024 })}\n`)
}

say({})
for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line) as Question))
