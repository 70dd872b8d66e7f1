"""Things that tests share: where the repository is, prefixes, and how a small workspace is made."""

from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

WorkspaceMaker = Callable[..., Path]
