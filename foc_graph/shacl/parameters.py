"""The parameters of SHACL Core's constraint components, and what their values may be (SHACL section 4)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["IRI", "term", "literal", "integer", "string", "boolean", "IRIs", "strings", "terms", "shape", "shapes"]


class Parameter(NamedTuple):
    """A parameter: its component, what a value is (plural: a list), and where it may stand."""

    component: str
    kind: Kind
    several: bool = False
    property_shapes_only: bool = False


PARAMETERS = {
    "class": Parameter("Class", "IRI", several=True),
    "datatype": Parameter("Datatype", "IRI"),
    "nodeKind": Parameter("NodeKind", "IRI"),
    "minCount": Parameter("MinCount", "integer", property_shapes_only=True),
    "maxCount": Parameter("MaxCount", "integer", property_shapes_only=True),
    "minExclusive": Parameter("MinExclusive", "literal"),
    "minInclusive": Parameter("MinInclusive", "literal"),
    "maxExclusive": Parameter("MaxExclusive", "literal"),
    "maxInclusive": Parameter("MaxInclusive", "literal"),
    "minLength": Parameter("MinLength", "integer"),
    "maxLength": Parameter("MaxLength", "integer"),
    "pattern": Parameter("Pattern", "string"),
    "languageIn": Parameter("LanguageIn", "strings"),
    "uniqueLang": Parameter("UniqueLang", "boolean", property_shapes_only=True),
    "equals": Parameter("Equals", "IRI", several=True),
    "disjoint": Parameter("Disjoint", "IRI", several=True),
    "lessThan": Parameter("LessThan", "IRI", several=True, property_shapes_only=True),
    "lessThanOrEquals": Parameter("LessThanOrEquals", "IRI", several=True, property_shapes_only=True),
    "not": Parameter("Not", "shape", several=True),
    "and": Parameter("And", "shapes", several=True),
    "or": Parameter("Or", "shapes", several=True),
    "xone": Parameter("Xone", "shapes", several=True),
    "node": Parameter("Node", "shape", several=True),
    "property": Parameter("Property", "shape", several=True),
    "closed": Parameter("Closed", "boolean"),
    "hasValue": Parameter("HasValue", "term", several=True),
    "in": Parameter("In", "terms"),
}
"""By local name, those that make a component by themselves; `flags` and the like go with another."""

NODE_KINDS = {
    "BlankNode": frozenset({"BlankNode"}),
    "IRI": frozenset({"IRI"}),
    "Literal": frozenset({"Literal"}),
    "BlankNodeOrIRI": frozenset({"BlankNode", "IRI"}),
    "BlankNodeOrLiteral": frozenset({"BlankNode", "Literal"}),
    "IRIOrLiteral": frozenset({"IRI", "Literal"}),
}
"""The kinds of nodes that each value of `sh:nodeKind` allows (SHACL section 4.1.3)."""

OTHER_TERMS = frozenset(
    {
        *("path", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"),
        *("severity", "message", "deactivated"),
        *("flags", "ignoredProperties", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
        *("qualifiedValueShapesDisjoint", "sparql", "name", "description", "order", "group", "defaultValue"),
        *("shapesGraph", "entailment", "declare", "prefixes", "prefix", "namespace", "suggestedShapesGraph"),
        *("parameter", "validator", "nodeValidator", "propertyValidator", "labelTemplate", "optional", "select", "ask"),
        *("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
    }
)  # fmt: skip
"""The other terms that SHACL gives a meaning to as predicates."""

COMPARISONS = {"MinExclusive": ">", "MinInclusive": ">=", "MaxExclusive": "<", "MaxInclusive": "<="}
"""How a value must compare with the parameter, by component."""
