# ruff: noqa: INP001
"""Cut Discord's published OpenAPI document down to the request bodies which the loopback Discord judges.

usage: trim_schemas_discord.py [SPEC.json [OUTPUT.json]]

What comes out says the same as the published schemas, in a form that is quick to check and gives plain errors:
a union told apart by `type` becomes if/then, and a nullable reference becomes if/else. Two things are ours:
unknown properties are refused, and what an unmodified discord.py always sends is let through (see DISCORD_PY).
"""

import json
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
SPEC = HOME.parent / "shared" / "specs" / "discord-openapi.json"
OUTPUT = HOME / "bot" / "playground" / "discord" / "schema" / "requests.json"
SOURCE = "https://github.com/discord/discord-api-spec/blob/main/specs/openapi.json"

Json = dict[str, Any]
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
OPERATIONS = (
    ("POST", "/users/@me/channels"),
    ("POST", "/channels/{channel_id}/messages"),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"),
    ("POST", WEBHOOK),
    ("PATCH", f"{WEBHOOK}/messages/@original"),
    ("PATCH", f"{WEBHOOK}/messages/{{message_id}}"),
    ("PUT", "/applications/{application_id}/commands"),
    ("POST", "/applications/{application_id}/commands"),
    ("PATCH", "/applications/{application_id}/commands/{command_id}"),
    ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands"),
    ("POST", "/applications/{application_id}/guilds/{guild_id}/commands"),
    ("PATCH", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}"),
)

# discord.py 2.7.1 sends these whatever a bot does; Discord takes them although its document does not list them.
FLAG: Json = {"type": ["integer", "null"]}
SWITCH: Json = {"type": ["boolean", "null"]}
DISCORD_PY: dict[str, Json] = {
    "RichEmbed": {"flags": FLAG},
    "MessageEditRequestPartial": {"tts": SWITCH},
    "IncomingWebhookUpdateRequestPartial": {"tts": SWITCH},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": SWITCH},
    "ApplicationCommandCreateRequest": {"nsfw": SWITCH},
    "ApplicationCommandUpdateRequest": {"nsfw": SWITCH},
    "ApplicationCommandPatchRequestPartial": {"nsfw": SWITCH},
}

# Unions that `type` does not tell apart: one member takes all that the others take.
WIDEST = {
    ("IncomingWebhookRequestPartial", "IncomingWebhookUpdateRequestPartial"): "IncomingWebhookRequestPartial",
}
LEAVE_OUT = {"description", "title", "format", "x-discord-union", "example", "examples", "default"}
PREFIX = "#/components/schemas/"


class Trimmer:
    """Rewrites schemas and gathers those they refer to in `kept`."""

    def __init__(self, spec: Json) -> None:
        self.published: Json = spec["components"]["schemas"]
        self.kept: Json = {}

    def rewrite(self, schema: Any, name: str = "") -> Any:
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self.reference(schema["$ref"].removeprefix(PREFIX))
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return self.union(schema, schema[union])
        kept = {key: value for key, value in schema.items() if key not in LEAVE_OUT}
        if schema.get("format") in ("uri", "snowflake"):
            kept["format"] = schema["format"]
        if "enum" in kept:
            kept.pop("allOf", None)  # the enumeration of every type, which the constant already narrows
        if kept.get("format") == "snowflake":
            kept["type"] = ["string", "integer"]  # discord.py sends ids as numbers
        if "properties" in kept:
            known = kept["properties"] | DISCORD_PY.get(name, {})
            kept["properties"] = {key: self.rewrite(value) for key, value in known.items()}
            kept["additionalProperties"] = False
        elif isinstance(kept.get("additionalProperties"), dict):
            kept["additionalProperties"] = self.rewrite(kept["additionalProperties"])
        if "items" in kept:
            kept["items"] = self.rewrite(kept["items"])
        return kept

    def reference(self, name: str) -> Json:
        if name not in self.kept:
            self.kept[name] = {}  # the schemas are recursive
            self.kept[name] = self.rewrite(self.published[name], name)
        return {"$ref": f"#/$defs/{name}"}

    def union(self, schema: Json, members: list[Json]) -> Json:
        if all("const" in member for member in members):
            return {"type": schema["type"], "enum": [member["const"] for member in members]}
        some = [member for member in members if member.get("type") != "null"]
        if len(some) < len(members):
            inner = self.rewrite(some[0]) if len(some) == 1 else self.union({}, some)
            return {"if": {"type": "null"}, "else": inner}
        names = tuple(member.get("$ref", "").removeprefix(PREFIX) for member in members)
        if names in WIDEST:
            return self.reference(WIDEST[names])
        if all(names) and all(self.types(name) for name in names):
            return self.by_type(names)
        return {"anyOf": [self.rewrite(member) for member in members]}

    def by_type(self, names: tuple[str, ...]) -> Json:
        known = sorted(value for name in names for value in self.types(name))
        branches = [
            {
                "if": {"properties": {"type": {"enum": self.types(name)}}, "required": ["type"]},
                "then": self.reference(name),
            }
            for name in names
        ]
        return {"type": "object", "required": ["type"], "properties": {"type": {"enum": known}}, "allOf": branches}

    def types(self, name: str) -> list[int]:
        found: list[int] = self.published[name].get("properties", {}).get("type", {}).get("enum", [])
        return found


def trim(spec: Json) -> Json:
    trimmer = Trimmer(spec)
    operations: Json = {}
    for method, path in OPERATIONS:
        body = spec["paths"][path][method.lower()]["requestBody"]
        operations[f"{method} {path}"] = trimmer.rewrite(body["content"]["application/json"]["schema"])
    notice = (
        f"Trimmed from Discord's OpenAPI {spec['openapi']} document, API version {spec['info']['version']}, "
        f"{SOURCE}, MIT licence, Copyright Discord Inc. Made by scripts/trim_schemas_discord.py: do not edit."
    )
    return {"NOTICE": notice, "operations": operations, "$defs": dict(sorted(trimmer.kept.items()))}


def main() -> None:
    given = [Path(argument) for argument in sys.argv[1:]]
    spec, output = (given + [SPEC, OUTPUT][len(given) :])[:2]
    trimmed = trim(json.loads(spec.read_text()))
    output.write_text(json.dumps(trimmed, indent=1, sort_keys=False) + "\n")
    print(f"{output}: {len(trimmed['operations'])} operations, {len(trimmed['$defs'])} definitions")  # noqa: T201


if __name__ == "__main__":
    main()
