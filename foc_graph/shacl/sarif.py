"""A validation report for code-review tools: SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from foc_graph import __version__
from foc_graph.namespaces import short

if TYPE_CHECKING:
    from foc_graph.shacl.report import Report, ValidationResult

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note"}


def sarif_log(report: Report) -> dict[str, Any]:
    """A log with one run: a rule for each shape and constraint component, a result for each of the report's.

    Columns count characters (`unicodeCodePoints`). The partial fingerprint says what a result is about and not where
    it stands, so that it is known again when lines have moved. A severity that is not SHACL's is a warning.
    """
    rules: dict[str, dict[str, Any]] = {}
    for result in report.results:
        rules.setdefault(_rule_id(result), _rule(result))
    numbers = {name: number for number, name in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "foc-graph", "version": __version__, "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": [
                    {"level": "warning", "message": {"text": warning}} for warning in report.warnings
                ],
            }
        ],
        "results": [_result(result, numbers) for result in report.results],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule_id(result: ValidationResult) -> str:
    """The shape and component; of a shape without an IRI, whose label changes from run to run, the path."""
    shape = short(result.path) if result.shape.startswith("_:") else short(result.shape)
    return "/".join(filter(None, (shape, result.component)))


def _rule(result: ValidationResult) -> dict[str, Any]:
    component = short(result.component).removesuffix("ConstraintComponent")
    of = f" of {short(result.path)}" if result.path and component != "Closed" else ""
    by = "" if result.shape.startswith("_:") else f", asked for by {short(result.shape)}"
    return {
        "id": _rule_id(result),
        "shortDescription": {"text": f"{component}{of}{by}"},
        "defaultConfiguration": {"level": _level(result)},
    }


def _result(result: ValidationResult, numbers: dict[str, int]) -> dict[str, Any]:
    rule = _rule_id(result)
    told = {name: getattr(result, name) for name in ("focus", "path", "value", "suggestion")}
    about = "\n".join(("" if part.startswith("_:") else part) for part in (result.focus, result.path, result.value))
    return {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "level": _level(result),
        "message": {"text": result.message or rule},
        "locations": [_location(result)],
        "partialFingerprints": {"ruleAndTriple/v1": sha256(f"{rule}\n{about}".encode()).hexdigest()},
        "properties": {name: text for name, text in told.items() if text},
    }


def _level(result: ValidationResult) -> str:
    return _LEVELS.get(result.severity, "warning")


def _location(result: ValidationResult) -> dict[str, Any]:
    name = {"name": result.label} if result.label else {}
    location: dict[str, Any] = {"logicalLocations": [{**name, "fullyQualifiedName": result.focus}]}
    if result.position is not None:
        file, line, column = result.position
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line, "startColumn": column},
        }
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
