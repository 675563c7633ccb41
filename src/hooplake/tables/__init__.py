"""Derived tables: a ``name.sql`` and ``name.toml`` pair each. Adding a table is adding a pair."""
