"""What differs from thing to thing of a kind: names, numbers and days, and which things it points at."""

from __future__ import annotations

import random

from benchmarks.shacl.things import Counts, Fields


def day(number: int, first: int, years: int = 10) -> str:
    """One of the days of so many years from the first."""
    return f"{first + number % years}-{1 + number % 12:02}-{1 + number % 28:02}"


def organisation(number: int) -> str:
    """The name of one of all organisations: the three kinds alternate."""
    return f"{('government', 'company', 'civil')[number % 3]}/{number // 3}"


def some_organisation(counts: Counts, rng: random.Random) -> str:
    """The name of any organisation."""
    return organisation(rng.randrange(3 * counts["government"]))


def country(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {"iso": chr(65 + i // 26) + chr(65 + i % 26), "region": i % 6}


def topic(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {"relation": "broader" if i else "closeMatch", "broader": (i - 1) // 3 if i else 0}


def coalition(i: int, counts: Counts, rng: random.Random) -> Fields:
    bodies = {"first": i, "second": i + counts["coalition"]}
    return {"founded": day(i, 1990), "renewed": day(i, 2001, 2), "seat": organisation(i), **bodies}


def body(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {
        "class": ("WorkingGroup", "TaskForce")[i % 2],
        "coalition": i % counts["coalition"],
        "other": (i + 1) % counts["coalition"],
        "sibling": (i + counts["coalition"]) % counts["body"],
        "deputy": i + 1,
        "quorum": 2 + i % 9,
    }


def mandate(i: int, counts: Counts, rng: random.Random) -> Fields:
    granted = "document" if i % 2 else "event"
    return {
        "body": i // 5 % counts["body"],
        "granted": f"{granted}/{rng.randrange(counts[granted])}",
        "task": i % 6,
        "previous": i - 1,
        "number": 1 + i % 90,
    }


def source(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {"day": day(i, 2020, 5)}


def agent(i: int, counts: Counts, rng: random.Random) -> Fields:
    ticker = "".join(chr(65 + i // 26**place % 26) for place in range(4))
    budget = f"{rng.randrange(1000000)}.5"
    country = rng.randrange(counts["country"])
    other = (country + 1) % counts["country"]
    return {"country": country, "other": other, "staff": 1 + rng.randrange(5000), "budget": budget, "ticker": ticker}


def identifier(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {"org": organisation(i)}


def person(i: int, counts: Counts, rng: random.Random) -> Fields:
    employers = counts["government"] // 2 * 3
    group = i - i % 5
    return {
        "org": organisation(i % employers),
        "other": organisation((i + 3) % employers),
        "third": organisation((i + 6) % employers),
        "speaks": ("en", "fr", "es", "ar")[i % 4],
        **{f"group{k}": group + k for k in range(5)},
        "knows": group + (i + 1) % 5,
        "mate": i - counts["person"] // 2,
        "year": 2000 + i % 20,
    }


def membership(i: int, counts: Counts, rng: random.Random) -> Fields:
    person = f"person/{rng.randrange(counts['person'])}"
    return {
        "member": some_organisation(counts, rng) if i % 2 else person,
        "coalition": i % counts["coalition"],
        "role": 1 + i % 5 if i >= counts["coalition"] else 0,
        "reader": i % counts["person"],
        "begin": day(i, 2003),
        "end": day(i, 2013),
        "source": rng.randrange(counts["source"]),
    }


def claim(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {
        "subject": i // 2 * 4 + 1,
        "free": i // 2 * 4 + 2,
        "begin": day(i, 2003),
        "confidence": f"0.{1 + i % 9}",
        "source": rng.randrange(counts["source"]),
    }


def document(i: int, counts: Counts, rng: random.Random) -> Fields:
    topic = rng.randrange(counts["topic"])
    return {
        "class": ("Declaration", "Report", "Minutes")[i % 3],
        "issued": day(i, 2005),
        "modified": day(i, 2016, 4),
        "coalition": rng.randrange(counts["coalition"]),
        "topic": topic,
        "topic2": (topic + 1) % counts["topic"],
        "topic3": (topic + 2) % counts["topic"],
        "lang": ("en", "fr", "es")[i % 3],
        "pages": 1 + i % 300,
        "previous": i - 1,
        "source": rng.randrange(counts["source"]),
    }


def event(i: int, counts: Counts, rng: random.Random) -> Fields:
    trio = 3 * rng.randrange(counts["person"] // 6)
    return {
        "class": ("Conference", "Meeting")[i % 2],
        "day": day(i, 2010),
        "host": some_organisation(counts, rng),
        "state": trio,
        "firm": trio + 1,
        "civil": trio + 2,
        "capacity": 10 + i % 500,
    }


def endorsement(i: int, counts: Counts, rng: random.Random) -> Fields:
    return {
        "agent": some_organisation(counts, rng),
        "document": rng.randrange(counts["document"]),
        "day": day(i, 2020, 6),
        "source": rng.randrange(counts["source"]),
    }
