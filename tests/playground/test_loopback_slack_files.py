"""Files at the loopback Slack, through the real client: uploading one, and showing it in blocks."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.playground.bare_bolt import EVERY_SCOPE, bolt_app, bolt_on, running

PNG = b"\x89PNG\r\n\x1a\n and more"
INVALID = "invalid slack file [json-pointer:/blocks/0/slack_file]"


@pytest.fixture
async def slack():
    async with running(scopes=(*EVERY_SCOPE, "files:write")) as slack:
        yield slack


@pytest.fixture
def client(slack):
    return bolt_app(slack)[1]


def picture(file_id: str) -> dict:
    return {"text": "A calf", "blocks": [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "A calf"}]}


async def upload(client, **options) -> str:
    answer = await client.files_upload_v2(content=PNG, filename="calf.png", title="Calf", **options)
    return answer["files"][0]["id"]


async def refused(call) -> dict:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response.data


async def test_an_uploaded_file_is_shown_in_a_message(slack, client):
    file_id = await upload(client)
    await client.chat_postMessage(channel=slack.workspace.ids.channel("general"), **picture(file_id))
    file = slack.workspace.files.get(file_id)
    assert (file.data, file.title, file.name) == (PNG, "Calf", "calf.png")
    assert not slack.refusals


async def test_without_the_scope_nothing_is_uploaded():
    async with running(scopes=EVERY_SCOPE) as slack:
        client = bolt_app(slack)[1]
        said = await refused(upload(client))
        assert (said["error"], said["needed"]) == ("missing_scope", "files:write")


@pytest.mark.parametrize("length", [0, -1, "many"])
async def test_a_file_has_a_length(client, length):
    said = await refused(client.api_call("files.getUploadURLExternal", params={"filename": "a", "length": length}))
    assert said["error"] == "invalid_arguments"


async def test_bytes_of_another_length_are_not_taken(client):
    begun = await client.files_getUploadURLExternal(filename="a.png", length=5)
    async with aiohttp.ClientSession() as session, session.post(begun["upload_url"], data=PNG) as answer:
        assert answer.status == 400
    said = await refused(client.files_completeUploadExternal(files=[{"id": begun["file_id"]}]))
    assert said["error"] == "file_not_found"


@pytest.mark.parametrize("what", ["late", "deleted", "unknown"])
async def test_a_file_that_cannot_be_shown_is_refused_as_slack_refuses_it(slack, client, what):
    slack.workspace.files.slow = what == "late"
    file_id = await upload(client) if what != "unknown" else "F0123456789"
    if what == "deleted":
        slack.workspace.files.get(file_id).deleted = True
    where = {"channel": slack.workspace.ids.channel("general")}
    said = await refused(client.chat_postMessage(**where, **picture(file_id)))
    assert (said["error"], said["errors"]) == ("invalid_blocks", [INVALID])
    if what == "late":
        slack.workspace.files.finish()
        await client.chat_postMessage(**where, **picture(file_id))


async def test_an_id_that_is_none_is_refused(slack, client):
    said = await refused(client.chat_postMessage(channel=slack.workspace.ids.channel("general"), **picture("calf")))
    assert said["errors"] == [
        "input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]"
    ]


async def test_a_response_url_answers_404_with_the_error(slack):
    async with bolt_on(slack) as bolt:
        answers = []

        async def show(respond):
            answers.append(await respond(**picture("F0123456789")))

        bolt.answer_commands(text="A card", blocks=[*_card()])
        bolt.ack_actions(show)
        outcome = await slack.command("ada", "general")
        await slack.press("ada", outcome.message.id, "more")
    assert (answers[0].status_code, '"error": "invalid_blocks"' in answers[0].body) == (404, True)


def _card() -> list[dict]:
    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
    return [{"type": "actions", "elements": [button]}]


async def test_an_acknowledgement_with_such_a_file_is_lost_for_the_person(slack):
    async with bolt_on(slack) as bolt:
        bolt.answer_commands(**picture("F0123456789"))
        outcome = await slack.command("ada", "general")
    assert (outcome.ok, outcome.error) == (False, "invalid_command_response")


async def test_a_file_in_an_ephemeral_message_is_taken_and_noted(slack, client):
    file_id = await upload(client)
    where = {"channel": slack.workspace.ids.channel("general"), "user": slack.workspace.ids.person("ada")}
    await client.chat_postEphemeral(**where, **picture(file_id))
    assert [refusal.rule for refusal in slack.refusals] == ["file_in_ephemeral"]
