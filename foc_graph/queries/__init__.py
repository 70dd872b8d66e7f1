"""Stored queries: their headers, fragments and parameters, the binding of these, and lint."""
