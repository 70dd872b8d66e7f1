"""SPARQL as text, for any use: tokens, syntax, limits, rewriting, lint."""
