"""The difference of two states of a graph, in words and as a patch."""
