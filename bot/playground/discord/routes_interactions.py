"""Routes by which the bot answers what a person did: callbacks, and messages through the interaction's token."""

from bot.playground.discord.bodies import Call
from bot.playground.discord.constants import DOCS, InteractionType, Json, MessageFlag, Reply
from bot.playground.discord.directory import Kind
from bot.playground.discord.errors import (
    Issue,
    RefusedError,
    already_acknowledged,
    invalid_form,
    unknown_message,
)
from bot.playground.discord.interactions import Interaction
from bot.playground.discord.messages import EDIT_FLAGS, REPLY_FLAGS, Draft, Sent
from bot.playground.discord.parts import Parts
from bot.playground.discord.routing import Endpoint, Handler

PAGE = DOCS + "interactions/receiving-and-responding"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
MOST_FOLLOWUPS_ALONE = 5

# Which answers fit which interaction: the notes under "Interaction Callback Type".
FITTING = {
    InteractionType.COMMAND: {Reply.MESSAGE, Reply.DEFERRED_MESSAGE, Reply.MODAL},
    InteractionType.AUTOCOMPLETE: {Reply.CHOICES},
    InteractionType.COMPONENT: {*Reply} - {Reply.PONG, Reply.CHOICES},
    InteractionType.MODAL: {*Reply} - {Reply.PONG, Reply.CHOICES, Reply.MODAL},
}


class InteractionRoutes:
    """See https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> list[Endpoint]:
        message = f"{WEBHOOK}/messages/{{message_id}}"
        original = f"{WEBHOOK}/messages/@original"
        answers: list[tuple[str, Handler]] = [
            ("POST /interactions/{interaction_id}/{interaction_token}/callback", self.callback),
            (f"POST {WEBHOOK}", self.follow_up),
            *((f"GET {path}", self.get) for path in (original, message)),
            *((f"PATCH {path}", self.edit) for path in (original, message)),
            *((f"DELETE {path}", self.delete) for path in (original, message)),
        ]
        return [Endpoint(route, handler, needs_token=False) for route, handler in answers]

    async def callback(self, call: Call) -> Json | None:
        interaction = self._parts.interactions.awaiting(call["interaction_id"], call["interaction_token"])
        if interaction.reply is not None:
            raise already_acknowledged()
        reply = self._fitting(interaction, call.data["type"])
        data: Json = call.data.get("data") or {}
        match reply:
            case Reply.MESSAGE:
                draft = Draft(data, call.files, ("data",), REPLY_FLAGS)
                interaction.original = self._created(interaction, draft)
            case Reply.DEFERRED_MESSAGE:
                private = interaction.person.key if (data.get("flags") or 0) & MessageFlag.EPHEMERAL else None
                metadata = self._parts.interactions.metadata(interaction)
                sent = self._parts.messages.loading(interaction.channel, only_for=private, interaction=metadata)
                interaction.original = interaction.shows(sent)
            case Reply.UPDATE_MESSAGE | Reply.DEFERRED_UPDATE:
                interaction.original = self._updated(interaction, reply, Draft(data, call.files, ("data",), EDIT_FLAGS))
            case Reply.CHOICES:
                interaction.choices = data.get("choices") or []
            case _:
                interaction.modal = data
        interaction.answered(reply)
        return self._told(interaction, reply) if call.query.get("with_response") in ("1", "true") else None

    async def follow_up(self, call: Call) -> Json:
        interaction = self._parts.interactions.open(call["webhook_id"], call["webhook_token"])
        original = interaction.original
        if interaction.reply is Reply.DEFERRED_MESSAGE and original is not None and original.loading:
            # The first message after a deferral takes the place of "is thinking", private or not as that was.
            draft = Draft(call.data, call.files, allowed_flags=REPLY_FLAGS)
            visible = {**call.data, "flags": (call.data.get("flags") or 0) & ~MessageFlag.EPHEMERAL}
            draft.data = visible
            return self._shown(interaction, self._parts.messages.edit(original, draft))
        interaction.followups += 1
        if self._alone(interaction) and interaction.followups > MOST_FOLLOWUPS_ALONE:
            message = "This interaction has reached the maximum number of follow up messages"
            raise RefusedError(400, 40094, message, PAGE + "#followup-messages")
        sent = self._created(interaction, Draft(call.data, call.files, allowed_flags=REPLY_FLAGS))
        return self._parts.message_json(sent)

    async def get(self, call: Call) -> Json:
        _, sent = self._found(call)
        return self._parts.message_json(sent)

    async def edit(self, call: Call) -> Json:
        interaction, sent = self._found(call)
        draft = Draft(call.data, call.files, allowed_flags=EDIT_FLAGS)
        return self._shown(interaction, self._parts.messages.edit(sent, draft))

    async def delete(self, call: Call) -> None:
        interaction, sent = self._found(call)
        self._parts.messages.delete(sent)
        interaction.settled.set()

    def _fitting(self, interaction: Interaction, kind: int) -> Reply:
        fits = FITTING[interaction.type]
        if interaction.type is InteractionType.MODAL and interaction.on is None:
            fits = fits - {Reply.UPDATE_MESSAGE, Reply.DEFERRED_UPDATE}
        if kind not in fits:
            message = f"Value must be one of {{{', '.join(str(int(k)) for k in sorted(fits))}}}."
            raise invalid_form([Issue(("type",), "BASE_TYPE_CHOICES", message, PAGE)])
        return Reply(kind)

    def _created(self, interaction: Interaction, draft: Draft) -> Sent:
        private = (draft.data.get("flags") or 0) & MessageFlag.EPHEMERAL
        sent = self._parts.messages.create(
            interaction.channel,
            draft,
            only_for=interaction.person.key if private else None,
            interaction=self._parts.interactions.metadata(interaction),
        )
        return interaction.shows(sent)

    def _updated(self, interaction: Interaction, reply: Reply, draft: Draft) -> Sent | None:
        if reply is Reply.UPDATE_MESSAGE and interaction.on is not None:
            return interaction.shows(self._parts.messages.edit(interaction.on, draft))
        return interaction.on

    def _shown(self, interaction: Interaction, sent: Sent) -> Json:
        return self._parts.message_json(interaction.shows(sent))

    def _alone(self, interaction: Interaction) -> bool:
        return self._parts.directory.kind(interaction.channel) in (Kind.ELSEWHERE, Kind.PRIVATE)

    def _found(self, call: Call) -> tuple[Interaction, Sent]:
        interaction = self._parts.interactions.open(call["webhook_id"], call["webhook_token"])
        wanted = call.parameters.get("message_id")
        if wanted is None:
            sent = interaction.original
        else:
            sent = self._parts.messages.by_id.get(int(wanted) if wanted.isdecimal() else 0)
            known = sent is not None and (sent is interaction.original or sent.shown.id in interaction.touched)
            sent = sent if known else None
        if sent is None or sent.shown.deleted:
            raise unknown_message()
        return interaction, sent

    def _told(self, interaction: Interaction, reply: Reply) -> Json:
        """See PAGE#interaction-callback-interaction-callback-response-object."""
        told: Json = {"id": str(interaction.id), "type": interaction.type}
        made: Json = {"interaction": told}
        sent = interaction.original
        if sent is not None:
            told["response_message_id"] = str(sent.id)
            told["response_message_loading"] = sent.loading
            told["response_message_ephemeral"] = sent.shown.only_for is not None
        if sent is not None and reply in (Reply.MESSAGE, Reply.UPDATE_MESSAGE):
            made["resource"] = {"type": reply, "message": self._parts.message_json(sent)}
        return made
