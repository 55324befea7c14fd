"""Whatever comes to the bot's own server, or to the playground's page: no unhandled error, no 5xx, no trace."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.app import Parts
from tests.fuzz import doors, edges
from tests.fuzz.test_edges import INPUTS, at, check, examples, pytestmark  # noqa: F401 - the mark holds here too


def test_odd_requests_to_the_bots_own_server_get_a_calm_answer(parts: Parts, tmp_path: Path) -> None:
    with at(doors.own_server(parts, tmp_path)) as bot:
        served = bot.desk

        @examples(INPUTS * 2)
        @given(
            st.one_of(
                *(doors.requests(each).map(lambda r, d=each: (d, r)) for each in (served.installing, served.others))
            )
        )
        def request(sent: tuple[doors.Door, bytes]) -> None:
            check(bot, lambda: doors.knock(*sent))

        request()


def test_odd_requests_to_the_playgrounds_page_get_a_calm_answer() -> None:
    with edges.bot(doors.page()) as bot:
        door = bot.desk.door

        @examples(INPUTS * 2)
        @given(st.one_of(doors.requests(door), doors.doings(door)))
        def request(sent: bytes) -> None:
            check(bot, lambda: doors.knock(door, sent))

        request()
        bot.do(bot.desk.answers())
