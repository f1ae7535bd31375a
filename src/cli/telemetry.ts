/**
 * Sends spans to an OpenTelemetry collector, by the variables that OpenTelemetry has for it. It is loaded only where
 * `OTEL_EXPORTER_OTLP_ENDPOINT` names one.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import type * as OtlpExporter from "effect/observability/OtlpExporter"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"

export const telemetry = (version: string): Layer.Layer<OtlpExporter.Flusher> =>
  OtlpTracer.layerFromConfig({ resource: { serviceName: "dln-lab", serviceVersion: version } }).pipe(
    Layer.provide(Layer.mergeAll(
      FetchHttpClient.layer,
      OtlpSerialization.layerJson,
      ConfigProvider.layer(ConfigProvider.fromEnvRecord({ OTEL_TRACES_EXPORTER: "otlp", ...process.env }))
    ))
  )
