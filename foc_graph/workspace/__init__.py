"""Workspaces: their settings, files, rules and dataset, and folders of releases."""
