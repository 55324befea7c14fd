"""`/readyz` of the worker: when it last looked which tips are due."""

from bot.service import Health
from bot.worker import STALE_SECONDS, LastPlan
from tests.conversation.talk import Watch


async def test_a_worker_is_ready_while_it_looks_for_tips() -> None:
    watch = Watch()
    last = LastPlan(watch)
    assert not (await last.check()).ok
    last("leased")
    assert not (await last.check()).ok
    last("planned")
    watch.forward(2)
    assert await last.check() == Health(ok=True, facts={"last_look_age_seconds": 2.0})
    watch.forward(STALE_SECONDS)
    assert not (await last.check()).ok
    last("planned")
    assert (await last.check()).ok
