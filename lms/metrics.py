"""The only door to what is counted: numbers of one process, for whoever watches the server. Never who, where or what.

What the event loop counts is a plain addition, since it happens for every event and browser; the rest may wait for a lock.
"""

from collections import Counter as Tallies
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
_requests = Counter("lms_requests", "Pages answered, by the first digit of the answer's number.", ["status"], registry=_registry)
_seconds = Histogram(
    "lms_request_seconds", "How long pages took.", buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10), registry=_registry
)
_waiting = Gauge("lms_waiting", "What waits to be done, for all processes together.", ["what"], registry=_registry)

# --- counted by the event loop


class _Live(Collector):
    """What the rooms of this process count and show."""

    deliveries = 0
    gaps = 0
    refusals: Tallies[str] = Tallies()
    closes: Tallies[int] = Tallies()
    shown: dict[str, tuple[str, Callable[[], int]]] = {}

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily("lms_deliveries", "Events given to browsers, one for each browser.", value=self.deliveries)
        yield CounterMetricFamily("lms_gaps_healed", "Times a room read on from the log because a ring was lost.", value=self.gaps)
        for name, words, label, tallies in (
            ("lms_refusals", "Frames that were refused, by the code the browser got.", "code", self.refusals),
            ("lms_sockets_closed", "Sockets that we closed, by the code the browser got.", "code", self.closes),
        ):
            family = CounterMetricFamily(name, words, labels=[label])
            for key, count in sorted(tallies.items()):
                family.add_metric([str(key)], count)
            yield family
        for name, (words, number) in self.shown.items():
            yield GaugeMetricFamily(name, words, value=number())


_live = _Live()
_registry.register(_live)


def delivered(events: int) -> None:
    _live.deliveries += events


def gap_healed() -> None:
    _live.gaps += 1


def refused(code: str) -> None:
    _live.refusals[code] += 1


def closed(code: int) -> None:
    _live.closes[code] += 1


def show(name: str, words: str, number: Callable[[], int]) -> None:
    """A number that is asked for when somebody looks; the newest of a name counts."""
    _live.shown[name] = (words, number)


# --- counted by pages


def answered(status: int, seconds: float) -> None:
    _requests.labels(f"{status // 100}xx").inc()
    _seconds.observe(seconds)


def waiting(what: str, count: float) -> None:
    _waiting.labels(what).set(count)


def page() -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest(_registry)
