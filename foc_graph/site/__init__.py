"""Pages for people, published with a release or served live."""
