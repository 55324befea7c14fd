"""The people and places that the playground starts with."""

from bot.playground.world import Channel, Person, World

LANGUAGES = {"en-US": "English", "es-MX": "Español"}
"""What a person's Slack or Discord can be set to here, each in its own words."""


def make_world() -> World:
    """Three people in one community, two channels, and everybody's direct messages with the bot."""
    world = World()
    world.add_channel(Channel("muscle-health", "muscle-health"))
    world.add_channel(Channel("general", "general"))
    world.add_person(Person("ana", "Ana"))
    world.add_person(Person("max", "Max", moderator=True))
    world.add_person(Person("lucia", "Lucía", locale="es-MX"))
    return world
