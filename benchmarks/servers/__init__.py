"""The servers that `benchmarks.serving` measures, and what it asks them."""
