"""SHACL for any RDF graph: shapes compiled to plans, run as SPARQL 1.1 or SQL, with reports that name file and line.

Example:
    from foc_graph.shacl import validate
    report = validate("data.ttl", "shapes.ttl")
    print(report.to_text())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foc_graph.rdf.terms import Names
    from foc_graph.shacl.report import Report
    from foc_graph.shacl.results import ValidationResult
    from foc_graph.shacl.validator import Validator, explain_shapes, validate, validate_store

__all__ = ["Names", "Report", "ValidationResult", "Validator", "explain_shapes", "validate", "validate_store"]

_MODULES = {"Names": "rdf.terms", "Report": "shacl.report", "ValidationResult": "shacl.results"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: modules of this package are also used one by one."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"foc_graph.{_MODULES.get(name, 'shacl.validator')}"), name)
