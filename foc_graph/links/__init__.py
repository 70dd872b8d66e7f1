"""Links from the things of a graph to other datasets: checked, suggested, reviewed."""
