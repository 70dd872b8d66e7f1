"""What changed between two states of a graph: told in words, and as a patch."""
