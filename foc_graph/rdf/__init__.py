"""RDF for any use: formats, Turtle with positions, RDF Patch, canonical forms, CSVW, headers in YAML."""
