"""Answers wishes about daily tips. Who asks was checked before, in `bot.conversation.admin.admin`."""

from dataclasses import replace

from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.community import Lack
from bot.conversation.admin.request import TIP, TIP_ADD, Act, AdminReply, Do, Value, Values, Wish
from bot.conversation.admin.say import LACKS
from bot.conversation.admin.tips.acts import OF_ALL, OF_ONE
from bot.conversation.admin.tips.asked import CannotPostError, TipAsked
from bot.conversation.admin.tips.change import WHAT_CHANNEL, WHAT_TIME, WHAT_ZONE
from bot.conversation.tips import NoDayError, NoTipError, Subscription, SubscriptionChangedError, TooManyError


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


NO_TIP = _("No tip is left of these kinds. Choose more kinds, or show hidden tips again.")
NO_DAY = _("No day is left with these days and dates.")
TOO_MANY = _("There are too many daily tips: at most 10 in a channel, and 200 in all.")
NOT_A_MEMBER = _("I am not a member of that channel, so I cannot post there.")
"""What is said in place of LACKS, where it is about posting."""
_NEVER = {
    NoTipError: (Value.TIP_CATEGORIES, NO_TIP),
    NoDayError: (Value.TIP_DAYS, NO_DAY),
    TooManyError: (Value.TIP_CHANNEL, TOO_MANY),
}
"""What could never post anything, as a value that is wrong."""


def is_about_tips(wish: Wish) -> bool:
    return wish.do is Do.TIPS or (wish.do in (Do.FORM, Do.SET) and wish.form in (TIP, TIP_ADD))


async def answer(asked: TipAsked) -> AdminReply:
    """Do what is wished, or say kindly why not. Raises CannotLookError and StoreUnavailableError."""
    try:
        match asked.request.wish.do:
            case Do.FORM:
                return await _form(asked)
            case Do.SET:
                return await _set(asked)
        return await _act(asked)
    except CannotPostError as error:
        return _cannot_post(asked, error.lack)
    except WrongValueError as error:
        return _wrong(asked, error.value, asked.pages.wrong_words(error))
    except (NoTipError, NoDayError, TooManyError) as error:
        value, message = _NEVER[type(error)]
        return _wrong(asked, value, asked.gettext(message))
    except SubscriptionChangedError as error:
        return await _changed_meanwhile(asked, error.current)


async def _act(asked: TipAsked) -> AdminReply:
    try:
        act = Act(asked.request.wish.form)
    except ValueError:
        return AdminReply(asked.pages.short("admin_old", asked.pages.to_status))
    if act in OF_ALL:
        return await OF_ALL[act](asked)
    return await OF_ONE[act](asked, await asked.which())


async def _form(asked: TipAsked) -> AdminReply:
    if asked.request.wish.form == TIP_ADD:
        form = asked.forms.add(await asked.new_here())
    else:
        form = asked.forms.edit(await asked.which())
    return AdminReply(asked.pages.cards.card("admin_form", asked.pages.locale, title=form.title, intro=""), form)


async def _set(asked: TipAsked) -> AdminReply:
    wish = asked.request.wish
    if wish.form == TIP_ADD:
        return await _add(asked, wish.values)
    old = await asked.which()
    changed = asked.reading.changed(old, await asked.resolved(wish.values, old))
    if wish.version is not None:
        changed = replace(changed, version=wish.version)
    return await asked.save(old, changed)


async def _add(asked: TipAsked, values: Values) -> AdminReply:
    start = await asked.new()
    if words := values.get(Value.TIP_WORDS):
        values = asked.reading.from_words(words, start.pack)
    values = await asked.resolved(values, start)
    needed = {Value.TIP_CHANNEL: WHAT_CHANNEL, Value.TIP_TIME: WHAT_TIME}
    if not start.zone:
        needed[Value.TIP_ZONE] = WHAT_ZONE
    for value, message in needed.items():
        if value not in values:
            raise WrongValueError(value, message)
    saved = await asked.tips.save(asked.reading.changed(start, values), asked.by)
    return AdminReply(await asked.cards.one(saved, asked.gettext("Added.")), saved=True)


async def _changed_meanwhile(asked: TipAsked, current: Subscription | None) -> AdminReply:
    if current is None:
        return asked.cards.told("admin_tip_gone")
    told = asked.gettext("Somebody changed it meanwhile, so I saved nothing. This holds now:")
    return AdminReply(await asked.cards.one(current, told), asked.form_again(current))


def _cannot_post(asked: TipAsked, lack: Lack) -> AdminReply:
    what, fix = LACKS[lack]
    words = f"{asked.gettext(NOT_A_MEMBER if lack is Lack.JOIN else what)} {asked.gettext(fix)}"
    return _wrong(asked, Value.TIP_CHANNEL, words)


def _wrong(asked: TipAsked, value: Value, words: str) -> AdminReply:
    """Nothing was saved; the way back to what was filled in, or to the list."""
    buttons = asked.cards.buttons
    again = buttons.again() if asked.request.wish.form == TIP_ADD else ()
    card = asked.cards.card("admin_wrong", (*again, *buttons.to_list()), what=words)
    return AdminReply(card, wrong={value: words})
