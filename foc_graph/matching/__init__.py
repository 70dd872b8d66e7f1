"""Matching of names with the things of a graph."""
