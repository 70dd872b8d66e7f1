"""Panels: who belonged to what in which year, with its uncertainty, as one table for statistics."""
