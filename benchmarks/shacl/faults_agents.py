"""Faults of coalitions, bodies, people and organisations, and of what they stand on."""

from __future__ import annotations

from benchmarks.shacl.faults import DATE, DECIMAL, INTEGER, LONG, fault, new

FIRM = ("al:owner id:person/0", 'skos:prefLabel "Firm {i}"@en')

FAULTS = (
    fault("country", '= al:iso2 "X"', 'MinLength al:iso2 "X"'),
    fault("country", '= al:iso2 "XYZ"', 'MaxLength al:iso2 "XYZ"'),
    fault("country", '+ al:iso3 "{iso}"', "", 'Disjoint al:iso3 "{iso}"; MinLength al:iso3 "{iso}"'),
    fault("country", "+ id:stray/{i} al:basedIn {self}", "", "Class ^al:basedIn id:stray/{i}"),
    fault(
        "topic",
        "= skos:inScheme id:scheme/other",
        "HasValue skos:inScheme",
        "MaxCount skos:broader*/skos:inScheme",
    ),
    fault("topic", "- skos:broader", "HasValue skos:broader*"),
    fault("topic", '= al:notation "T {i}"', 'Pattern al:notation "T {i}"'),
    fault(
        "topic",
        "; ".join(f"+ id:kid/{{i}}-{k} skos:broader {{self}}" for k in range(4)),
        "",
        "MaxCount ^skos:broader",
    ),
    fault("coalition", "- skos:prefLabel", "MinCount skos:prefLabel"),
    fault("coalition", '+ skos:prefLabel "Again {i}"@en', "UniqueLang skos:prefLabel"),
    fault("coalition", '+ skos:prefLabel "Bund {i}"@de', 'LanguageIn skos:prefLabel "Bund {i}"@de'),
    fault("coalition", "- al:slug", "MinCount al:slug"),
    fault("coalition", '+ al:slug "other-{i}"', "MaxCount al:slug"),
    fault("coalition", '= al:slug "Slug {i}"', 'Pattern al:slug "Slug {i}"'),
    fault("coalition", f'= al:slug "{LONG}"', f'MaxLength al:slug "{LONG}"'),
    fault("coalition", "- al:founded", "MinCount al:founded"),
    *(
        fault(
            "coalition",
            f"= al:founded {value}",
            f"Datatype al:founded {value}; LessThan al:founded {value}; "
            f"Datatype al:partOf/al:founded {value} @ id:body/{{first}}; "
            f"Datatype al:partOf/al:founded {value} @ id:body/{{second}}",
        )
        for value in ('"1999"^^xsd:gYear', f'"soon"{DATE}')
    ),
    fault("coalition", f'= al:renewed "1980-01-01"{DATE}', f'LessThan al:founded "{{founded}}"{DATE}'),
    fault("coalition", '= al:homepage "www"', 'NodeKind al:homepage "www"'),
    fault(
        "coalition",
        '= al:memberCount "many"',
        'Datatype al:memberCount "many"; MinInclusive al:memberCount "many"; MaxExclusive al:memberCount "many"',
    ),
    fault("coalition", f'= al:memberCount "-1"{INTEGER}', f'MinInclusive al:memberCount "-1"{INTEGER}'),
    fault("coalition", f'= al:memberCount "100000"{INTEGER}', f'MaxExclusive al:memberCount "100000"{INTEGER}'),
    fault("body", "- al:partOf", "MinCount al:partOf"),
    fault("body", "+ al:partOf id:coalition/{other}", "MaxCount al:partOf"),
    fault("body", "= al:partOf id:task/0", "Class al:partOf id:task/0"),
    fault("body", "= al:chair id:role/0", "Class al:chair id:role/0", "MinCount al:chair/al:worksFor"),
    fault("body", "= al:deputy id:person/{i}", "Disjoint al:chair id:person/{i}", "MinCount al:chair|al:deputy"),
    fault("body", "+ al:deputy id:person/{sibling}", "", "MaxCount al:chair|al:deputy"),
    fault("body", f'= al:quorum "0"{INTEGER}', f'MinInclusive al:quorum "0"{INTEGER}'),
    fault("body", f'= al:quorum "21"{INTEGER}', f'LessThanOrEquals al:quorum "21"{INTEGER}'),
    fault(
        "body",
        "= al:chair id:person/{sibling}",
        "SPARQL . id:body/{sibling}; SPARQL . {self} @ id:body/{sibling}",
    ),
    fault(
        "body",
        '= al:chair id:expert/{i}; + id:expert/{i} rdf:type al:Person; + id:expert/{i} al:name "Expert"; '
        '+ id:expert/{i} al:speaks "en"; + id:expert/{i} al:email <mailto:expert{i}@example.org>; '
        "+ id:expert/{i} al:worksFor id:country/0",
        "Class al:worksFor id:country/0 @ id:expert/{i}",
        "Class al:chair/al:worksFor id:country/0; MinCount al:worksFor/al:basedIn/al:inRegion @ id:expert/{i}",
    ),
    fault("person", "- al:name", "MinCount al:name"),
    fault("person", '+ al:name "Other {i}"', "MaxCount al:name"),
    fault("person", '= al:name "Name {i}"@en', 'Datatype al:name "Name {i}"@en'),
    fault("person", '= al:name "X"', 'MinLength al:name "X"', 'MinLength al:name|al:alias "X"'),
    fault("person", f'= al:name "{LONG}"', f'MaxLength al:name "{LONG}"'),
    fault(
        "person",
        '= al:email "p{i}@example.org"',
        'NodeKind al:email "p{i}@example.org"; Pattern al:email "p{i}@example.org"',
    ),
    fault("person", "= al:email <mailto:p{i}>", "Pattern al:email <mailto:p{i}>"),
    fault("person", "- al:email", "", "Xone . {self}"),
    fault("person", "+ al:phone <tel:{i}>", "", "Xone . {self}"),
    fault(
        "person",
        "= al:email <mailto:p{mate}@example.org>",
        "",
        "SPARQL . id:person/{mate}; SPARQL . {self} @ id:person/{mate}",
    ),
    fault("person", "- al:speaks", "MinCount al:speaks"),
    fault("person", '= al:speaks "de"', 'In al:speaks "de"'),
    fault(
        "person",
        "= al:worksFor id:task/0",
        "Class al:worksFor id:task/0",
        "MinCount al:worksFor/al:basedIn/al:inRegion",
    ),
    fault("person", "+ al:worksFor id:{other}; + al:worksFor id:{third}", "MaxCount al:worksFor"),
    fault("person", '= al:alias "Given{i} Family{year}"', 'Disjoint al:alias "Given{i} Family{year}"'),
    fault("person", "= al:alias id:person/0", "", "NodeKind al:name|al:alias id:person/0"),
    fault("person", f'= al:since "2010-01-01"{DATE}', f'Datatype al:since "2010-01-01"{DATE}'),
    fault(
        "person",
        "= al:knows id:task/0",
        "Class al:knows id:task/0",
        "; ".join(f"Class al:knows* id:task/0 @ id:person/{{group{k}}}" for k in range(5)),
    ),
    fault(
        "person",
        "+ al:knows id:person/0",
        "",
        "; ".join(f"MaxCount al:knows* @ id:person/{{group{k}}}" for k in range(5)),
    ),
    fault("government", "- skos:prefLabel", "MinCount skos:prefLabel"),
    fault("company", '+ skos:prefLabel "Again {i}"@en', "UniqueLang skos:prefLabel"),
    fault("civil", '+ skos:prefLabel "Verein {i}"@de', 'LanguageIn skos:prefLabel "Verein {i}"@de'),
    fault("government", '= al:category "private sector"', "HasValue al:category"),
    fault("company", '+ al:category "media"', "MaxCount al:category"),
    fault("civil", '= al:category "club"', 'In al:category "club"'),
    fault("government", "- al:governs", "MinCount al:governs"),
    fault("government", "= al:governs id:task/1", "Class al:governs id:task/1"),
    fault(
        "company",
        new("firm", "Company", *FIRM, "al:basedIn id:country/0"),
        "MinCount ^al:identifies @ id:firm/{i}",
        "MinCount al:address @ id:firm/{i}; MinCount ^al:identifies/al:notation @ id:firm/{i}; "
        "Equals al:address/al:addressCountry id:country/0 @ id:firm/{i}",
    ),
    fault(
        "company",
        new("firm", "Company", *FIRM)
        + "; "
        + new("number", "Identifier", 'al:notation "ID-1"', "al:identifies id:firm/{i}"),
        "MinCount al:basedIn @ id:firm/{i}",
        "MinCount al:address @ id:firm/{i}",
    ),
    fault(
        "government",
        new("tag", "Identifier", 'al:notation "tag {i}"', "al:identifies {self}"),
        'MaxCount ^al:identifies; Pattern al:notation "tag {i}" @ id:tag/{i}',
        'Pattern ^al:identifies/al:notation "tag {i}"',
    ),
    fault(
        "government",
        "+ al:basedIn id:task/3",
        "Class al:basedIn id:task/3",
        "Equals al:address/al:addressCountry id:task/3",
    ),
    fault(
        "company",
        "= al:basedIn id:country/{other}",
        "",
        "Equals al:address/al:addressCountry id:country/{country}; "
        "Equals al:address/al:addressCountry id:country/{other}",
    ),
    fault("civil", f'= al:employees "0"{INTEGER}', f'MinExclusive al:employees "0"{INTEGER}'),
    fault("civil", '= al:employees "few"', 'Datatype al:employees "few"; MinExclusive al:employees "few"'),
    fault("government", f'= al:budget "-5.5"{DECIMAL}', f'MinInclusive al:budget "-5.5"{DECIMAL}'),
    fault("company", f'= al:budget "1000000.5"{DECIMAL}', f'MaxInclusive al:budget "1000000.5"{DECIMAL}'),
    fault("company", '= al:ticker "ABC"; = al:owner id:person/0', "Xone . {self}"),
    fault("company", "- al:ticker; - al:owner", "Xone . {self}"),
    fault("company", '= al:ticker "abc"; - al:owner', 'Pattern al:ticker "abc"'),
    fault("civil", "- al:registration; - al:fiscalHost", "Or . {self}"),
    fault("civil", '+ al:ticker "ABCD"', "Not . {self}"),
    fault(
        "civil",
        '+ al:address _:second{i}; + _:second{i} rdf:type al:Address; + _:second{i} al:street "Second Street"; '
        '+ _:second{i} al:postcode "12345"; + _:second{i} al:city "City"',
        "MaxCount al:address",
    ),
    fault("civil", "- _:civil{i} al:street", "Node al:address _:; MinCount al:street @ _:"),
    fault("civil", '= _:civil{i} al:street "x"', 'Node al:address _:; MinLength al:street "x" @ _:'),
    fault(
        "civil",
        '= _:civil{i} al:postcode "ABC{i}"',
        'Node al:address _:; Pattern al:postcode "ABC{i}" @ _:',
        "Or . _: @ _:",
    ),
    fault(
        "civil",
        '= _:civil{i} al:postcode "1{i:05}"; - _:civil{i} al:city',
        'Node al:address _:; Pattern al:postcode "1{i:05}" @ _:',
        "MinCount al:city @ _:",
    ),
    fault(
        "civil",
        '+ _:civil{i} al:postcode "99999"',
        "Node al:address _:; MaxCount al:postcode @ _:",
        "MaxCount al:postcode @ _:",
    ),
    fault(
        "government",
        "= _:government{i} al:addressCountry id:region/0",
        "Node al:address _:; Class al:addressCountry id:region/0 @ _:",
        "Node al:address _:; Equals al:address/al:addressCountry id:region/0; "
        "Equals al:address/al:addressCountry id:country/{country}",
    ),
    fault(
        "civil",
        '+ _:civil{i} al:floor "{i}"',
        'Node al:address _:; Closed al:floor "{i}" @ _:',
        'Closed al:floor "{i}" @ _:',
    ),
    fault(
        "civil",
        '= al:address id:place/{i}; + id:place/{i} rdf:type al:Address; + id:place/{i} al:street "Some Street"; '
        '+ id:place/{i} al:city "City"; + id:place/{i} al:postcode "12345"',
        "Node al:address id:place/{i}; NodeKind . id:place/{i} @ id:place/{i}",
        "MinCount ^al:address @ _:",
    ),
    fault(
        "government",
        "+ id:squat/{i} al:address _:government{i}",
        "",
        "MaxCount ^al:address @ _:; Class ^al:address id:squat/{i} @ _:",
    ),
    fault(
        "government",
        "- al:address",
        "",
        "MinCount al:address; Equals al:address/al:addressCountry id:country/{country}; MinCount ^al:address @ _:",
    ),
    fault("company", f'= _:company{{i}} al:street "{LONG}"', "", "Node al:address _:"),
    fault(
        "company",
        "= al:basedIn id:oddland/{i}; = _:company{i} al:addressCountry id:oddland/{i}; "
        + new("oddland", "Country", "al:inRegion id:nowhere/{i}")
        + "; "
        + new("nowhere", "Region", "al:within id:task/0"),
        "Class al:inRegion/al:within id:task/0 @ id:oddland/{i}",
        "Node al:address _:",
    ),
)
