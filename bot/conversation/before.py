"""What comes before an ordinary answer, by how urgent the words were (design.md, Three tiers)."""

from dataclasses import replace

from bot.cards.card import Button, Card
from bot.conversation.hearing import Heard
from bot.conversation.present import Context, Presenter
from bot.conversation.view import ActionId, Show, Verb, View
from bot.library.model import URGENT, Pack
from bot.library.urgent import Level


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


_URGENT_HELP, _TO_ANSWER = _("Urgent help"), _("Show the answer to my question")
_URGENT_VIEW = View(Show.TOPIC, URGENT)
_NOTHING_FOUND = View(Show.MEAN)


def urgent_first(pack: Pack, presenter: Presenter, heard: Heard, answer: Card, context: Context) -> Card:
    """Put first what is urgent.

    Args:
        pack: whose signs were heard.
        presenter: what draws the pack's cards.
        heard: the urgency, and the view of `answer`.
        answer: the ordinary card; behind a button after an emergency.
        context: the region decides which numbers are shown.

    Raises:
        NothingToShowError: when the pack has no urgent card.
    """
    locale = answer.locale
    match heard.urgency.level:
        case Level.EMERGENCY if heard.view == _URGENT_VIEW and not heard.urgency.self_harm:
            return answer
        case Level.EMERGENCY:
            card = presenter.card(_URGENT_VIEW, locale, context)
            actions = card.actions
            if heard.urgency.self_harm:
                card = replace(card, nodes=presenter.part("crisis", locale, context))
                actions = (_button(pack, presenter, _URGENT_HELP, _URGENT_VIEW, locale),)
            if heard.view not in (_NOTHING_FOUND, _URGENT_VIEW):
                actions += (_button(pack, presenter, _TO_ANSWER, heard.view, locale),)
            return replace(card, actions=actions)
        case Level.SAME_DAY:
            topic = pack.topic(heard.view.topic, locale)
            unreviewed = bool(topic and topic.review) and locale not in pack.signs_reviews
            advice = _advice(pack, heard, locale)
            notice = presenter.part("same_day", locale, context, advice, unreviewed=unreviewed)
            return replace(answer, nodes=(*notice, *answer.nodes))
        case Level.ROUTINE if answer.nodes and heard.view != _URGENT_VIEW:
            line = presenter.part("routine", locale, context)
            return replace(answer, nodes=(*answer.body, *line, *answer.small_print))
        case _:
            return answer


def _button(pack: Pack, presenter: Presenter, label: str, view: View, locale: str) -> tuple[Button]:
    """A line with one button; its id names topics, never what was typed."""
    return (Button(presenter.gettext(locale)(label), str(ActionId(pack.command, locale, Verb.SHOW, view))),)


def _advice(pack: Pack, heard: Heard, locale: str) -> str:
    """What the sign says to do, in the reader's language; a clinician writes it in urgent.yaml."""
    known = pack.urgent.signs if pack.urgent else {}
    told = (known[name].do for name in heard.urgency.signs if name in known)
    do = next((words for words in told if words), {})
    return do.get(locale) or do.get(pack.default_locale, "")
