"""Faults of mandates, sources, memberships, claims, documents, events and endorsements."""

from __future__ import annotations

from benchmarks.shacl.faults import DATE, DECIMAL, INTEGER, fault, new

LEAGUE = (
    'skos:prefLabel "League {i}"@en',
    'al:slug "league-{i}"',
    f'al:founded "1990-01-01"{DATE}',
    f'al:renewed "2001-01-01"{DATE}',
)
ORDER = ("al:of id:body/0", "al:task id:task/0")
PAPER = ("al:topic id:topic/0", 'dcterms:title "Paper {i}"@en', 'dcterms:title "Article {i}"@fr')
SAY = "rdf:subject id:membership/{free}"
LEAF = 'dcterms:title "Leaf {i}"@en'
URL = "al:url <https://example.org/leaf/{i}>"
PAGE = "al:page <https://example.org/leaf/{i}>"

FAULTS = (
    fault("mandate", "- al:of", "MinCount al:of"),
    fault(
        "mandate",
        new("order", "Mandate", "al:of id:task/0", "al:task id:task/0"),
        "Class al:of id:task/0 @ id:order/{i}",
    ),
    fault("mandate", "= al:grantedBy id:task/0", "Or al:grantedBy id:task/0"),
    fault("mandate", '= al:task "Whatever"', "QualifiedMinCount al:task"),
    fault("mandate", "; ".join(f"+ al:task id:task/{k}" for k in (6, 7, 8)), "QualifiedMaxCount al:task"),
    fault(
        "mandate",
        new("order", "Mandate", *ORDER, f'al:number "0"{INTEGER}'),
        f'MinInclusive al:number "0"{INTEGER} @ id:order/{{i}}',
        f'MinInclusive al:renews?/al:number "0"{INTEGER} @ id:order/{{i}}',
    ),
    fault("mandate", f'= al:number "100"{INTEGER}', f'MaxInclusive al:number "100"{INTEGER}'),
    fault(
        "mandate",
        new("order", "Mandate", *ORDER, "al:renews id:task/0"),
        "",
        "Class al:renews+ id:task/0 @ id:order/{i}",
    ),
    fault(
        "mandate",
        "; ".join(
            new(f"order{k}", "Mandate", *ORDER, *([f"al:renews id:order{k + 1}/{{i}}"] if k < 5 else []))
            for k in range(6)
        ),
        "",
        "MaxCount al:renews+ @ id:order0/{i}",
    ),
    fault(
        "mandate",
        new("order", "Mandate", *ORDER, "al:renews id:edict/{i}")
        + "; "
        + new("edict", "Mandate", "al:of id:body/1", "al:task id:task/0"),
        "",
        "MaxCount al:renews*/al:of @ id:order/{i}",
    ),
    fault(
        "mandate",
        "; ".join(
            new(name, "Mandate", *ORDER, *(["al:renews id:edict/{i}"] if name != "edict" else []))
            for name in ("order", "decree", "edict")
        ),
        "",
        "MaxCount ^al:renews @ id:edict/{i}",
    ),
    fault("source", "- dcterms:title", "MinCount dcterms:title"),
    fault("source", '= al:url "here {i}"; = al:page "here {i}"', 'NodeKind al:url "here {i}"'),
    fault(
        "source",
        "= al:page <https://example.org/moved/{i}>",
        "Equals al:page <https://example.org/moved/{i}>; Equals al:page <https://example.org/page/{i}>",
    ),
    fault(
        "source",
        new("sheet", "Source", 'dcterms:title "Sheet"@en', f'al:retrieved "2024-01-01"{DATE}'),
        f'Datatype al:retrieved "2024-01-01"{DATE} @ id:sheet/{{i}}',
    ),
    fault("membership", "- al:member", "MinCount al:member"),
    fault("membership", "+ al:member id:government/0", "MaxCount al:member"),
    fault("membership", "= al:member id:source/0", "Class al:member id:source/0", "Or al:member id:source/0"),
    fault("membership", "- al:memberOf", "MinCount al:memberOf"),
    fault(
        "membership",
        "= al:member id:person/{reader}; = al:memberOf id:body/0",
        "Class al:memberOf id:body/0",
        "Class ^al:member/al:memberOf id:body/0 @ id:person/{reader}",
    ),
    fault("membership", "= al:role id:region/1", "Class al:role id:region/1"),
    fault("membership", '= al:status "pending"; - al:end', 'In al:status "pending"'),
    fault("membership", '= al:status "former"; - al:end', "", "Or . {self}"),
    fault("membership", f'= al:status "member"; = al:end "2020-01-01"{DATE}', "", "Or . {self}"),
    fault(
        "membership",
        f'= al:begin "2010"^^xsd:gYear; = al:status "former"; = al:end "2020-01-01"{DATE}',
        'Datatype al:begin "2010"^^xsd:gYear; LessThanOrEquals al:begin "2010"^^xsd:gYear',
    ),
    fault(
        "membership",
        '= al:begin "2010-06"^^xsd:gYearMonth; = al:status "member"; - al:end',
        'Datatype al:begin "2010-06"^^xsd:gYearMonth',
    ),
    fault(
        "membership",
        f'= al:status "former"; = al:end "1999-01-01"{DATE}',
        f'LessThanOrEquals al:begin "{{begin}}"{DATE}',
    ),
    fault("membership", "- dcterms:source", "MinCount dcterms:source"),
    fault("membership", f'+ al:weight "1"{INTEGER}', f'Closed al:weight "1"{INTEGER}'),
    fault(
        "membership",
        "= dcterms:source id:leaf/{i}; " + new("leaf", "Source", LEAF),
        "",
        "MinCount al:url @ id:leaf/{i}",
    ),
    fault(
        "membership",
        "= dcterms:source id:leaf/{i}; "
        + new("leaf", "Source", LEAF, URL, "al:url id:leaf/{i}", PAGE, "al:page id:leaf/{i}"),
        "",
        "MaxCount al:url @ id:leaf/{i}",
    ),
    fault(
        "membership",
        "= dcterms:source id:leaf/{i}; "
        + new(
            "leaf",
            "Source",
            LEAF,
            URL,
            PAGE,
            'al:retrieved "2024-02-02T00:00:00"^^xsd:dateTime',
            'al:checked "2024-01-01T00:00:00"^^xsd:dateTime',
        ),
        "",
        'LessThanOrEquals al:retrieved "2024-02-02T00:00:00"^^xsd:dateTime @ id:leaf/{i}',
    ),
    fault("membership", new("league", "Coalition", *LEAGUE), "", "QualifiedMinCount ^al:memberOf @ id:league/{i}"),
    fault("claim", new("say", "Claim", SAY), "MinCount al:rank @ id:say/{i}"),
    fault("claim", new("say", "Claim", SAY, 'al:rank "unsure"'), 'In al:rank "unsure" @ id:say/{i}'),
    fault(
        "claim",
        new("say", "Claim", SAY, 'al:rank "deprecated"'),
        "SPARQL . id:membership/{free} @ id:say/{i}",
    ),
    fault("claim", f'= al:confidence "-0.5"{DECIMAL}', f'MinInclusive al:confidence "-0.5"{DECIMAL}'),
    fault("claim", f'= al:confidence "1.5"{DECIMAL}', f'MaxInclusive al:confidence "1.5"{DECIMAL}'),
    fault("claim", f'= al:confidence "0.75"{DECIMAL}', "", f'Not al:confidence "0.75"{DECIMAL}'),
    fault("claim", '= rdf:object "2010"', "", 'Or rdf:object "2010"'),
    fault("claim", f'= rdf:object "2010-13-45"{DATE}', "", f'Or rdf:object "2010-13-45"{DATE}'),
    fault(
        "claim",
        new("say", "Claim", "rdf:subject id:source/0", 'al:rank "normal"'),
        "",
        "Xone rdf:subject id:source/0 @ id:say/{i}",
    ),
    fault(
        "claim",
        "; ".join(new(name, "Claim", SAY, 'al:rank "preferred"') for name in ("say", "reply")),
        "",
        f'SPARQL . "2"{INTEGER} @ id:say/{{i}}; SPARQL . "2"{INTEGER} @ id:reply/{{i}}',
    ),
    fault("document", "- dcterms:title", "MinCount dcterms:title", "MinCount dcterms:title|skos:prefLabel"),
    fault("document", '+ dcterms:title "Again {i}"@en', "UniqueLang dcterms:title"),
    fault(
        "document",
        '+ dcterms:title "Schrift {i}"@de',
        "",
        'LanguageIn dcterms:title|skos:prefLabel "Schrift {i}"@de',
    ),
    fault("document", f'+ dcterms:issued "2004-01-01"{DATE}', "MaxCount dcterms:issued"),
    fault(
        "document",
        '= dcterms:issued "2010"^^xsd:gYear',
        'Datatype dcterms:issued "2010"^^xsd:gYear; LessThanOrEquals dcterms:issued "2010"^^xsd:gYear',
    ),
    fault(
        "document",
        f'= dcterms:modified "2000-01-01"{DATE}',
        f'LessThanOrEquals dcterms:issued "{{issued}}"{DATE}',
    ),
    fault(
        "document",
        "= al:issuedBy id:body/0",
        "Class al:issuedBy id:body/0",
        "MinCount al:issuedBy/^al:partOf",
    ),
    fault("document", "- al:issuedBy", "", "MinCount al:issuedBy; MinCount al:issuedBy/^al:partOf"),
    fault("document", '= dcterms:language "de"', 'In dcterms:language "de"'),
    fault("document", f'= al:pages "0"{INTEGER}', f'MinExclusive al:pages "0"{INTEGER}'),
    fault("document", "- al:topic", "MinCount al:topic"),
    fault("document", "= al:topic id:role/1", "Class al:topic id:role/1"),
    fault("document", "+ al:topic id:topic/{topic3}", "", "MaxCount al:topic"),
    fault("document", '+ al:colour "red"', "", 'Closed al:colour "red"'),
    fault(
        "document",
        new("paper", "Report", *PAPER, "al:issuedBy id:coalition/0", "al:supersedes id:task/0"),
        "",
        "Class al:supersedes+ id:task/0 @ id:paper/{i}",
    ),
    fault(
        "document",
        new(
            "paper",
            "Report",
            *PAPER,
            "al:issuedBy id:coalition/0",
            "al:supersedes id:document/7",
            "al:supersedes id:document/15",
        ),
        "",
        "MaxCount al:supersedes+ @ id:paper/{i}",
    ),
    fault(
        "document",
        new("paper", "Report", *PAPER, "al:issuedBy id:ring/{i}") + "; + id:offshoot/{i} al:partOf id:ring/{i}",
        "Class al:issuedBy id:ring/{i} @ id:paper/{i}",
        "Class al:issuedBy/^al:partOf id:offshoot/{i} @ id:paper/{i}",
    ),
    fault("event", "- al:starts", "MinCount al:starts"),
    fault(
        "event",
        '= al:starts "2001-01-01T09:00:00"',
        'Datatype al:starts "2001-01-01T09:00:00"; LessThan al:starts "2001-01-01T09:00:00"',
    ),
    fault(
        "event",
        '= al:starts "2030-01-01T09:00:00"^^xsd:dateTime',
        'LessThan al:starts "2030-01-01T09:00:00"^^xsd:dateTime',
    ),
    fault(
        "event",
        "- al:attendee; - al:hostedBy",
        "MinCount al:attendee|al:hostedBy",
        "QualifiedMinCount al:attendee; QualifiedMinCount al:attendee",
    ),
    fault("event", '+ al:attendee "Someone"', 'NodeKind al:attendee|al:hostedBy "Someone"'),
    fault("event", f'+ al:capacity "600"{INTEGER}', "And . {self}"),
    fault("event", f'= al:capacity "1"{INTEGER}', "And . {self}"),
    fault("event", "= al:attendee id:person/{state}", "", "QualifiedMinCount al:attendee"),
    fault("event", "= al:attendee id:person/{civil}", "", "QualifiedMinCount al:attendee"),
    fault(
        "event",
        "= al:attendee id:person/{state}; + al:attendee id:both/{i}; + id:both/{i} al:worksFor id:government/0; "
        "+ id:both/{i} al:worksFor id:civil/0",
        "",
        "QualifiedMinCount al:attendee",
    ),
    fault(
        "event",
        "; ".join(
            f"+ al:attendee id:activist/{{i}}-{k}; + id:activist/{{i}}-{k} al:worksFor id:civil/0" for k in range(2)
        ),
        "",
        "QualifiedMaxCount al:attendee",
    ),
    fault("endorsement", "- al:agent", "MinCount al:agent"),
    fault("endorsement", "= al:agent id:source/0", "Class al:agent id:source/0"),
    fault("endorsement", "= al:document id:source/1", "Class al:document id:source/1"),
    fault(
        "endorsement",
        '= al:document id:document/0; = al:date "1999-01-01T12:00:00"^^xsd:dateTime',
        'SPARQL . "1999-01-01T12:00:00"^^xsd:dateTime',
    ),
)
