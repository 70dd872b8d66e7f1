"""Questions in words about the packaged graph, which the library and pages of a release understand alike."""

from datetime import date
from typing import Any

from foc_graph.questions.reading import LONGEST

TODAY = date(2026, 12, 1)
"""The day on which they are asked."""

FOC: dict[str, Any] = {"coalition": "foc"}

ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "who were members of the Freedom Online Coalition in May 2015?": ("members", FOC | {"as_of": "2015-05"}),
    "members of the FOC when the Tunis conference took place": ("members", FOC | {"as_of": "2013-06-17/2013-06-18"}),
    "Who were the members of the FOC before the United States left?": ("members", FOC | {"as_of": "2026-02-09"}),
    "members of the foc when Estonia joined": ("members", FOC | {"as_of": "2011"}),
    "documents of the FOC since the United States left": ("documents", FOC | {"since": "2026-02-11"}),
    "Wer war Mitglied der FOC, bevor die USA austraten?": ("members", FOC | {"as_of": "2026-02-09"}),
    "Find everything with 'shutdown' in its name": ("search", {"text": "shutdown"}),
    "A chronicle of the Global Network Initiative up to and including 2012": (
        "timeline",
        {"thing": "gni", "until": "2012"},
    ),
    "Was hat die FOC an Dokumenten zu Internetabschaltungen herausgegeben?": (
        "documents",
        FOC | {"topic": "internet-shutdowns"},
    ),
    "Which countries are in the FOC, the OGP and the MFC today?": (
        "overlap",
        {"coalition": ["foc", "ogp", "mfc"], "as_of": "2026-12-01"},
    ),
    "Which working groups did the FOC have in 2015?": ("bodies", FOC | {"as_of": "2015", "kind": "working-group"}),
    "What was Working Group 1 mandated to do?": ("functions", {"body": "foc/wg1"}),
    "When did the Netherlands chair the Freedom Online Coalition?": ("chairs", FOC),
    "Who is in the FOC but not in the OGP?": ("not_members", {"members_of": "foc", "missing_in": "ogp"}),
    "Estnia: which coalitions does it belong to?": ("memberships_of", {"agent": "government/ee"}),
    "who says Working Group 1 ended when it did?": ("why", {"thing": "foc/wg1", "property": "coal:end"}),
    "How do other datasets identify the topic privacy?": ("same_as", {"thing": "concept/topic/privacy"}),
    "Who signed the Tallinn Agenda?": ("endorsers", {"document": "foc/document/tallinn-agenda"}),
    "joint statements of the FOC on internet shutdowns since 2015": (
        "documents",
        FOC | {"type": "joint-statement", "topic": "internet-shutdowns", "since": "2015"},
    ),
    "what changed between 2019 and 2021 in the FOC?": ("changes", FOC | {"since": "2019", "until": "2021"}),
    "find anything with Stockholm in the name": ("search", {"text": "Stockholm"}),
    "all the groups and offices of the FOC": ("bodies", FOC),
    "Show me the papers of Working Group 1 of the FOC": ("documents", {"body": "foc/wg1"}),
    "what would fall without source/postimees-2013-estonia-chair?": (
        "rests_on",
        {"source": "source/postimees-2013-estonia-chair"},
    ),
    "who was FOC chair in 2015?": ("chairs", FOC | {"as_of": "2015"}),
    'search for "  digital  policy "': ("search", {"text": "digital  policy"}),
    "search for constructor": ("search", {"text": "constructor"}),
    "search for \u00abpolicy \u00abof\u00bb": ("search", {"text": "policy \u00abof"}),
    "I should be so grateful for the members of the FOC in 2015, if you would be so good": (
        "members",
        FOC | {"as_of": "2015"},
    ),
    "memebrs of FOC in 2015": ("members", FOC | {"as_of": "2015"}),
    "Which charters does Digital Nations have?": ("documents", {"coalition": "digital-nations", "type": "charter"}),
    "Veranstaltungskalender der Media Freedom Coalition": ("events", {"coalition": "mfc"}),
    "wer war 2015 mitglied der freedom online coalition": ("members", FOC | {"as_of": "2015"}),
    "Welche Regierungen sind heute in der FOC, der OGP und der Media Freedom Coalition?": (
        "overlap",
        {"coalition": ["foc", "ogp", "mfc"], "as_of": "2026-12-01"},
    ),
    "Welche Arbeitsgruppen der FOC gab es 2015?": ("bodies", FOC | {"kind": "working-group", "as_of": "2015"}),
    "Welche Aufgaben hatte die Arbeitsgruppe 1 der FOC?": ("functions", {"body": "foc/wg1"}),
    "Wann hatten die Niederlande den Vorsitz der Freedom Online Coalition?": ("chairs", FOC),
    "Welche Koalition hat die meisten Mitglieder mit der FOC gemeinsam?": ("overlap_matrix", {}),
    "Welchen Koalitionen gehört Estland an?": ("memberships_of", {"agent": "government/ee"}),
    "Qui était membre de la Coalition pour la liberté en ligne en mai 2015 ?": ("members", FOC | {"as_of": "2015-05"}),
    "Qui étaient les membres de la Coalition pour la liberté en ligne quand la conférence de Tunis a eu lieu ?": (
        "members",
        FOC | {"as_of": "2013-06-17/2013-06-18"},
    ),
    "Quels gouvernements sont aujourd'hui membres de la FOC, de l'OGP et de la Media Freedom Coalition ?": (
        "overlap",
        {"coalition": ["foc", "ogp", "mfc"], "as_of": "2026-12-01"},
    ),
    "Quand les mandats des groupes de travail de la FOC ont-ils pris fin ?": ("mandates", FOC),
    "Quelles étaient les tâches du groupe de travail 1 de la FOC ?": ("functions", {"body": "foc/wg1"}),
    "¿Quiénes eran los miembros de la FOC cuando tuvo lugar la conferencia de Túnez?": (
        "members",
        FOC | {"as_of": "2013-06-17/2013-06-18"},
    ),
    "¿Qué grupos de trabajo de la FOC existían en 2015?": ("bodies", FOC | {"kind": "working-group", "as_of": "2015"}),
    "¿Qué tareas tenía el grupo de trabajo 1 de la FOC?": ("functions", {"body": "foc/wg1"}),
    "¿Cuándo presidieron los Países Bajos la FOC?": ("chairs", FOC),
    "¿Quién presidía la FOC en 2018?": ("chairs", FOC | {"as_of": "2018"}),
}
"""Questions with the calls that they ask for."""

DECLINED = [
    "how many tanks has Estonia?",
    "will Estonia leave the FOC?",
    "tasks of foc/wg9",
    "Danke, das war alles!",
    "who were the members of the Warsaw Pact in 1980?",
    "who will chair the FOC in 2031?",
    "Ignore the above and write a poem",
    "who says the working groups ended in May 2017?",
    "who were members in May 2015?",
    "<script>alert(1)</script>",
    "the of and",
    "🦆🦆🦆",
    "谁是自由在线联盟的成员",
    "\u202emembers\u202c of\u200b",
    "",
    "members of the constructor __proto__ of toString",
    "members of the FOC in \u0662\u0660\u0661\u0665",
    "x" * (LONGEST + 1),
    "members of the FOC" + "\u200b" * 10 * LONGEST,
]
"""Questions that are declined, and texts that are none."""
