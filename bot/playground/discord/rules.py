"""What Discord refuses in a message beyond its published schema: documented limits, each with its source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.playground.discord.components import Place, media, walk
from bot.playground.discord.constants import DOCS, SELECTS, Component, Json, MessageFlag
from bot.playground.discord.errors import Issue
from bot.playground.discord.mentions import check_allowed

REFERENCE = DOCS + "components/reference"
MESSAGE = DOCS + "resources/message"
V2_PAGE = REFERENCE + "#component-object"

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_CONTENT = 2000
MAX_EMBED_TEXT = 6000
MAX_ROWS = 5
V2_ONLY = {
    Component.SECTION,
    Component.TEXT_DISPLAY,
    Component.THUMBNAIL,
    Component.MEDIA_GALLERY,
    Component.FILE,
    Component.SEPARATOR,
    Component.CONTAINER,
}
LINK, PREMIUM = 5, 6


def check_message(body: Json, flags: int, allowed_flags: int, filenames: Iterable[str]) -> list[Issue]:
    """Return what is wrong with a message as it would stand after this request. `flags` are the message's own."""
    found = list(check_flags(body.get("flags") or 0, allowed_flags))
    found += check_allowed(body.get("allowed_mentions"))
    flat = list(walk(body.get("components")))
    found += check_ids(flat)
    found += check_v2(body, flat) if flags & MessageFlag.COMPONENTS_V2 else check_classic(body, flat)
    names = set(filenames)
    for at, component in flat:
        found += check_component(at, component)
        found += check_media(at, component, names)
    return found


def check_flags(flags: int, allowed: int) -> Iterator[Issue]:
    if flags & ~allowed:
        # Discord drops a flag that does not belong here, so a private answer would turn public: said aloud instead.
        message = f"Only the flags {MessageFlag(allowed)!r} can be set here, not {flags & ~allowed}."
        yield Issue(("flags",), "MESSAGE_FLAGS_NOT_ALLOWED", message, MESSAGE + "#message-object-message-flags")


def check_ids(flat: list[tuple[Place, Json]]) -> Iterator[Issue]:
    for key, code, message in (
        ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"),
        ("id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated"),
    ):
        count = Counter(c[key] for _, c in flat if c.get(key))
        seen = set()
        for at, component in flat:
            value = component.get(key)
            if count[value] > 1 and value in seen:
                yield Issue((*at, key), code, message, REFERENCE + "#anatomy-of-a-component")
            seen.add(value)


def check_v2(body: Json, flat: list[tuple[Place, Json]]) -> Iterator[Issue]:
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(field):
            message = f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Issue((field,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message, V2_PAGE)
    if len(flat) > MAX_COMPONENTS:
        message = f"The total number of components cannot exceed {MAX_COMPONENTS}"
        yield Issue(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message, V2_PAGE)
    if sum(len(c["content"]) for _, c in flat if c["type"] == Component.TEXT_DISPLAY) > MAX_TEXT:
        message = f"Components displayable text size exceeds maximum size of {MAX_TEXT}"
        source = "https://github.com/discord/discord-api-docs/pull/8562"
        yield Issue(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message, source)


def check_classic(body: Json, flat: list[tuple[Place, Json]]) -> Iterator[Issue]:
    if len(body.get("content") or "") > MAX_CONTENT:
        message = f"Must be {MAX_CONTENT} or fewer in length."
        yield Issue(("content",), "BASE_TYPE_MAX_LENGTH", message, MESSAGE + "#create-message-jsonform-params")
    if len(body.get("components") or []) > MAX_ROWS:
        message = f"Must be {MAX_ROWS} or fewer in length."
        yield Issue(("components",), "BASE_TYPE_MAX_LENGTH", message, REFERENCE + "#action-row")
    for at, component in flat:
        if component["type"] in V2_ONLY:
            message = 'Value of field "type" must be one of (1,).'
            yield Issue((*at, "type"), "UNION_TYPE_CHOICES", message, V2_PAGE)
    if sum(map(embed_length, body.get("embeds") or [])) > MAX_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
        yield Issue(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message, MESSAGE + "#embed-object-embed-limits")


def embed_length(embed: Json) -> int:
    parts: list[Any] = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    parts += [field.get(key) for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(part or "") for part in parts)


def check_component(at: Place, component: Json) -> Iterator[Issue]:
    match component["type"]:
        case Component.BUTTON:
            yield from check_button(at, component)
        case Component.ACTION_ROW:
            kinds = [c["type"] for c in component["components"]]
            if len(kinds) > 1 and SELECTS & set(kinds):
                message = "A row holds up to five buttons or one select"
                yield Issue((*at, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message, REFERENCE + "#action-row")
        case kind if kind in SELECTS:
            yield from check_select(at, component)


def check_button(at: Place, button: Json) -> Iterator[Issue]:
    source = REFERENCE + "#button-button-styles"
    needs = {LINK: "url", PREMIUM: "sku_id"}.get(button["style"], "custom_id")
    for field in ("custom_id", "url", "sku_id"):
        if field == needs and not button.get(field):
            yield Issue((*at, field), f"BUTTON_COMPONENT_{field.upper()}_REQUIRED", f"A {field} is required", source)
        if field != needs and button.get(field):
            message = f"A button of style {button['style']} cannot have a {field}"
            yield Issue((*at, field), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message, source)
    if needs != "sku_id" and not (button.get("label") or button.get("emoji")):
        yield Issue((*at, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required", source)
    if (button.get("url") or "").startswith("attachment:"):
        message = "Scheme \"attachment\" must be one of ('http', 'https', 'discord')."
        yield Issue((*at, "url"), "URL_TYPE_INVALID_SCHEME", message, source)


def check_select(at: Place, select: Json) -> Iterator[Issue]:
    source = REFERENCE + "#string-select"
    low, high = select.get("min_values"), select.get("max_values")
    if (1 if low is None else low) > (1 if high is None else high):
        message = "Cannot be greater than max_values"
        yield Issue((*at, "min_values"), "SELECT_COMPONENT_MIN_VALUES_ABOVE_MAX", message, source)
    if select["type"] != Component.STRING_SELECT:
        return
    options = select["options"]
    if high and high > len(options):
        message = "There are fewer options than max_values"
        yield Issue((*at, "max_values"), "SELECT_COMPONENT_MAX_VALUES_EXCEED_OPTIONS", message, source)
    if sum(bool(o.get("default")) for o in options) > (high or 1):
        message = "More options are chosen by default than max_values allows"
        yield Issue((*at, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message, source)
    values = [option["value"] for option in options]
    for index, value in enumerate(values):
        if value in values[:index]:
            message = "The specified option value is already used"
            place = (*at, "options", index)
            yield Issue(place, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message, source)


def check_media(at: Place, component: Json, filenames: set[str]) -> Iterator[Issue]:
    for place, item in media(component):
        name = str(item.get("url", "")).removeprefix("attachment://")
        if name != item.get("url") and name not in filenames:
            message = f"The referenced attachment was not found: {name}"
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            yield Issue((*at, *place, "url"), code, message, DOCS + "reference#uploading-files")
