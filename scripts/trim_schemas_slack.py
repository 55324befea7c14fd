# ruff: noqa: INP001
"""Cut the published @slack/types schema down to what the loopback Slack judges, with the documented limits in it.

Run from the repository root when ../shared/specs has a new version; the result is kept, so a clone alone runs the same.
"""

import json
import re
from pathlib import Path
from typing import Any

SOURCE = Path("../shared/specs/slack-types-3.2.0.schema.json")
TARGET = Path("bot/playground/slack/schema/slack-types-3.2.0.json")
NOTICE = (
    "Trimmed from @slack/types 3.2.0, "
    "Copyright (c) Slack Technologies, LLC, MIT licence, through ts-json-schema-generator 2.9.0. "
    "Limits come from its comments and from docs.slack.dev. "
    "Made by scripts/trim_schemas_slack.py: do not edit."
)
ROOTS = ("ModalView", "HomeView", "MessageMetadata", "MessageAttachment")
LEFT_OUT = {  # what this bot has no use for
    *(
        "CardBlock",
        "CarouselBlock",
        "ContainerBlock",
        "ContextActionsBlock",
        "DataTableBlock",
        "FileBlock",
        "PlanBlock",
    ),
    *("TableBlock", "TaskCardBlock", "VideoBlock", "WorkflowButton", "FeedbackButtons", "IconButton"),
}
# Documented at docs.slack.dev/reference/block-kit, but not in the comments of the types.
LIMITS = {
    ("MarkdownBlock", "text"): 12000,
    ("ImageBlock", "alt_text"): 2000,
    ("ImageBlock", "image_url"): 3000,
    ("ImageBlock", "title"): 2000,
    ("ImageElement", "alt_text"): 2000,
    ("ImageElement", "image_url"): 3000,
    ("AlertBlock", "text"): 200,
    ("ModalView", "submit"): 24,
    ("ModalView", "external_id"): 255,
    ("HomeView", "external_id"): 255,
    ("ModalView", "blocks"): 100,
    ("HomeView", "blocks"): 100,
    ("StaticSelect", "options"): 100,
    ("ContextBlock", "elements"): 10,
    ("PlainTextOption", "value"): 150,  # the types still say 75: github.com/slackapi/python-slack-sdk/issues/1655
    ("MrkdwnOption", "value"): 150,
}
NOT_A_LIMIT = {"max_selected_items", "max_files", "max_length", "min_length"}
"""Properties whose comments speak of the limit of something else."""
NEVER_EMPTY = {
    *(("ActionsBlock", "elements"), ("ContextBlock", "elements"), ("SectionBlock", "fields")),
    *(
        (select, "options")
        for select in ("StaticSelect", "MultiStaticSelect", "Checkboxes", "RadioButtons", "Overflow")
    ),
}

Schema = dict[str, Any]


def documented_limit(description: str, *, items: bool) -> int | None:
    """Read a number out of a comment such as "Maximum length for this field is 255 characters."."""
    words = description.replace("\n", " ")
    if items:
        pattern = r"[Mm]aximum (?:number of \w+(?: \w+)? is|of) (\d+)|[Mm]aximum (\d+) items|up to (\d+)"
    else:
        pattern = r"[Mm]aximum length (?:for|of|is)?[^.]*?(\d+)\s+characters"
    found = re.search(pattern, words)
    return int(next(group for group in found.groups() if group)) if found else None


def limit(definition: str, name: str, prop: Schema) -> None:
    """Write the documented limit of one property into it."""
    items = prop.get("type") == "array"
    number = LIMITS.get((definition, name))
    if number is None and name not in NOT_A_LIMIT:
        number = documented_limit(prop.get("description", ""), items=items)
    if (definition, name) in NEVER_EMPTY:
        prop["minItems"] = 1
    if number is None:
        return
    if items:
        prop["maxItems"] = number
    elif prop.get("type") == "string":
        prop["maxLength"] = number
    elif "$ref" in prop or "anyOf" in prop:  # a text object: the limit is on its text
        target = {key: prop.pop(key) for key in ("$ref", "anyOf") if key in prop}
        prop["allOf"] = [target, {"if": {"type": "object"}, "then": {"properties": {"text": {"maxLength": number}}}}]


