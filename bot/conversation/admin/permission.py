"""Who may change things. Asked on each interaction; nothing is remembered from when a form was opened."""

from enum import StrEnum

from bot.conversation.admin.request import AdminRequest, Do, Value
from bot.conversation.administration import Choices


class Verdict(StrEnum):
    MAY = "may"
    NOT_ALLOWED = "not_allowed"
    ADMINISTRATORS_ONLY = "administrators_only"
    UNCHECKED = "unchecked"
    """The platform did not say who this is."""


_ADMINISTRATORS_ONLY = frozenset({Value.MODERATORS, Value.MODERATORS_ADD, Value.MODERATORS_REMOVE})


def judge(request: AdminRequest, choices: Choices) -> Verdict:
    """Administrators may do everything; those whom they named all but naming others and erasing."""
    who, wish = request.who, request.wish
    if who.is_administrator:
        return Verdict.MAY
    if not _named(request, choices):
        return Verdict.UNCHECKED if who.is_administrator is None else Verdict.NOT_ALLOWED
    touches = _ADMINISTRATORS_ONLY.intersection(wish.values)
    if wish.do in (Do.FORGET, Do.ERASE) or touches or wish.form == Value.MODERATORS:
        return Verdict.UNCHECKED if who.is_administrator is None else Verdict.ADMINISTRATORS_ONLY
    return Verdict.MAY


def _named(request: AdminRequest, choices: Choices) -> bool:
    """By a role of theirs, or by themselves; a role never has the id of a person."""
    return bool({request.who.id, *request.who.roles}.intersection(choices.moderators))
