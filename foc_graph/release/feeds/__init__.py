"""The log of all changes, and the feeds that are made from it."""
