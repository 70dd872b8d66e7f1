"""Queries with pre-bound variables: when they can be asked without the nodes that they are for."""

import pytest

from foc_graph.sparql.rewriting import read_template

KNOWN = "?this ?value ?any . FILTER NOT EXISTS { ?value <x:in> ?vocabulary }"
CASES = {
    "$this <x:p> ?value": True,
    "?value <x:p> $this": True,
    "?value <x:old> true . { $this ?value ?one } UNION { $this ?other ?value }": True,
    "{ $this <x:p> ?value } UNION { ?value <x:q> ?one }": False,
    "{ SELECT $this ?value WHERE { " + KNOWN + " } } FILTER EXISTS { $this a ?kind }": True,
    "{ SELECT $this ?value WHERE { $this <x:p> ?value } LIMIT 1 }": False,
    "OPTIONAL { $this <x:p> ?value } $this <x:q> ?one": False,
    "$this <x:q> ?one OPTIONAL { $this <x:p> ?value }": True,
    "$this <x:q> ?one OPTIONAL { ?one <x:p> ?value FILTER(?value != $this) }": False,
    "BIND(STR($this) AS ?value) $this <x:q> ?one": False,
    "$this <x:p>* ?value": False,
    "$this $PATH ?value": False,
    "FILTER(?value != $this) $this <x:p> ?value": True,
}


@pytest.mark.parametrize(("pattern", "alone"), CASES.items())
def test_a_query_stands_alone_where_each_group_binds_the_node_itself(pattern: str, alone: bool) -> None:
    template = read_template(f"SELECT $this ?value WHERE {{ {pattern} }}", {}, ("PATH",))
    assert template.stands_alone is alone
