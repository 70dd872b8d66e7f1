"""Generated data with known faults, two sets of shapes, and engines that validate the one with the other."""
