"""The clients of `benchmarks.soak`."""
