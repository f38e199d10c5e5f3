"""What the gateway tells about itself: structured logs, Prometheus metrics, health. No payload and no secret leaves through it.

Stages and adapters do not import this folder: they log with structlog, report to a `gateway.ports.Observer`, and `bootstrap`
gives them the one made here.
"""
