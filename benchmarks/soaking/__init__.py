"""The clients of `benchmarks.soak`, and what it watches and draws."""
