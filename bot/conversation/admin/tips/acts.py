"""What can be done about daily tips, a function each."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.request import Act, AdminReply, Value
from bot.conversation.admin.tips.asked import TipAsked
from bot.conversation.admin.tips.change import NO_DATE
from bot.conversation.times import date_of
from bot.conversation.tips import QUIET, AlreadyPostedError, Status, Stop, Subscription

PREVIEWED = 7
SHOWN_DELIVERIES = 15
MOST_COUNTED = 500


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


NO_SUCH_TIP = _("I have no such tip. Choose one from a preview.")
STOPPED_NOW = _("It is stopped. Press Resume first, then Send now.")
ALL_PAUSED = _("Everything is paused. Press Resume on the card How I am set up first.")


async def listed(asked: TipAsked) -> AdminReply:
    found = await asked.tips.subscriptions(asked.request.workspace)
    hidden = await asked.tips.hidden(asked.request.workspace)
    return await asked.cards.list(found, min(asked.number, len(found)), hidden=bool(hidden))


async def one(asked: TipAsked, subscription: Subscription) -> AdminReply:
    return AdminReply(await asked.cards.one(subscription))


async def preview(asked: TipAsked, subscription: Subscription) -> AdminReply:
    return await asked.cards.preview(subscription, await asked.tips.preview(subscription, PREVIEWED))


async def deliveries(asked: TipAsked) -> AdminReply:
    found = await asked.tips.deliveries(asked.request.workspace, SHOWN_DELIVERIES)
    zones = {s.id: s.zone for s in await asked.tips.subscriptions(asked.request.workspace)}
    return await asked.cards.deliveries([d for d in found if d.subscription in zones], zones)


async def hidden(asked: TipAsked) -> AdminReply:
    names = [f"{pack}/{tip}" for pack, tip in await asked.tips.hidden(asked.request.workspace)]
    return asked.cards.hidden([(name, asked.text_of(name)) for name in names])


async def pause(asked: TipAsked, subscription: Subscription) -> AdminReply:
    return await asked.save(subscription, replace(subscription, stopped=Stop.PAUSED, quiet_until=None))


async def resume(asked: TipAsked, subscription: Subscription) -> AdminReply:
    await asked.channel(subscription.channel)
    return await asked.save(subscription, replace(subscription, stopped=None, quiet_until=None))


async def quiet(asked: TipAsked, subscription: Subscription) -> AdminReply:
    until = asked.clock() + QUIET
    return await asked.save(subscription, replace(subscription, stopped=Stop.QUIET, quiet_until=until))


async def skip(asked: TipAsked, subscription: Subscription) -> AdminReply:
    today = asked.reading.today(subscription.zone)
    left_out = frozenset(day for day in subscription.skipped if day >= today) | {today + timedelta(1)}
    return await asked.save(subscription, replace(subscription, skipped=left_out))


async def now(asked: TipAsked, subscription: Subscription) -> AdminReply:
    if asked.choices.paused or subscription.stopped:
        raise WrongValueError(Value.WHICH, ALL_PAUSED if asked.choices.paused else STOPPED_NOW)
    await asked.channel(subscription.channel)
    try:
        upcoming = await asked.tips.send_now(subscription, asked.by)
    except AlreadyPostedError as error:
        say = await asked.cards.sayer((subscription.channel,))
        became = say.became(error.delivered, subscription.zone)
        return asked.cards.told("admin_tip_already", became=became)
    tip = asked.cards.tip(subscription, upcoming.tip)
    return asked.cards.told("admin_tip_now", text=tip.text if tip else upcoming.tip)


async def remove(asked: TipAsked, subscription: Subscription) -> AdminReply:
    say = await asked.cards.sayer((subscription.channel,))
    actions = asked.cards.buttons.removal(subscription)
    return asked.cards.told("admin_tip_remove", actions, title=say.title(subscription))


async def removed(asked: TipAsked, subscription: Subscription) -> AdminReply:
    await asked.tips.remove(subscription, asked.by)
    say = await asked.cards.sayer((subscription.channel,))
    return asked.cards.told("admin_tip_removed", title=say.title(subscription))


async def hide(asked: TipAsked, *, hide: bool) -> AdminReply:
    said = asked.said(Value.OF_TIP) or ""
    pack, _slash, tip = said.rpartition("/")
    packs = asked.pages.offers.packs
    offered = (p for n, p in packs.items() if n == (pack or n))
    owner = next((p for p in offered if any(p.tip(tip, each) for each in p.locales)), None)
    if hide and not owner:
        raise WrongValueError(Value.OF_TIP, NO_SUCH_TIP)
    name = (owner.command if owner else pack, tip)
    change = asked.tips.hide if hide else asked.tips.unhide
    await change(asked.request.workspace, *name, asked.by)
    joined = "/".join(name)
    actions = asked.cards.buttons.shown_again(joined) if hide else None
    return asked.cards.told("admin_tip_hidden", actions, text=asked.text_of(joined), hide=hide)


async def delete(asked: TipAsked) -> AdminReply:
    """Ask once more, with the number of those that are there."""
    today = asked.today()
    if not (said := asked.said(Value.DAY)):
        days = asked.cards.buttons.days(today, today - timedelta(1))
        return asked.cards.told("admin_tips_delete_day", (*days, *asked.cards.buttons.to_list()))
    day = day_of(said, today)
    posted = await asked.tips.deliveries(asked.request.workspace, MOST_COUNTED)
    number = sum(d.status is Status.SENT and d.day == day for d in posted)
    actions = asked.cards.buttons.deletion(day) if number else None
    return asked.cards.told("admin_tips_delete", actions, day=asked.cards.day(day), number=number)


async def deleted(asked: TipAsked) -> AdminReply:
    day = day_of(asked.said(Value.DAY) or "", asked.today())
    gone, left = await asked.tips.delete_posted(asked.request.workspace, day, asked.by)
    return asked.cards.told("admin_tips_deleted", day=asked.cards.day(day), gone=gone, left=left)


def day_of(said: str, today: date) -> date:
    found = date_of(said, today)
    if not found:
        raise WrongValueError(Value.DAY, NO_DATE)
    return found


OF_ALL: dict[Act, Callable[[TipAsked], Awaitable[AdminReply]]] = {
    Act.LIST: listed,
    Act.DELIVERIES: deliveries,
    Act.HIDDEN: hidden,
    Act.HIDE: lambda asked: hide(asked, hide=True),
    Act.SHOW: lambda asked: hide(asked, hide=False),
    Act.DELETE: delete,
    Act.DELETED: deleted,
}
OF_ONE: dict[Act, Callable[[TipAsked, Subscription], Awaitable[AdminReply]]] = {
    Act.ONE: one,
    Act.PAUSE: pause,
    Act.RESUME: resume,
    Act.SKIP: skip,
    Act.QUIET: quiet,
    Act.NOW: now,
    Act.PREVIEW: preview,
    Act.REMOVE: remove,
    Act.REMOVED: removed,
}
