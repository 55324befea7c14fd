"""How fast one person may ask: kindly limited, never in an emergency, and forgotten by all but this process."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.pace import MINUTE, Pace, People
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.conversation.request import Delivery, Pressed, Question, Reply
from bot.conversation.view import Show, View
from tests.conversation.talk import CHANNEL, Watch, _layout, card_of
from tests.packs import small_parts

MOST = 3
BUTTON, URGENT_BUTTON = "1|knots|en|show|topic|tie/bow", "1|knots|en|show|topic|urgent"


class Asker:
    """One person who asks, and gets at most three answers a minute."""

    def __init__(self, watch: Watch | None = None, knots: Conversation | None = None, name: str = "U0ANA") -> None:
        self.watch = watch or Watch()
        places = SameEverywhere(PlaceSettings())
        self.knots = knots or Conversation(
            small_parts().library.packs, *_layout(), places, self.watch, answers_per_minute=MOST
        )
        self.key = self.knots.people.key("slack", "T0ONE", name)

    async def ask(self, words: str = "bow") -> Reply:
        return await self.knots.answer(Question("knots", words, CHANNEL, person=self.key))

    async def press(self, action_id: str, *, on_private: bool = True) -> Reply:
        return await self.knots.press(Pressed(action_id, CHANNEL, on_private=on_private, person=self.key))

    def limited(self, reply: Reply, locale: str = "en") -> bool:
        return reply.card == self.knots.presenter("knots").notice("slow_down", locale)


async def test_who_asks_faster_than_anybody_reads_is_asked_to_wait_and_told_how_long() -> None:
    ana = Asker()
    assert not any([ana.limited(await ana.ask()) for _ in range(MOST)])
    reply = await ana.ask()
    assert ana.limited(reply)
    assert "try again in a minute" in reply.card.text()
    assert reply.delivery is Delivery.PRIVATE


async def test_after_a_minute_answers_come_again() -> None:
    ana = Asker()
    for _ in range(MOST + 5):
        await ana.ask()
    ana.watch.forward(59)
    assert ana.limited(await ana.ask())
    ana.watch.forward(1)
    assert not ana.limited(await ana.ask())


async def test_buttons_count_too_and_the_card_that_is_read_stays() -> None:
    ana = Asker()
    for _ in range(MOST):
        assert (await ana.press(BUTTON)).delivery is Delivery.REPLACE
    reply = await ana.press(BUTTON)
    assert ana.limited(reply)
    assert reply.delivery is Delivery.PRIVATE


async def test_how_to_get_help_is_always_answered() -> None:
    ana = Asker()
    for _ in range(MOST * 3):
        await ana.ask()
    urgent = card_of(ana.knots, View(Show.TOPIC, "urgent"))
    assert (await ana.ask("urgent")).card == urgent
    assert (await ana.press(URGENT_BUTTON)).card == urgent


async def test_another_person_is_not_limited_nor_is_somebody_unknown() -> None:
    ana = Asker()
    for _ in range(MOST + 1):
        await ana.ask()
    lucia = Asker(ana.watch, ana.knots, name="U0LUCIA")
    assert not lucia.limited(await lucia.ask())
    assert not ana.limited(await ana.knots.answer(Question("knots", "bow", CHANNEL)))


async def test_the_limit_is_told_in_the_readers_language() -> None:
    ana = Asker()
    for _ in range(MOST):
        await ana.ask()
    reply = await ana.knots.answer(Question("knots", "bow", CHANNEL, "es", person=ana.key))
    assert ana.limited(reply, "es")
    assert "en un minuto" in reply.card.text()


def test_a_key_says_nothing_outside_of_its_process_and_two_people_have_two() -> None:
    here, elsewhere = People(), People()
    assert here.key("slack", "T0ONE", "U0ANA") == here.key("slack", "T0ONE", "U0ANA")
    assert here.key("slack", "T0ONE", "U0ANA") != elsewhere.key("slack", "T0ONE", "U0ANA")
    assert here.key("slack", "T0ON", "EU0ANA") != here.key("slack", "T0ONE", "U0ANA")
    assert b"U0ANA" not in here.key("slack", "T0ONE", "U0ANA")


def test_only_so_many_people_are_remembered() -> None:
    people, watch = People(), Watch()
    pace = Pace(watch, 1, most_people=100)
    keys = [people.key(str(n)) for n in range(1_000)]
    assert all(pace.allows(key) for key in keys)
    assert len(pace) == 100
    assert not pace.allows(keys[-1])
    assert pace.allows(keys[0])


@pytest.mark.parametrize("asked", [1, 50])
def test_without_a_limit_nobody_is_remembered(asked: int) -> None:
    pace = Pace(Watch(), 0)
    assert all(pace.allows(People().key("ana")) for _ in range(asked))
    assert len(pace) == 0
    assert MINUTE.total_seconds() == 60
