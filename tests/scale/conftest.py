"""A real PostgreSQL that all replicas share."""

from tests.store.databases import (  # noqa: F401 - fixtures
    postgres,
    postgres_template,
    postgres_url,
    server,
)
