"""Releases that others can build on: dumps, tables, catalogue, mappings, changes, feeds, redirects."""
