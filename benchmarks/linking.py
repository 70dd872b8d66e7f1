"""Matching names with typing mistakes against many things: how fast, and how often the right thing comes first.

Run `python -m benchmarks.linking`. Things and mistakes are made from seeds, so that each run asks the same. The peer is
`rapidfuzz.process.extractOne` over all names, normalised as ours, asked for as many names as take it some seconds.
"""

import argparse
import random
import resource
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz import fuzz, process

from benchmarks.report import machine, show_head, show_row, timed
from foc_graph.matching.index import Thing
from foc_graph.matching.matcher import Asked, Matcher
from foc_graph.matching.names import normalised

SIZES = (10_000, 30_000, 100_000)
NAMES = 4_000
"""Names that are asked for."""
PEER_NAMES = 40
SEED = 8

SYLLABLES = "ba bel bor bru ca cor da del dor el fa fer ga gor ha hel ka kir la len lo ma mar mi na nor o pa per ra ri "
SYLLABLES += "ro sa san sel ta tel to tri u va ver vi vol wa wil ya zam ze"
ENDINGS = ["burg", "field", "ia", "land", "mouth", "ov", "sk", "stan", "ton", "ville", "wick", "zig"]
TOPICS = "access agriculture archives broadcasting commerce communication culture data democracy development defence "
TOPICS += "digital-rights economics education elections energy environment equality finance foreign-affairs health "
TOPICS += "freedom-of-expression governance history housing human-rights information innovation integrity interior "
TOPICS += (
    "internet journalism justice labour language law literacy media migration oceans open-government peace policy "
)
TOPICS += "press-freedom privacy refugees research security social-affairs standards statistics sustainability "
TOPICS += "technology trade transparency transport water youth"
BODIES = "academy agency alliance association bureau center centre commission committee council federation forum "
BODIES += (
    "foundation initiative institute league network observatory office organisation platform project society union"
)
FORMS = ["Inc.", "Ltd", "e.V.", "GmbH", "A.C.", "ASBL", "Pty Ltd", "S.A."]


def things(count: int) -> list[Thing]:
    """So many organisations of different names, some of them with an acronym or a second name."""
    dice = random.Random(SEED)
    found: dict[str, Thing] = {}
    while len(found) < count:
        name = _name(dice)
        if normalised(name) in found:
            continue
        other = "".join(word[0] for word in name.split() if word[0].isupper())
        names = (name, other) if dice.random() < 0.2 and len(other) > 2 else (name,)
        iri = f"https://example.org/id/organisation/{len(found):06}"
        found[normalised(name)] = Thing(iri, name, ("organisation",), names, "", {})
    return list(found.values())


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES.split(), k=dice.choice((1, 2, 2, 3)))).capitalize()


def _name(dice: random.Random) -> str:
    topic = dice.choice(TOPICS.split()).replace("-", " ").title()
    body = dice.choice(BODIES.split()).title()
    place = _word(dice) + dice.choice(ENDINGS)
    patterns: list[Callable[[], str]] = [
        lambda: f"University of {place}",
        lambda: f"{place} {body} for {topic}",
        lambda: f"Ministry of {topic} of {place}",
        lambda: f"{_word(dice)} {_word(dice)} Foundation",
        lambda: f"{body} of {topic} and {dice.choice(TOPICS.split()).replace('-', ' ').title()} of {place}",
        lambda: f"{_word(dice)}{dice.choice(ENDINGS)} {topic} {body}",
        lambda: f"{_word(dice)} & {_word(dice)} {dice.choice(('Technologies', 'Systems', 'Media', 'Partners'))}",
    ]
    return dice.choice(patterns)()


def misspelt(name: str, dice: random.Random) -> str:
    """A name as someone may type it: one or two letters wrong, and at times other capitals, form or order."""
    letters = list(name)
    for _ in range(dice.choice((1, 1, 2))):
        at = dice.randrange(len(letters) - 1)
        edit = dice.randrange(4)
        if edit == 0:
            letters[at : at + 2] = reversed(letters[at : at + 2])
        elif edit == 1:
            del letters[at]
        elif edit == 2:
            letters[at] = dice.choice("abcdefghijklmnopqrstuvwxyz")
        else:
            letters.insert(at, dice.choice("abcdefghijklmnopqrstuvwxyz"))
    text = "".join(letters)
    change = dice.random()
    if change < 0.15:
        return text.upper()
    if change < 0.3:
        return f"{text} {dice.choice(FORMS)}"
    if change < 0.4 and " of " in text:
        start, _, end = text.rpartition(" of ")
        return f"{end}, {start} of"
    return text


def asked(known: list[Thing], count: int) -> Iterator[tuple[str, Thing]]:
    """So many misspelt names with the things that they are of."""
    dice = random.Random(SEED + 1)
    for thing in dice.choices(known, k=count):
        yield misspelt(thing.name, dice), thing


def measure(count: int) -> None:
    """Print one line of the table."""
    known = things(count)
    pairs = list(asked(known, NAMES))
    build, matcher = timed(lambda: Matcher(known))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took, found = timed(lambda: [matcher.candidates(Asked(name, ("organisation",)), 1) for name, _ in pairs])
    alone = NAMES / took
    one = [best[0].thing.iri if best else "" for best in found]
    recall = sum(iri == thing.iri for iri, (_, thing) in zip(one, pairs, strict=True)) / NAMES
    peer, same = ask_peer(known, [(name, thing.iri) for name, thing in pairs[:PEER_NAMES]])
    made = (f"{count:,}", f"{sum(len(thing.names) for thing in known):,}", f"{build:.1f} s", f"{memory:,.0f} MiB")
    show_row(*made, f"{alone:,.0f}", f"{recall:.3f}", f"{peer:,.1f}", f"{same:.3f}", f"{alone / peer:,.0f}")


def ask_peer(known: Sequence[Thing], asked: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Return how many names a second RapidFuzz looks up, and the share for which it finds the thing that is meant."""
    names = [normalised(name) for thing in known for name in thing.names]
    owners = [thing.iri for thing in known for _ in thing.names]
    took, found = timed(lambda: [process.extractOne(normalised(name), names, scorer=fuzz.ratio) for name, _ in asked])
    right = sum(owners[best[2]] == iri for best, (_, iri) in zip(found, asked, strict=True))
    return len(asked) / took, right / len(asked)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many things")
    options = parser.parse_args()
    print(machine(), end="\n\n")
    ours = (">index", ">memory", ">names/s", ">first is right")
    show_head(">things", ">names", *ours, ">extractOne/s", ">first is right", ">times as fast")
    for size in options.sizes:
        measure(size)


if __name__ == "__main__":
    main()
