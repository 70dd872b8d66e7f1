"""Readers of outside data, each of which takes an input of a corpus, or a mutant of one, or refuses it in a line."""

from tests.support.fuzz import files, releases, words  # noqa: F401 - they enter their targets
