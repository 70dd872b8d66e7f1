"""Names matched with the things of a graph."""
