"""Logs: one line an event, to standard error; never a token and never what a person typed."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set logging up for the process. Libraries keep to warnings, whose texts carry no payload."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(
        stream=sys.stderr, level=max(number, logging.WARNING), format="%(levelname)s %(name)s %(message)s"
    )
    # discord.py asks for voice libraries, bolt remarks on a token in the environment: neither is of use here.
    for noisy in ("discord.client", "slack_bolt"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
