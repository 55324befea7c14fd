"""The rules for a message: what chat.* methods, command acks and response_urls take."""

import json
from enum import StrEnum
from typing import Any

from .blocks import Surface, characters, judge_blocks
from .refusals import DOCS, METHODS, Problem, RefusedError, refuse_problems
from .shapes import problems

TEXT = 40_000  # docs.slack.dev/changelog/2018-04-truncating-really-long-messages
UPDATED_TEXT = 4_000  # chat.update takes less: docs.slack.dev/reference/methods/chat.update
BLOCK_CHARACTERS = 13_000  # undocumented, measured near 13,200: github.com/slackapi/bolt-js/issues/2509
METADATA_CHARACTERS = 16_000  # docs.slack.dev/messaging/message-metadata
ATTACHMENTS = 100
CONTENT = (
    *("text", "blocks", "attachments", "markdown_text", "metadata"),
    *("parse", "link_names", "mrkdwn", "unfurl_links", "unfurl_media"),
)
"""What of a request makes the message, and is kept in `Message.payload` as it was sent."""
ANSWER_FIELDS = {
    *CONTENT,
    *("response_type", "replace_original", "delete_original", "thread_ts"),
}


class Way(StrEnum):
    """How a message comes: the rules differ a little."""

    POST = "post"
    UPDATE = "update"
    ANSWER = "answer"


def content(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: payload[key] for key in CONTENT if payload.get(key) is not None}


def judge_message(payload: dict[str, Any], way: Way) -> None:
    """Raise RefusedError for the first rule that `payload` breaks."""
    _judge_text(payload, way)
    _judge_content(payload)
    if "metadata" in payload and payload["metadata"] != {}:
        _judge_metadata(payload["metadata"])


def judge_answer(payload: Any) -> None:
    """Judge the body of a command's ack, or of a post to a response_url."""
    source = f"{DOCS}/interactivity/handling-user-interaction#message_responses"
    if not isinstance(payload, dict):
        raise RefusedError("invalid_payload", source, "not an object")
    unknown = [name for name in payload if name not in ANSWER_FIELDS]
    refuse_problems(
        "invalid_arguments", (Problem(f"/{name}", f"unexpected argument: {name}", source) for name in unknown)
    )
    if payload.get("response_type") not in (None, "ephemeral", "in_channel"):
        raise RefusedError("invalid_arguments", source, "response_type is ephemeral or in_channel")
    if not payload.get("delete_original"):
        judge_message(payload, Way.ANSWER)


def _judge_text(payload: dict[str, Any], way: Way) -> None:
    text, method = payload.get("text"), "chat.update" if way is Way.UPDATE else "chat.postMessage"
    if text is not None and not isinstance(text, str):
        refuse_problems("invalid_arguments", [Problem("/text", "must provide a string", f"{METHODS}/{method}")])
    most = UPDATED_TEXT if way is Way.UPDATE else TEXT
    if text and len(text) > most:
        detail = f"{len(text)} characters of text, at most {most}"
        raise RefusedError("msg_too_long", f"{METHODS}/{method}#errors", detail)
    if payload.get("markdown_text") and (text or payload.get("blocks")):
        raise RefusedError("markdown_text_conflict", f"{METHODS}/{method}#errors")
    if text or payload.get("markdown_text"):
        return
    if not payload.get("blocks") and not payload.get("attachments"):
        raise RefusedError("no_text", f"{METHODS}/{method}#errors", "no text, blocks or attachments")
    if way is not Way.ANSWER:
        # Slack only warns (`missing_text_in_message`), yet notifications and screen readers then have nothing to say.
        detail = "blocks without `text`: nothing for notifications and screen readers"
        raise RefusedError("no_text", f"{METHODS}/{method}#text-and-content", detail, rule="fallback_text")


def _judge_content(payload: dict[str, Any]) -> None:
    blocks, attachments = payload.get("blocks"), payload.get("attachments")
    if blocks is not None:
        judge_message_blocks(blocks, "/blocks")
    if attachments is None:
        return
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise RefusedError("invalid_attachments", f"{METHODS}/chat.postMessage#errors", "not a list of objects")
    if len(attachments) > ATTACHMENTS:
        raise RefusedError("too_many_attachments", f"{METHODS}/chat.postMessage#errors", f"at most {ATTACHMENTS}")
    for number, attachment in enumerate(attachments):
        shell = {key: value for key, value in attachment.items() if key != "blocks"}
        refuse_problems("invalid_attachments", problems("MessageAttachment", shell, f"/attachments/{number}"))
        if "blocks" in attachment:
            judge_message_blocks(attachment["blocks"], f"/attachments/{number}/blocks")


def judge_message_blocks(blocks: Any, pointer: str) -> None:
    if not isinstance(blocks, list):
        detail = f"{pointer} is {type(blocks).__name__}, not an array"
        raise RefusedError("invalid_blocks_format", f"{METHODS}/chat.postMessage#errors", detail)
    refuse_problems("invalid_blocks", judge_blocks(blocks, pointer, Surface.MESSAGE))
    count = characters(blocks)
    if count > BLOCK_CHARACTERS:
        detail = f"{count} characters of text in blocks, at most about {BLOCK_CHARACTERS}"
        raise RefusedError("msg_blocks_too_long", "https://github.com/slackapi/bolt-js/issues/2509", detail)


def _judge_metadata(metadata: Any) -> None:
    refuse_problems("invalid_metadata_format", problems("MessageMetadata", metadata, "/metadata"))
    size = len(json.dumps(metadata))
    if size > METADATA_CHARACTERS:
        detail = f"{size} characters of metadata, at most {METADATA_CHARACTERS}"
        raise RefusedError("metadata_too_large", f"{DOCS}/messaging/message-metadata", detail)
