"""A host's own template gets the pack and the topic to lay out, and nothing behind them."""

from pathlib import Path

import pytest

from bot.app import wire
from bot.cards.templates import CardTemplateError
from bot.conversation.request import Question
from bot.settings import Settings
from tests.conversation.talk import CHANNEL
from tests.packs import small_parts

ESCAPES = [
    "{{ pack.__init__.__globals__ }}",
    "{{ pack.__class__.__mro__[-1].__subclasses__() }}",
    "{{ topic.title.__class__ }}",
    "{{ topic['__class__'] }}",
    "{{ topic|attr('__dict__') }}",
    "{{ [pack]|map(attribute='__class__')|first|string }}",
    "{{ '{p.__class__}'.format(p=pack) }}",
    "{{ '{p.__class__}'.format_map({'p': pack}) }}",
    "{{ ('{p.__cla' ~ 'ss__}').format(p=pack) }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ _.__self__ }}",
    "{{ _.__func__.__code__ }}",
    "{{ pack.pictures._folder }}",
    "{{ pack.topics.clear() }}",
    "{{ pack.topics.update({}) }}",
    "{{ pack.topics['en'].pop('tie/bow') }}",
    "{% set pack.command = 'rm' %}",
    "{% import 'os' as os %}{{ os.environ }}",
    "{% include '../../../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{{ range(10 ** 12)|list }}",
]


@pytest.mark.parametrize("escape", ESCAPES)
async def test_a_template_of_an_overlay_cannot_get_at_what_it_was_not_given(tmp_path: Path, escape: str) -> None:
    cards = tmp_path / "templates" / "cards"
    cards.mkdir(parents=True)
    (cards / "topic.md.j2").write_text(f"before {escape} after", encoding="utf-8")
    library = small_parts().library
    before = repr(library.packs["knots"].topics)
    conversation = wire(Settings(overlay_dir=tmp_path), library).conversation
    with pytest.raises(CardTemplateError, match=r"^cards/topic\.md\.j2"):
        await conversation.answer(Question("knots", "tie bow", CHANNEL))
    assert repr(library.packs["knots"].topics) == before


async def test_the_same_template_without_the_escape_makes_a_card(tmp_path: Path) -> None:
    cards = tmp_path / "templates" / "cards"
    cards.mkdir(parents=True)
    (cards / "topic.md.j2").write_text("before {{ topic.title }} of {{ pack.command }} after", encoding="utf-8")
    conversation = wire(Settings(overlay_dir=tmp_path), small_parts().library).conversation
    reply = await conversation.answer(Question("knots", "tie bow", CHANNEL))
    assert reply.card.text().startswith("before Bow of knots after")
