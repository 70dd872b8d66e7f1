"""The process of a worker."""

from foc_graph.sandbox.worker import main

main()
