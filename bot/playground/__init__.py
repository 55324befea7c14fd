"""Slack and Discord on this machine: loopback servers that speak the real protocols, over one world of people."""
