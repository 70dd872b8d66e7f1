"""SPARQL as text, for any use: tokens, syntax, limits, lint."""
