"""What a stranger's query may be: nothing gets past the check by hiding, and nothing is refused that only looks bad."""

import re

import pytest

from foc_graph.errors import ParseError
from foc_graph.namespaces import PREFIXES
from foc_graph.sparql.public import MAX_CLOSURES, MAX_LENGTH, MAX_STEPS, MAX_UNIONS, check

TRIPLES = "?s ?p ?o . " * 200

GOOD = {
    "a name": "PREFIX ex: <http://x/> ASK { ex:SERVICE ex:LOAD ex:service.SERVICE }",
    "a variable": "SELECT ?service { ?service ?p $SERVICE }",
    "an IRI": "ASK { <http://x/SERVICE> <http://x/#SERVICE> <x:'SERVICE'> }",
    "strings": """ASK { ?s ?p "SERVICE <x:y> {}", 'a\\'SERVICE', '''a'SERVICE"#''', \"""\\\\"SERVICE\"\"" }""",
    "a language": 'ASK { ?s ?p "x"@service, "y"@select }',
    "a comment": "# INSERT\nASK { # SERVICE <x:y> {}\n?s ?p ?o } #'''",
    "a blank node": "ASK { _:SERVICE ?p ?o }",
    "comparisons": "ASK { FILTER(?a<?b && 1<?c && STR(?a)<'SERVICE>') ?s <http://x/'> ?o }",
    "graphs on the web": "PREFIX g: <http://x/> ASK FROM <http://x/a> FROM NAMED <https://x/b> FROM g:c FROM coal:d {}",
    "no spaces": "SELECT*{?s?p?o.FILTER(?o<5)}LIMIT 5",
    "several steps": f"ASK {{ ?s <x:p>{'/<x:p>' * (MAX_STEPS - 1)} ?o . ?s (<x:p>*/<x:q>+)* ?o }}",
    "unions": f"ASK {{ {'{} UNION ' * MAX_UNIONS}{{}} }}",
    "patterns": f"ASK {{ {TRIPLES} }}",
    "patterns of branches": f"ASK {{ {{}} {f'UNION {{ {TRIPLES} }}' * 5} OPTIONAL {{ {TRIPLES} }} }}",
    "values": f"ASK {{ VALUES ?x {{ {'<http://x/1.5> ' * 5000}}} }}",
}
BAD = {
    "SERVICE": ("ASK { SERVICE <x:y> {} }", "SERVICE would ask"),
    "after a full stop": ("ASK { ?s ?p ?o .SERVICE <x:y> {} }", "SERVICE would ask"),
    "after a language": ('ASK { ?s ?p "a"@en.SERVICE <x:y> {} }', "SERVICE would ask"),
    "after true": ("ASK { ?s ?p trueSERVICE <x:y> {} }", "no keyword"),
    "before SILENT": ("ASK { SERVICESILENT<x:y>{} }", "no keyword"),
    "like a name": ("PREFIX : <x:> ASK { SERVICE:x {} }", "rename its prefix"),
    "in a name": ("PREFIX ex: <x:> ASK { ?s ?p ex:a.b.SERVICE ex:x {} }", "a full stop and a keyword"),
    "behind a comparison": ("ASK { FILTER(?a<?b)SERVICE#>\n<x:y>{} }", "SERVICE would ask"),
    "behind a false string": ("ASK { FILTER(?a<'>')SERVICE <x:y>{} FILTER(?a='') }", "SERVICE would ask"),
    "behind a false IRI": ("ASK { FILTER(?a<#>'''\n?b)SERVICE <x:y>{} #'''\n }", "SERVICE would ask"),
    "behind a triple term": ("ASK{FILTER(<<(?s ?p ?o)>><'>')SERVICE<x:y>{}FILTER(''='')}", "SERVICE would ask"),
    "behind a false escape": ('ASK { VALUES ?x {"""a" # \\q\n} SERVICE ?s {} # """\n}', "escape"),
    "an update": ("DROP ALL", "query:1:1: not a SPARQL 1.1 query: DROP would change data"),
    "behind a prologue": (
        "PREFIX a: <x:> # ASK\nBASE <x:y> insert data { }",
        "query:2:12: not a SPARQL 1.1 query: INSERT would change data",
    ),
    "WITH": ("WITH <x:g> DELETE { } WHERE { }", "WITH would change data"),
    "nothing": ("", "not a SPARQL 1.1 query: write"),
    "another language": ("GET / HTTP/1.1", "not a SPARQL 1.1 query: write"),
    "a file": ("ASK FROM <file:///etc/passwd> { }", "query:1:10: FROM"),
    "a file by name": ("PREFIX f: <file:///etc/> ASK FROM f:passwd { }", "query:1:35: FROM"),
    "a relative graph": ("BASE <file:///etc/> ASK FROM <passwd> { }", "write it in full"),
    "length": ("ASK {} #" + "x" * MAX_LENGTH, "longer than 100,000"),
    "unions": (f"ASK {{ {'{} UNION ' * (MAX_UNIONS + 1)}{{}} }}", "more than 100 UNIONs"),
    "groups": ("ASK {" + "{?s ?p ?o}" * 5000 + "}", "more than 2,000 patterns, operators"),
    "nesting": ("ASK {" + "{" * 64 + "}" * 64 + "}", "nested deeper than 64"),
    "hidden nesting": ('ASK { VALUES ?x {"""a" # \\q\n} FILTER(' + "(" * 9000 + '1 # """\n}', "escape"),
    "steps": (f"ASK {{ ?s <x:p>{'/<x:p>' * (MAX_STEPS + 1)} ?o }}", "more than 200 steps"),
    "closures": (f"ASK {{ ?s {'(' * 20}<x:p>{'*)' * 20} ?o }}", f"more than {MAX_CLOSURES} of"),
}


@pytest.mark.parametrize("query", GOOD.values(), ids=GOOD.keys())
def test_what_only_looks_bad_passes(query: str) -> None:
    check(query, PREFIXES)


@pytest.mark.parametrize(("query", "problem"), BAD.values(), ids=BAD.keys())
def test_what_is_bad_is_refused_wherever_it_hides(query: str, problem: str) -> None:
    with pytest.raises(ParseError, match=re.escape(problem)):
        check(query, PREFIXES)
