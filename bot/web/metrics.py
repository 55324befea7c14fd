"""`/metrics`: what Prometheus reads. No label has a person, a community or a typed text in it; each has few values."""

from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot import __version__

ANSWER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Seconds; both platforms give three for a first answer."""
LATENESS_BUCKETS = (1, 5, 15, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """Counts what `bot.conversation.measures` names, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        Info("spasmbot_build", "The running version.", registry=registry).info({"version": __version__})
        answered = ("pack", "command", "platform", "outcome")
        self._answers = Counter("spasmbot_answers", "Answers given.", answered, registry=registry)
        self._seconds = Histogram(
            "spasmbot_answer_seconds",
            "Seconds from a question's arrival until its answer was sent.",
            ("platform",),
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )
        self._urgent = Counter(
            "spasmbot_urgent_shown", "Urgent cards and notices shown.", ("pack", "platform", "tier"), registry=registry
        )
        self._errors = Counter(
            "spasmbot_platform_errors", "Requests that could not be answered.", ("platform", "error"), registry=registry
        )
        self._reconnections = Counter(
            "spasmbot_reconnections", "Connections that came back.", ("platform",), registry=registry
        )
        self._faults = Counter("spasmbot_database_faults", "Times the database could not be used.", registry=registry)
        self._problems = Gauge("spasmbot_content_problems", "Findings in the content now.", registry=registry)
        self._tips = Counter("spasmbot_tips", "Daily tips settled.", ("platform", "outcome"), registry=registry)
        self._lateness = Histogram(
            "spasmbot_tip_lateness_seconds",
            "Seconds from when a tip was due until it was sent.",
            ("platform",),
            buckets=LATENESS_BUCKETS,
            registry=registry,
        )
        self._waiting = Gauge("spasmbot_tips_waiting", "Daily tips due and not settled.", registry=registry)

    def answered(self, *, pack: str, command: str, platform: str, outcome: str, seconds: float) -> None:
        self._answers.labels(pack, command, platform, outcome).inc()
        self._seconds.labels(platform).observe(seconds)

    def urgent(self, *, pack: str, platform: str, tier: str) -> None:
        self._urgent.labels(pack, platform, tier).inc()

    def failed(self, platform: str, error: str) -> None:
        self._errors.labels(platform, error).inc()

    def reconnected(self, platform: str) -> None:
        self._reconnections.labels(platform).inc()

    def database_fault(self) -> None:
        self._faults.inc()

    def content_problems(self, number: int) -> None:
        self._problems.set(number)

    def tip(self, platform: str, outcome: str, lateness: float | None = None) -> None:
        self._tips.labels(platform, outcome).inc()
        if lateness is not None:
            self._lateness.labels(platform).observe(lateness)

    def waiting(self, number: int) -> None:
        self._waiting.set(number)

    def route(self) -> web.RouteDef:
        """What Prometheus asks."""

        async def metrics(_: web.Request) -> web.Response:
            return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

        return web.get("/metrics", metrics)
