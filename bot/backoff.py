"""How long to wait before something is tried again: longer each time, and not the same for all who wait."""

import random

_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
_LEAST = 0.5


def seconds_before(attempt: int) -> float:
    """Seconds before try number `attempt`, the first one after a failure being 0."""
    most = _SECONDS[min(attempt, len(_SECONDS) - 1)]
    return most * random.uniform(_LEAST, 1.0)  # noqa: S311 - spreads tries out; nobody gains by guessing it
