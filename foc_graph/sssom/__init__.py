"""Mapping sets in SSSOM/TSV, the Simple Standard for Sharing Ontological Mappings."""
