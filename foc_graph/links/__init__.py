"""Which thing of a graph a name in somebody's table means."""
