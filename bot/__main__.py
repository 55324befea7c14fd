"""`python -m bot` is the `spasmbot` command."""

from bot.cli import main

main(prog_name="spasmbot")
