"""Stored queries: reading them, naming things in their parameters, binding those."""
