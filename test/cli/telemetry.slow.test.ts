/** Spans of a run, as an OpenTelemetry collector hears of them. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { home } from "../../src/engine/code/Home.ts"
import { small } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln-spans-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>
}

/** Runs the command beside a collector, and gives what it heard. */
const collected = async (env: (endpoint: string) => Readonly<Record<string, string>>, args: ReadonlyArray<string>) => {
  const bodies: Array<{ readonly url: string; readonly body: any }> = []
  const server = createServer(async (request, response) => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push({ url: request.url!, body: JSON.parse(Buffer.concat(chunks).toString()) })
    response.end("{}")
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const child = spawn(join(home, "bin/dln"), args, { cwd: home, stdio: "ignore", env: { ...process.env, ...env(endpoint) } })
  const [code] = await once(child, "exit")
  server.close()
  const spans = bodies.flatMap(({ body }): ReadonlyArray<Span> => body.resourceSpans.flatMap((one: any) => one.scopeSpans.flatMap((scope: any) => scope.spans)))
  return { code, bodies, spans }
}

const run = (name: string) => ["run", "rank-patterns", "--quiet", "--cache", join(folder, name), "--reports", join(folder, "reports"), ...small]

describe("OpenTelemetry", () => {
  it("hears of each call that was run, below the command, with its stage and cell, and of none where all is there", async () => {
    const { bodies, code, spans } = await collected((endpoint) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }), run("cache"))
    expect(code).toBe(0)
    expect(new Set(bodies.map(({ url }) => url))).toEqual(new Set(["/v1/traces"]))
    expect(bodies[0]!.body.resourceSpans[0].resource.attributes).toContainEqual({ key: "service.name", value: { stringValue: "dln-lab" } })
    const root = spans.find(({ name }) => name === "run")!
    const calls = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId)
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    const trained = calls.filter(({ name }) => name === "train")
    expect(trained.length).toBe(6)
    const axes = trained[0]!.attributes.map(({ key }) => key)
    expect(axes).toEqual(expect.arrayContaining(["dln.key", "dln.cell.regime"]))
    for (const { endTimeUnixNano, startTimeUnixNano } of calls) {
      expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano))
      expect(BigInt(endTimeUnixNano)).toBeGreaterThan(BigInt(startTimeUnixNano))
      expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano))
    }
    const again = await collected((endpoint) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }), run("cache"))
    expect(again.spans.map(({ name }) => name)).toContain("run")
    expect(again.spans.map(({ name }) => name)).not.toContain("train")
  })

  it("that is not asked for, or not there, changes nothing", async () => {
    expect(await collected(() => ({}), run("cache"))).toMatchObject({ code: 0, spans: [] })
    expect(await collected(() => ({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }), run("cache"))).toMatchObject({ code: 0, spans: [] })
  })
})
