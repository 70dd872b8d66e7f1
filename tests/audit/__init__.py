"""An audit of the data: every collected fact is followed from its table to the graph.

It shares nothing with whatever wrote the data. A row's subject is looked up in the graph by name, code or address,
each value of the row is looked up there, and each address in the row must be that of a source which the subject, or
a claim about it, names. `python -m tests.audit [FOLDER]` prints the outcome; FOLDER holds the collected tables.
"""

from .audit import CHECKS, audit, audit_file, unused
from .view import View

__all__ = ["CHECKS", "View", "audit", "audit_file", "unused"]
