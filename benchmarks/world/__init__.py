"""A larger world in the project's own vocabulary, and what the stored queries give over it."""
