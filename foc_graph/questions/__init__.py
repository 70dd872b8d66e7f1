"""Questions in words: what they ask, as one stored query with its parameters, without a model of language."""
