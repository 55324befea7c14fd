"""The Grafana dashboard shows what the bot counts: each metric and label in it exists, and nothing counted is missing."""

import json
import re
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.web.metrics import Metrics

DASHBOARD = json.loads((Path(__file__).parents[2] / "deploy/grafana/spasmbot.json").read_text(encoding="utf-8"))
OF_PROMETHEUS = {"job", "instance"}
"""Labels that Prometheus adds when it asks."""


def counted() -> dict[str, set[str]]:
    """Every metric's name with its labels, once each of them was counted."""
    metrics = Metrics()
    metrics.answered(pack="spasm", command="treat", platform="slack", outcome="answered", seconds=0.1)
    metrics.urgent(pack="spasm", platform="slack", tier="emergency")
    metrics.failed("slack", "SlackApiError")
    metrics.reconnected("slack")
    metrics.database_fault()
    metrics.content_problems(0)
    metrics.tip("slack", "sent", 1.0)
    metrics.waiting(0)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def queries() -> list[str]:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*queries, *(v["query"] for v in DASHBOARD["templating"]["list"] if v["type"] == "query")]


def test_every_metric_of_the_dashboard_is_counted() -> None:
    known = counted()
    for query in queries():
        named = set(re.findall(r"\b(?:spasmbot|process)_\w+", query))
        assert named, query
        assert named <= set(known), query


def test_every_label_of_the_dashboard_is_one_of_its_metric() -> None:
    known = counted()
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            (metric,) = set(re.findall(r"\b(?:spasmbot|process)_\w+", target["expr"]))
            grouped = {
                name.strip() for names in re.findall(r"by \(([^)]*)\)", target["expr"]) for name in names.split(",")
            }
            selected = set(re.findall(r"[{,](\w+)=", target["expr"]))
            shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            assert grouped | selected | shown <= known[metric] | OF_PROMETHEUS, target["expr"]


def test_everything_that_the_bot_counts_is_on_the_dashboard() -> None:
    shown = " ".join(queries())
    ours = {
        re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in counted() if name.startswith("spasmbot_")
    }
    assert not {name for name in ours if name not in shown}


def test_no_two_panels_share_a_place_or_an_id() -> None:
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
