"""Where ontology, data and queries lie, reading Turtle into quads, and its canonical form."""
