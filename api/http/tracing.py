"""OpenTelemetry traces, if an endpoint is configured and the extra `tracing` is installed."""

from typing import Any

from api.infra.log import get_log

_log = get_log("tracing")


def plugins_for(endpoint: str | None) -> list[Any]:
    """The Litestar plugin that opens a span for each request; none if no endpoint is configured."""
    if endpoint is None:
        return []
    try:
        from litestar.plugins.opentelemetry import OpenTelemetryConfig, OpenTelemetryPlugin
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _log.warning("tracing-not-installed", reason="pip install 'credit-window[tracing]'")
        return []
    provider = TracerProvider(resource=Resource.create({"service.name": "credit-window-api"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    return [OpenTelemetryPlugin(OpenTelemetryConfig(tracer_provider=provider))]