def add_limits(definitions: Schema) -> None:
    for name, definition in definitions.items():
        for variant in (definition, *definition.get("anyOf", [])):
            for key, prop in variant.get("properties", {}).items():
                limit(name, key, prop)
    for name in ("PlainTextElement", "MrkdwnElement"):
        definitions[name]["properties"]["text"].update(minLength=1, maxLength=3000)
    fields = definitions["SectionBlock"]["properties"]["fields"]
    fields["items"] = {"allOf": [fields["items"], {"properties": {"text": {"maxLength": 2000}}}]}
    for name in (
        "StaticSelect",
        "MultiStaticSelect",
    ):  # docs.slack.dev/reference/block-kit/composition-objects/option-group-object
        group = definitions[name]["properties"]["option_groups"]["items"]["properties"]
        group["label"] = {"allOf": [group["label"], {"properties": {"text": {"maxLength": 75}}}]}
        group["options"].update(minItems=1, maxItems=100)


def name_of(reference: Schema) -> str:
    return str(reference.get("$ref", "")).rsplit("/", 1)[-1]


def leaves(reference: Schema, definitions: Schema) -> list[Schema]:
    """Open unions of unions: the definitions that a value can really be."""
    inner = definitions.get(name_of(reference), {}).get("anyOf")
    if inner is None or not all("$ref" in option for option in inner):
        return [reference]
    return [leaf for option in inner for leaf in leaves(option, definitions)]


def types_of(reference: Schema, definitions: Schema) -> list[str]:
    definition = definitions.get(name_of(reference), reference)
    first = next(iter(definition.get("anyOf", [definition])))
    kind = first.get("properties", {}).get("type", {})
    return [kind["const"]] if "const" in kind else list(kind.get("enum", []))


def dispatch_on_type(node: Any, definitions: Schema) -> None:
    """Turn `anyOf` many things into "look at its type first", so that a refusal names the field that is wrong."""
    if isinstance(node, list):
        for item in node:
            dispatch_on_type(item, definitions)
        return
    if not isinstance(node, dict):
        return
    for value in node.values():
        dispatch_on_type(value, definitions)
    options = node.get("anyOf")
    if not isinstance(options, list) or not all("$ref" in option for option in options):
        return
    by_type: dict[str, list[Schema]] = {}
    for leaf in (leaf for option in options for leaf in leaves(option, definitions)):
        for kind in types_of(leaf, definitions):
            by_type.setdefault(kind, []).append(leaf)
    if not by_type:
        return
    del node["anyOf"]
    node.update(type="object", required=["type"], properties={"type": {"enum": sorted(by_type)}})
    node["allOf"] = [
        *node.get("allOf", []),
        *(
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": found[0] if len(found) == 1 else {"anyOf": found},
            }
            for kind, found in by_type.items()
        ),
    ]


def without(node: Any) -> Any:
    """Drop comments, and the union members that were left out."""
    if isinstance(node, list):
        return [without(item) for item in node if not (isinstance(item, dict) and name_of(item) in LEFT_OUT)]
    if not isinstance(node, dict):
        return node
    return {key: without(value) for key, value in node.items() if not (key == "description" and isinstance(value, str))}


def reachable(definitions: Schema) -> Schema:
    """Keep what the roots lead to."""
    kept: Schema = {}
    ahead = list(ROOTS)
    while ahead:
        name = ahead.pop()
        if name in kept:
            continue
        kept[name] = definitions[name]
        ahead += re.findall(r'"#/definitions/(\w+)"', json.dumps(definitions[name]))
    return dict(sorted(kept.items()))


def main() -> None:
    published = json.loads(SOURCE.read_text(encoding="utf-8"))
    definitions = published["definitions"]
    add_limits(definitions)
    definitions = without(definitions)
    flat = json.loads(json.dumps(definitions))
    dispatch_on_type(flat, definitions)
    schema = {"$schema": published["$schema"], "$comment": NOTICE, "definitions": reachable(flat)}
    TARGET.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
