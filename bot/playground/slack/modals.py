"""What a person does in a modal or on the home tab: press, fill in and submit, close."""

from typing import Any

from . import elements
from .blocks import Surface
from .delivery import Delivery, Outcome
from .payloads import Payloads
from .refusals import DOCS, RefusedError
from .views import View, Views
from .workspace import Workspace

SUBMISSION = f"{DOCS}/reference/interaction-payloads/view-interactions-payload"
ACTIONS = ("errors", "update", "push", "clear")


class Modals:
    """Does what `LoopbackSlack` offers under the same names."""

    def __init__(self, ws: Workspace, delivery: Delivery, views: Views, payloads: Payloads) -> None:
        self._ws = ws
        self._delivery = delivery
        self._views = views
        self._payloads = payloads

    def _open(self, person: str) -> View:
        view = self._views.top(person)
        if view is None:
            raise LookupError(f"{person} has no modal open")
        return view

    def _payload(self, kind: str, person: str, view: View) -> dict[str, Any]:
        trigger = self._views.trigger(person)
        start = self._payloads.interaction(kind, self._ws.world.people[person], trigger)
        return {**start, "view": self._views.describe(person, view)}

    async def use(self, person: str, action_id: str, value: Any = None, *, home: bool = False) -> Outcome:
        """Press a button or choose from a menu in the open modal, or on the home tab."""
        view = self._views.homes[person] if home else self._open(person)
        found = elements.find(view.blocks, action_id)
        chosen = elements.pressed(found.element) if value is None else elements.answer(self._ws, found.element, value)
        if value is not None:
            view.state.setdefault(found.block["block_id"], {})[action_id] = chosen
        action = {**found.names, **chosen, "action_ts": f"{self._ws.world.clock().timestamp():.6f}"}
        payload = self._payload("block_actions", person, view)
        container = {"type": "view", "view_id": view.id}
        return await self._delivery.deliver("interactive", {**payload, "container": container, "actions": [action]})

    async def submit(self, person: str, values: dict[str, Any]) -> Outcome:
        """Fill in the open modal by action_id and submit it; a required input that is empty stops it, as in Slack.

        What is not named keeps what it holds; Slack sends every input, also those that are empty.
        """
        view = self._open(person)
        for found in elements.interactive(view.blocks):
            if found.block["type"] != "input":
                continue
            name = found.element["action_id"]
            held = view.state.setdefault(found.block["block_id"], {})
            if values.get(name) not in (None, "", []):
                held[name] = elements.answer(self._ws, found.element, values[name])
            elif name in values:
                held[name] = elements.emptied(found.element)
            else:
                held.setdefault(name, elements.initial(found.element))
            empty = not any(value for key, value in held[name].items() if key != "type")
            if empty and not found.block.get("optional"):
                return Outcome(ok=False, error=f"please complete {name}")
        unknown = set(values) - {found.element["action_id"] for found in elements.interactive(view.blocks)}
        if unknown:
            raise LookupError(f"no input {', '.join(sorted(unknown))} in this modal")
        payload = self._payload("view_submission", person, view)
        outcome = await self._delivery.deliver("interactive", {**payload, "response_urls": []})
        return self._respond(person, view, outcome) if outcome.ok else outcome

    def _respond(self, person: str, view: View, outcome: Outcome) -> Outcome:
        """Do what the ack of a submission says: close this view, or a `response_action`."""
        stack = self._views.stacks[person]
        response = outcome.ack or {}
        try:
            action = self._judge(view, response)
        except RefusedError as error:
            self._ws.refusals.append(error.refusal)
            return Outcome(ok=False, error=error.error, ack=response)
        if action == "errors":
            return Outcome(ok=False, error="errors", ack=response)
        if action == "update":
            self._views.replace(view, response["view"])
        elif action == "push":
            self._views.push_for(person, response["view"])
        elif action == "clear":
            stack.clear()
        else:
            stack.remove(view)
        self._ws.world.touch()
        return outcome

    def _judge(self, view: View, response: Any) -> str | None:
        if not response:
            return None
        if not isinstance(response, dict):
            raise RefusedError("invalid_response_action", SUBMISSION, "not an object")
        action = response.get("response_action")
        if action not in ACTIONS or set(response) - {"response_action", "errors", "view"}:
            raise RefusedError("invalid_response_action", SUBMISSION, str(sorted(response)))
        if action == "errors":
            names = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            errors = response.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= names:
                raise RefusedError("invalid_response_action", SUBMISSION, "errors are {block_id of an input: words}")
        if action in ("update", "push"):
            self._views.judge(response.get("view"), Surface.MODAL)
        return str(action)

    async def close(self, person: str) -> Outcome:
        """Close the open modal; the app hears of it only if it asked to (`notify_on_close`)."""
        view = self._open(person)
        stack = self._views.stacks[person]
        payload = {**self._payload("view_closed", person, view), "is_cleared": bool(view.sent.get("clear_on_close"))}
        if payload["is_cleared"]:
            stack.clear()
        else:
            stack.remove(view)
        self._ws.world.touch()
        if not view.sent.get("notify_on_close"):
            return Outcome(ok=True)
        del payload["trigger_id"]
        return await self._delivery.deliver("interactive", payload)
