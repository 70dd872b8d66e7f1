"""Stores: what the layers above ask of one (`interface`), the embedded engine, and results."""
