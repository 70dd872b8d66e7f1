"""Where the graph deliberately says something else than a collected row, each with its reason.

A difference replaces what is looked for; it never skips a row. One that fits no row any more is reported.

Rules that hold for every row of a table are part of its check:

- the day on which a thing was last seen is the graph's own, so that the tables have nothing to compare it with;
- an empty cell of a date means that the graph states no date; only in the table of roles may another row fill it;
- a name in brackets after a name is a second name (`siblings/members`, `aliases`);
- a part of a coalition that has members of its own is a body, and a seat there counts (`siblings/members`: OGP Local);
- a tie weaker than membership is an appearance, attested on the day of joining (`siblings/members`, `persons_roles`);
- support for a text is an endorsement (`persons_roles`);
- an identifier of a host stands with the host, never as a same-as link of what it hosts (`identifiers`);
- the day on which a name gives way to the next is no day of its own (`country_names`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

ANY = "*"
WHOLE_ROW = "row"
"""In place of a column: the graph has nothing at all of the row."""

SHARED = "subject"
"""In place of a column: the subject is that of another row, too."""


@dataclass(frozen=True)
class Difference:
    """In rows of `file` that hold the cells `where`, the graph has `instead` for `value` (or any value) in `column`."""

    file: str
    column: str
    value: str
    instead: str
    reason: str
    where: dict[str, str] = field(default_factory=dict)

    def fits(self, file: str, cells: dict[str, str]) -> bool:
        """Whether it is about a row."""
        return (
            file == self.file
            and (self.value == ANY or cells[self.column] == self.value)
            and all(cells[key] == value for key, value in self.where.items())
        )


def named_otherwise(file: str, column: str, **words: str) -> tuple[Difference, ...]:
    """The words of a table that the concepts of the graph have another name for, with `_` for a space."""
    reason = "the concept has a shorter or broader name; what it leaves out stands in the note or the aim"
    return tuple(
        Difference(file, column, word.replace("_", " "), name.replace("_", " "), reason) for word, name in words.items()
    )


SITE = "https://freedomonlinecoalition.com"
HILITE = f"{SITE}/publication-of-the-rights-respecting-digital-public-infrastructure-principles/"
COPY = f"{HILITE}?hilite=UN+Convention+Against+Cybercrime"
NO_SEARCH = "the search words that the stored copy carries are no part of the address of the page"
ONLINE = "an event online has no place; its note says so"
LEADS = "the coalition calls the leads of its task forces co-chairs"
COHORT = "the end is that of the cohort, a body with that end of its own, and not a departure"
LATER_ROW = "another row tells of the same thing more precisely"
STAFF = "posts at the Support Unit are the role staff, with the wording as capacity"

TABLE: tuple[Difference, ...] = (
    Difference("chairs", "start", "", "2019-03-01", "the two rows of Ghana are one term", {"iso2": "GH"}),
    Difference("conferences", "url", COPY, HILITE, NO_SEARCH),
    Difference(
        "conferences", "outcome_document", "Chair's Summary; San José Statement issued ahead of it", "Chair's Summary",
        "whether the San José Statement came from it is open",
        {"id": "foc-conference-2016"},
    ),
    *named_otherwise("statements", "type", FOC_statement="statement", guiding_principles="principles"),
    Difference(
        "statements", "type", "declaration", "founding declaration", "as documents.csv has it",
        {"id": "founding-declaration-2011"},
    ),
    Difference(
        "statements", "type", "declaration", "recommendations", "as documents.csv has it", {"date": "2014-04-28"},
    ),
    Difference(
        "statements", "type", "declaration", "principles", "as documents.csv has it", {"title": "Ottawa Agenda"}
    ),
    Difference(
        "statements", "url", "http://www.cfr.org/internet-policy/freedom-online-joint-action-free-expression-internet/p31049",
        "https://dokumen.tips/documents/final-declaration-ifreedom-the-hague.html",
        "the copy that documents.csv names is the address; this one is a source of it",
    ),
    Difference("statements", "url", COPY, HILITE, NO_SEARCH),
    Difference(
        "statements", "date", "2016", "2016-10", "documents.csv has the month",
        {"id": "san-jose-statement-2016"},
    ),
    Difference(
        "statements", "adopted_by", "members of the FOC Geneva network", "net-gva", "the network is a body of its own",
    ),
    Difference("statements", "type", "statement at UN Human Rights Council", "joint statement", "as its like of 2019"),
    Difference("statements", "type", "endorsement of another coalition's statement", "statement", "a broader name"),
    Difference("statements", "adopted_by", "24 members of the FOC Geneva network", "net-gva", "a body of its own"),
    *(
        Difference("statements", "topic_keywords", words, topics, "the topics there were say the same")
        for words, topics in (
            (
                "internet censorship; freedom of expression; Human Rights Council",
                "censorship; freedom of expression; Human Rights Council",
            ),
            (
                "information integrity; elections; disinformation; generative AI",
                "information integrity; elections; disinformation; artificial intelligence",
            ),
            (
                "transnational repression; journalists; Media Freedom Coalition",
                "transnational repression; press freedom",
            ),
            ("social media; blocking; access", "social media; content restrictions; access to information"),
        )
    ),
    *named_otherwise(
        "documents", "type", ministerial_recommendations="recommendations", conference_decision="decision",
        statement_and_work_plan="statement", programme_of_work="programme_of_action",
    ),
    Difference("documents", "type", "high-level principles", "principles", "the concept has a broader name"),
    Difference("documents", "adopted_by", "Co-chairs of WG1", "Netherlands", "the government that was co-chair"),
    Difference(
        "documents", "place", "San Jose", "", "whether it was adopted at the conference is open; a note says so",
    ),
    Difference("documents", "place", "Tunis", "", "a paper written for the conference, not adopted there"),
    Difference("documents", "type", "government statement of support", "statement", "a broader name"),
    Difference("documents", "type", "evaluation report", "report", "a broader name"),
    Difference("documents", "type", "collection of documents", "collection", "a shorter name"),
    Difference("documents", "adopted_by", "Commissioned by the FOC", "", "to commission is not to make; a note tells"),
    *named_otherwise(
        "outputs", "type", framing_narrative="narrative", draft_report_summary="draft_report",
        research_outputs="research",
    ),
    Difference(
        "outputs", "type", "joint statement (drafted by the body)", "joint statement", "the body is its creator"
    ),
    Difference("outputs", "type", "site archive", "website", "the files of one"),
    Difference("outputs", WHOLE_ROW, ANY, "", "no document; its launch is an event", {"type": "campaign"}),
    Difference("meetings", "place", "online", "", ONLINE),
    *(
        Difference("meetings", "body_id", body, "foc", "the page names no network", {"date": date})
        for body, date in (("net-gva", "2025-12-08"), ("net-ny", "2025-12-15"))
    ),
    *named_otherwise(
        "bodies", "kind", intergovernmental_coalition="coalition", multistakeholder_advisory_body="advisory_body",
        cohort_of_a_body="cohort", governance_body="steering_body", governance_office="office",
        external_predecessor_initiative="linked_initiative", related_initiative="linked_initiative",
    ),
    *(
        Difference(
            "persons_roles", "body_id", "an", "foc", "a session of the coalition; no role in the network is told",
            {"kind": "appearance", "person": person, "start": start},
        )
        for person, start in (
            ("Elonnai Hickok", "2019-11"),
            ("Frane Maroevic", "2023-10-12"),
            ("Hanane Boujemi", "2023-10-12"),
            ("Mallory Knodel", "2019-11"),
            ("Veronica Ferrari", "2023-10-12"),
            ("Wafa Ben-Hassine", "2018-11"),
        )
    ),
    Difference(
        "persons_roles", "body_id", "an", "tfair", "as above, of the task force",
        {"kind": "appearance", "person": "Bernard Shen"},
    ),
    Difference(
        "persons_roles", "body_id", "an", "tftio", "as above, of the task force",
        {"kind": "appearance", "person": "Elonnai Hickok", "start": "2023-10-09"},
    ),
    *(
        Difference("persons_roles", column, ANY, instead, "no body of the coalition: its launch is an event", {
            "body_id": "ddp", "role": role,
        })
        for role in ("initiator (foreign ministry)", "host and manager")
        for column, instead in (("body_id", "foc"), ("kind", "appearance"), ("start", "2012-09"))
    ),
    *(
        Difference("persons_roles", WHOLE_ROW, ANY, "", "no body of the coalition has this seat; notes tell of it", {
            "body_id": "ddp", "role": role,
        })
        for role in ("donor", "member of the Investment Committee")
    ),
    Difference("persons_roles", "end", "2024", "", COHORT, {"body_id": "an-3"}),
    Difference("persons_roles", "end", "2026", "", COHORT, {"body_id": "an-4"}),
    Difference(
        "persons_roles", "end", "2017", "", "the year in which the group ended, and no departure",
        {"person": "Emma Llanso", "body_id": "wg3"},
    ),
    Difference(
        "persons_roles", "role", "head / chair of the Support Unit", "head", "one seat; the note tells both words",
    ),
    Difference("persons_roles", "role", "co-lead with the chair", "co-chair", LEADS),
    Difference("persons_roles", "role", "lead", "co-chair", LEADS),
    Difference("persons_roles", "role", "lead (Advisory Network)", "co-chair", LEADS),
    Difference("persons_roles", "role", "chair", "co-chair", LEADS, {"body_id": "tftio"}),
    Difference(
        "persons_roles", "role", "chair for the United Kingdom", "chairperson",
        "a person who speaks for a government that chairs has that role",
    ),
    Difference("persons_roles", "role", "communications and events manager", "staff", STAFF),
    Difference("persons_roles", "role", "works at the Support Unit; moderator", "staff", STAFF),
    Difference("persons_roles", "role", "executive director of the host organisation", "staff", STAFF),
    Difference(
        "persons_roles", "start", "2023-10", "2023-10-10", "the note has the day", {"person": "Kanbar Hossein-Bor"},
    ),
    Difference("persons_roles", "start", "2022", "2022-03", LATER_ROW, {"body_id": "an-3", "role": "member"}),
    Difference(
        "persons_roles", "start", "2020", "2019", "the year of a page; another row has the year of the seat",
        {"person": "Matthew Shears", "role": "member and past co-chair"},
    ),
    Difference(
        "persons_roles", "end", "2017-10", "2017-10-27", "the day of the message that tells of it",
        {"person": "Katharine Kendrick"},
    ),
    *(
        Difference("persons_roles", "organisation", f"{name}{place}", name, "it is part of the government of the place")
        for name, place in (
            ("Federal Office of Communications", ", Switzerland"),
            ("Foreign, Commonwealth and Development Office", ", United Kingdom"),
            ("Ministry of Communications", " of Ghana"),
        )
    ),
    Difference(
        "persons_roles", "organisation", "Open Net Korea; Korea University School of Law", "Open Net Korea",
        "the affiliation that bears on the role; the note has the other",
    ),
    Difference(
        "persons_roles", "category_basis", "inferred", "stated", "organisations.csv has a source that states it",
        {"organisation_id": "opennet-korea"},
    ),
    Difference(
        "countries", "wikidata_qid", "Q29999", "Q55",
        "the item of the Kingdom stays as a claim and a see-also link", {"iso2": "NL"},
    ),
    Difference("places", WHOLE_ROW, ANY, "", "Jalisco is a federal state; only cities are places", {"name": "Jalisco"}),
    *(
        Difference("identifiers", "note", ANY, "", "the thing in the graph is the university itself", {
            "entity_id_or_name": "duke-univ", "scheme": scheme,
        })
        for scheme in ("grid", "isni", "ror", "wikidata")
    ),
    Difference(
        "identifiers", "entity_id_or_name", "European Union", "European Commission",
        "ROR gives one ISNI to both; it stands with the Commission, and a note says so", {"scheme": "isni"},
    ),
    Difference(
        "identifiers", "uri", "http://www.mfa.gov.lv/", "https://www.mfa.gov.lv", "the same site, by its newer address"
    ),
    Difference(
        "aliases", "canonical_name", "Centre for Internet & Society", "CIS", "possible only, so they are not merged"
    ),
    Difference(
        "aliases", "canonical_name", "Yahoo", "Verizon Media", "one brand of successive companies: two things, linked",
        {"alias": "Yahoo (formerly Verizon Media)"},
    ),
    Difference(
        "siblings/members", "status", "participant", "member", "members of the civil society coalition, a body there",
        {"coalition_id": "info-democracy", "role": "civil society coalition"},
    ),
    Difference(
        "siblings/members", SHARED, ANY, "", "COC and COC Netherlands are taken for one organisation, in one seat",
        {"coalition_id": "erc", "member_name": "COC Netherlands"},
    ),
    Difference(
        "siblings/members", "member_kind", "other", "", "no stakeholder category is told by that",
    ),
    Difference(
        "siblings/members", "iso2", "EU", "", "the European Union is no country",
        {"member_kind": "intergovernmental_organisation"},
    ),
    Difference(
        "siblings/members", "status", "observer", "former_observer",
        "an observer at one meeting, so the tie ended with it",
        {"coalition_id": "digital-nations"},
    ),
    Difference(
        "siblings/members", "status", "observer", "former_observer",
        "observers serve for a year, by the note, so the tie is over", {"member_name": "Afilias"},
    ),
    Difference(
        "siblings/members", "left", "", "2014-12", "an observer at one meeting, so the tie ended with it",
        {"coalition_id": "digital-nations", "status": "observer"},
    ),
    *(
        Difference(
            "siblings/groups", "kind", "governing body", "steering body", "a committee of some members that guides",
            {"coalition_id": coalition, "group_name": name},
        )
        for coalition, name in (
            ("ogp", "Steering Committee"),
            ("mfc", "Executive Group"),
            ("erc", "Executive Committee"),
            ("gpai", "Steering Committee (later Steering Group)"),
            ("cod", "Executive Committee"),
        )
    ),
    *named_otherwise(
        "siblings/groups", "kind", thematic_working_group="working_group", pilot_programme="programme",
        leadership_group="coalition", advisory_network="advisory_body", thematic_group="working_group",
        expert_working_group="working_group", expert_body="expert_group", advisory_group="advisory_body",
        country_coalitions="national_coalition", action_coalition="coalition",
    ),
)  # fmt: skip
