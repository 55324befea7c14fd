"""Alembic's migrations: one set for SQLite and PostgreSQL, expand first and contract a release later."""
