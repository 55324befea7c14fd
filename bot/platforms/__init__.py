"""Adapters: a platform's payloads to requests, cards to a platform's messages. They decide nothing."""
