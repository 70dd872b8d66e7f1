"""Releases that others can build on: dumps, tables, catalogue, changes, feeds, a static site."""
