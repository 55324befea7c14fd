"""Modals and home tabs: views.open, push, update and publish, and the trigger_ids that open them."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from .blocks import Surface, judge_blocks
from .ids import made_up
from .objects import with_ids
from .refusals import METHODS, Problem, RefusedError, refuse_problems
from .shapes import problems
from .workspace import Workspace

TRIGGER_LIFE = timedelta(seconds=3)  # docs.slack.dev/interactivity/handling-user-interaction#modal_responses
DEEPEST = 3  # docs.slack.dev/surfaces/modals#view_stack
LARGEST = 250_000
MODALS = "https://docs.slack.dev/surfaces/modals"


@dataclass
class View:
    """One view as the app sent it, with Slack's id; `state` is what the person entered so far."""

    id: str
    sent: dict[str, Any]
    version: int = 0
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return with_ids(self.sent["blocks"], self.id)

    @property
    def hash(self) -> str:
        return f"{1700000000 + self.version}.{self.id[-8:]}"


@dataclass
class _Trigger:
    person: str
    at: datetime
    used: bool = False


class Views:
    """What each person has open: a stack of modals, and the home tab."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._numbers = count(1)
        self._triggers: dict[str, _Trigger] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def trigger(self, person: str) -> str:
        """Make a trigger_id, good for one view within three seconds."""
        number = next(self._numbers)
        name = f"{number}.{abs(hash(person)) % 10**9}.{made_up('t', number).lower()}"
        self._triggers[name] = _Trigger(person, self._ws.world.clock())
        return name

    def top(self, person: str) -> View | None:
        stack = self.stacks.get(person)
        return stack[-1] if stack else None

    def describe(self, person: str, view: View) -> dict[str, Any]:
        """Write a view as Slack does: docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
        stack = self.stacks.get(person, [])
        place = stack.index(view) if view in stack else 0
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            **view.sent,
            "id": view.id,
            "team_id": self._ws.team,
            "app_id": self._ws.app,
            "app_installed_team_id": self._ws.team,
            "bot_id": self._ws.bot,
            "blocks": view.blocks,
            "state": {"values": view.state},
            "hash": view.hash,
            "root_view_id": stack[0].id if stack else view.id,
            "previous_view_id": stack[place - 1].id if place else None,
        }

    def open(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        self.judge(arguments["view"], Surface.MODAL)
        person = self._exchange("views.open", arguments)
        view = self._new(arguments["view"])
        self.stacks[person] = [view]
        ws.world.touch()
        return {"view": self.describe(person, view)}

    def push(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        self.judge(arguments["view"], Surface.MODAL)
        person = self._exchange("views.push", arguments)
        view = self.push_for(person, arguments["view"])
        ws.world.touch()
        return {"view": self.describe(person, view)}

    def push_for(self, person: str, sent: dict[str, Any]) -> View:
        stack = self.stacks.setdefault(person, [])
        if len(stack) >= DEEPEST:
            raise RefusedError("push_limit_reached", f"{METHODS}/views.push#errors", f"at most {DEEPEST} views")
        view = self._new(sent)
        stack.append(view)
        return view

    def update(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        self.judge(arguments["view"], Surface.MODAL)
        source = f"{METHODS}/views.update#errors"
        wanted, named = arguments.get("view_id"), arguments.get("external_id")
        for person, view in [(person, view) for person, stack in self.stacks.items() for view in stack]:
            if view.id == wanted or (named and view.sent.get("external_id") == named):
                if arguments.get("hash") not in (None, view.hash):
                    raise RefusedError("hash_conflict", source, "the view changed since that hash")
                self.replace(view, arguments["view"])
                ws.world.touch()
                return {"view": self.describe(person, view)}
        raise RefusedError("not_found", source, f"no view {wanted or named}")

    def publish(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        self.judge(arguments["view"], Surface.HOME)
        source = f"{METHODS}/views.publish#errors"
        person = ws.ids.person_key(arguments["user_id"])
        if person is None:
            raise RefusedError("user_not_found", source, str(arguments["user_id"]))
        shown = self.homes.get(person)
        if shown and arguments.get("hash") not in (None, shown.hash):
            raise RefusedError("hash_conflict", source, "the home tab changed since that hash")
        if shown is None:
            shown = self.homes[person] = self._new(arguments["view"])
        else:
            self.replace(shown, arguments["view"])
        ws.world.touch()
        return {"view": self.describe(person, shown)}

    @staticmethod
    def replace(view: View, sent: dict[str, Any]) -> None:
        view.sent, view.version, view.state = sent, view.version + 1, {}

    def _new(self, sent: dict[str, Any]) -> View:
        named = sent.get("external_id")
        others = [view for stack in self.stacks.values() for view in stack]
        if named and any(view.sent.get("external_id") == named for view in others):
            raise RefusedError("duplicate_external_id", f"{METHODS}/views.open#errors", named)
        return View(made_up("V", next(self._numbers)), sent)

    def _exchange(self, method: str, arguments: dict[str, Any]) -> str:
        source = f"{METHODS}/{method}#errors"
        trigger = self._triggers.get(str(arguments.get("trigger_id") or arguments.get("interactivity_pointer")))
        if trigger is None:
            raise RefusedError("invalid_trigger_id", source, "no such trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id", source, "a trigger_id opens one view")
        if self._ws.world.clock() - trigger.at > TRIGGER_LIFE:
            raise RefusedError("expired_trigger_id", source, f"a trigger_id lives {TRIGGER_LIFE.seconds} s")
        trigger.used = True
        return trigger.person

    @staticmethod
    def judge(view: Any, surface: Surface) -> None:
        """Refuse a view that breaks a rule; its blocks are judged as those of a message are."""
        definition = "HomeView" if surface is Surface.HOME else "ModalView"
        shell = {**view, "blocks": []} if isinstance(view, dict) and "blocks" in view else view
        refuse_problems("invalid_arguments", problems(definition, shell, "/view"))
        if not isinstance(view["blocks"], list):
            refuse_problems("invalid_arguments", [Problem("/view/blocks", "must provide an array", MODALS)])
        refuse_problems("invalid_arguments", judge_blocks(view["blocks"], "/view/blocks", surface))
        asks = any(block.get("type") == "input" for block in view["blocks"])
        if surface is Surface.MODAL and asks and not view.get("submit"):
            words = "missing required field: submit (a view with input blocks has one)"
            refuse_problems("invalid_arguments", [Problem("/view", words, MODALS)])
        if len(json.dumps(view)) > LARGEST:
            raise RefusedError("view_too_large", f"{METHODS}/views.open#errors", f"over {LARGEST} characters")
