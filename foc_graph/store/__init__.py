"""Stores behind one small interface: `query`, `load`, `holds`, `quads`."""
