"""The HTTP application: SPARQL, things, stored queries and releases, to be read only."""
