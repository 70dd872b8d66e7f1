"""Metrics for Prometheus: `/metrics`, in its text format or that of OpenMetrics."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.sandbox.pool import Watch

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which several processes count together; it must be set before the first of them starts."""
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics(Watch):
    """The counts of one application, or of all that share a folder."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        if SHARED in os.environ:
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "foc_requests", "Requests by route and status of the answer.", ("route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "foc_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._waiting = Gauge(
            "foc_queries_waiting", "Queries that wait for a process.", registry=registry, multiprocess_mode="livesum"
        )
        self._replaced = Counter("foc_query_processes_replaced", "Processes for queries that ended.", registry=registry)
        self._reloads = Counter(
            "foc_reloads", "Reloads of what is served, by outcome.", ("outcome",), registry=registry
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def waits(self, change: int) -> None:
        """Count so many more queries that wait."""
        self._waiting.inc(change)

    def replaces(self) -> None:
        """Count a process for queries that is replaced."""
        self._replaced.inc()

    def reloaded(self, outcome: str) -> None:
        """Count a reload that was done (`done`) or failed (`failed`)."""
        self._reloads.labels(outcome).inc()

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all counts, and their media type, in the format that a header `Accept` asks for."""
        encode, kind = choose_encoder(accept)
        return encode(self._registry), kind


async def metrics(request: Request) -> Response:
    """Report what was counted."""
    content, kind = request.app.state.metrics.exposition(request.headers.get("accept", ""))
    return Response(content, headers={"Cache-Control": "no-store", "Content-Type": kind, "Vary": "Accept"})


ROUTES = [Route("/metrics", metrics)]
