"""The fullest form of a daily tip fits into what the platforms take."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.cards.nodes import Paragraph, Text, Title
from bot.conversation.admin.form import Form, Kind
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.tips.forms import TipForms
from bot.conversation.administration import Workspace
from bot.conversation.tips import Subscription
from bot.platforms.discord import limits
from bot.platforms.discord.forms import form_view, modal_of, whole_modal
from bot.platforms.slack.forms import form_view as slack_view
from tests.packs import small_pack

DAYS = frozenset(date(2099, 1, 1) + timedelta(n) for n in range(60))
FULL = Subscription(
    Workspace("discord", "1100000000000000555"),
    "1100000000000000556",
    "spasm",
    "America/Argentina/Buenos_Aires",
    time(23, 59),
    skipped=DAYS,
    start=date(2099, 1, 1),
    id=2**53,
    version=2**40,
)
CARD = Card((Title((Text("#muscle-health"),), 1), *(Paragraph((Text("Saved."),)) for _ in range(6))))


@pytest.fixture(params=["en", "es"])
def forms(request: pytest.FixtureRequest, parts: Parts) -> TipForms:
    """In a bot with two packs, so that there is one field more."""
    offers = Offers({**parts.conversation.packs, "knots": small_pack()})
    return TipForms(offers, parts.words.gettext(request.param), request.param)


def inside(components: Any) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from inside(component.get("components", ()))


def test_the_fullest_form_fits_into_a_message_of_discord(forms: TipForms) -> None:
    view = form_view(CARD, forms.edit(FULL))
    sent = list(inside(view.to_components()))  # type: ignore[no-untyped-call]
    assert len(sent) <= limits.COMPONENTS
    assert view.content_length() <= limits.TEXT
    assert all(len(c["custom_id"]) <= 100 for c in sent if "custom_id" in c)
    assert all(1 <= len(c["options"]) <= limits.OPTIONS for c in sent if c.get("options"))


def test_what_matters_fits_into_discords_form_for_a_new_one(forms: TipForms) -> None:
    modal = whole_modal(forms.add(FULL)).to_dict()
    names = [label["component"]["custom_id"] for label in modal["components"]]
    assert names == ["tip-channel", "tip-time", "tip-zone", "tip-days", "tip-categories"]
    assert len(modal["title"]) <= limits.MODAL_TITLE


def test_each_field_that_is_written_has_a_form_of_its_own(forms: TipForms) -> None:
    form: Form = forms.edit(FULL)
    written = [f for f in form.fields if f.kind in (Kind.TEXT, Kind.TIME, Kind.DATE)]
    assert len(written) == 4
    for field in written:
        modal = modal_of(form, field.name)
        assert modal is not None
        (label,) = modal.to_dict()["components"]
        assert len(label["component"].get("value", "")) <= label["component"]["max_length"]  # type: ignore[typeddict-item]


def test_slacks_form_has_pickers_for_time_date_and_channel(forms: TipForms) -> None:
    elements = [b["element"] for b in slack_view(CARD, forms.edit(FULL), "/x")["blocks"] if b["type"] == "input"]
    assert {"timepicker", "datepicker", "conversations_select"} <= {e["type"] for e in elements}
    assert next(e for e in elements if e["type"] == "timepicker")["initial_time"] == "23:59"


def test_what_a_daily_tip_needs_cannot_be_left_empty_on_either_platform(forms: TipForms) -> None:
    labels = whole_modal(forms.add(FULL)).to_dict()["components"]
    needed = [label["component"]["custom_id"] for label in labels if label["component"]["required"]]  # type: ignore[typeddict-item]
    assert needed == ["tip-channel", "tip-time", "tip-zone", "tip-days"]
    inputs = [b for b in slack_view(CARD, forms.add(FULL), "/x")["blocks"] if b["type"] == "input"]
    assert [b["block_id"] for b in inputs if not b["optional"]] == needed
