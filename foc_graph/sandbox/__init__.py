"""Processes that answer strangers' queries, shut off from all but a store."""
