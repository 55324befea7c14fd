"""What a moderator types, as a wish; and that nothing anybody types breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.admin.commands import COMMANDS, FORMS, find
from bot.conversation.admin.ids import AdminId, wish_of
from bot.conversation.admin.request import NONE, OFF, ON, SAME, Do, Value, Wish
from bot.conversation.admin.words import understand
from tests.conftest import ROOT
from tests.odd import text


def setting(form: str, **values: tuple[str, ...]) -> Wish:
    return Wish(Do.SET, form, {Value[name]: value for name, value in values.items()})


CASES = {
    "": Wish(Do.STATUS),
    "STATUS": Wish(Do.STATUS),
    "help": Wish(Do.HELP),
    "setup": Wish(Do.FORM, "set-up"),
    "channels": Wish(Do.FORM, "channels"),
    "channels #help": Wish(Do.FORM, "channels", {Value.CHANNELS: ("#help",)}),
    "channels #help off": setting("channels", CHANNELS=("#help",), IN_MODE=("off",)),
    "channels <#C012345AB|help> #b PUBLIC": setting(
        "channels", CHANNELS=("<#C012345AB|help>", "#b"), IN_MODE=("public",)
    ),
    "channels C012345AB private share on language es": setting(
        "channels", CHANNELS=("C012345AB",), IN_MODE=("private",), IN_SHARE=(ON,), IN_LANGUAGE=("es",)
    ),
    "channels here same": setting("channels", CHANNELS=("here",), IN_MODE=(SAME,)),
    "channels #a language none": setting("channels", CHANNELS=("#a",), IN_LANGUAGE=(NONE,)),
    "channels all off": setting("channels", MODE=("off",)),
    "channels everywhere share no": setting("channels", SHARE=(OFF,)),
    "channels all": Wish(Do.UNCLEAR, "channels"),
    "channels off": Wish(Do.UNCLEAR, "channels"),
    "channels #a off on": Wish(Do.UNCLEAR, "channels"),
    "channels #a perhaps": Wish(Do.UNCLEAR, "channels"),
    "language es": setting("language", LANGUAGE=("es",)),
    "language none": setting("language", LANGUAGE=(NONE,)),
    "region United Kingdom": setting("region", REGION=("United Kingdom",)),
    "zone Ciudad de México": setting("zone", ZONE=("Ciudad de México",)),
    "zone none": setting("zone", ZONE=(NONE,)),
    "contact Ask Nurse Kim in #help": setting("contact", CONTACT=("Ask Nurse Kim in #help",)),
    "contact none": setting("contact", CONTACT=(NONE,)),
    "share yes": setting("share", SHARE=(ON,)),
    "share perhaps": Wish(Do.UNCLEAR, "share"),
    "packs spasm off": setting("packs", PACKS_OFF=("spasm",)),
    "packs on /spasm": setting("packs", PACKS_ON=("spasm",)),
    "packs spasm": Wish(Do.UNCLEAR, "packs"),
    "moderators @kim @lee": setting("moderators", MODERATORS_ADD=("@kim", "@lee")),
    "moderators remove @kim": setting("moderators", MODERATORS_REMOVE=("@kim",)),
    "moderators none": setting("moderators", MODERATORS=()),
    "pause": setting("pause", PAUSED=(ON,)),
    "resume": setting("pause", PAUSED=(OFF,)),
    "audit": Wish(Do.AUDIT),
    "export": Wish(Do.EXPORT),
    "forget": Wish(Do.FORGET),
    "forget yes": Wish(Do.ERASE),
    "forget perhaps": Wish(Do.UNCLEAR, "forget"),
    "pause now": Wish(Do.UNCLEAR, "pause"),
    "frobnicate": Wish(Do.UNCLEAR),
}


@pytest.mark.parametrize(("words", "wish"), CASES.items())
def test_words_are_understood(words: str, wish: Wish) -> None:
    found = understand(words)
    assert (found, dict(found.values)) == (wish, dict(wish.values))


@given(st.one_of(text, st.builds("{} {}".format, st.sampled_from([c.name for c in COMMANDS]), text)))
def test_any_words_are_a_wish(words: str) -> None:
    wish = understand(words)
    assert wish.version is None
    assert wish.do is not Do.OLD
    assert wish.do is not Do.ERASE or words.split()[1].casefold() in ("yes", "now", "confirm")
    assert all(isinstance(said, str) for value in wish.values.values() for said in value)


@given(text)
def test_any_id_is_a_wish(action_id: str) -> None:
    assert wish_of(action_id).do in Do
    assert wish_of(f"1|admin|{action_id}").do in Do


@given(
    st.sampled_from([d for d in Do if d is not Do.SET]),
    st.sampled_from(["", *FORMS]),
    st.none() | st.integers(0, 10**10),
)
def test_an_id_says_again_what_it_was_made_from(do: Do, name: str, version: int | None) -> None:
    made = AdminId(do, name, version)
    assert AdminId.read(str(made)) == made
    assert made.fits
    assert wish_of(str(made)) == Wish(do, name, {}, version)


def test_every_command_is_found_by_each_of_its_words() -> None:
    words = [(word, c) for c in COMMANDS for word in (c.name, *c.also)]
    assert len({word for word, _ in words}) == len(words)
    assert all(find(word.upper()) is c for word, c in words)
    assert set(FORMS) <= {c.name for c in COMMANDS}


def test_every_subcommand_is_documented_for_moderators() -> None:
    guide = (ROOT / "docs" / "moderators.md").read_text(encoding="utf-8")
    assert [c.name for c in COMMANDS if f"`{c.name}`" not in guide] == []
