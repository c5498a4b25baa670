"""Prometheus metrics: a registry for each app, so that two apps in a process do not mix."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

__all__ = ["CONTENT_TYPE", "Metrics"]


class Metrics:
    """The metrics of one app; names get the prefix `accord_`."""

    def __init__(self) -> None:
        """Start with what every process has: memory, CPU, open files."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def counter(self, name: str, about: str, *labels: str) -> Counter:
        """Something that only grows."""
        return Counter(f"accord_{name}", about, labels, registry=self.registry)

    def gauge(self, name: str, about: str, *labels: str) -> Gauge:
        """Something that goes up and down: a lag, an age, a queue."""
        return Gauge(f"accord_{name}", about, labels, registry=self.registry)

    def seconds(self, name: str, about: str, *labels: str) -> Histogram:
        """How long something takes."""
        return Histogram(f"accord_{name}", about, labels, registry=self.registry, buckets=_SECONDS)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)
