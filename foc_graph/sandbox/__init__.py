"""Processes that answer public queries, shut off from all but a store."""
