"""Commands of other programs that read files of RDF and write them as N-Triples or N-Quads."""

import os
import zipfile
from pathlib import Path

from tests.support.programs import MissingProgramError, find_program


def rapper(paths: list[Path], scratch: Path) -> list[list[str]]:
    """Raptor, which reads no named graphs and no JSON-LD."""
    options = [find_program("rapper", "apt-get install raptor2-utils"), "--quiet", "--output", "ntriples", "--input"]
    formats = {".nt": "ntriples", ".ttl": "turtle", ".rdf": "rdfxml"}
    return [[*options, formats[path.suffix], str(path)] for path in paths]


def jena(paths: list[Path], scratch: Path) -> list[list[str]]:
    """Jena as Debian packages it.

    Its texts of errors, without which it does not start, lie in another folder than it looks in; and it does not read
    JSON-LD ("The document could not be loaded or parsed", also of the smallest one).
    """
    java = find_program("java", "apt-get install default-jre-headless")
    folder = Path("/usr/share/java")
    jena = folder / "jena-core.jar"
    if not jena.exists():
        raise MissingProgramError("Jena is not installed: apt-get install libapache-jena-java")
    with zipfile.ZipFile(jena) as archive:
        moved = "org/apache/jena/ext/"
        for name in archive.namelist():
            if name.startswith(f"{moved}xerces/") and name.endswith(".properties"):
                target = scratch / name.removeprefix(moved)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    loggers = ("log4j-over", "slf4j-jdk", "slf4j-nop", "slf4j-log4j12", "slf4j-jcl", "maven", "jcl-over")
    jars = [str(jar) for jar in sorted(folder.glob("*.jar")) if not jar.name.startswith(loggers)]
    return [[java, "-cp", os.pathsep.join([str(scratch), *jars]), "riotcmd.riot", "--output=nq", *map(str, paths)]]


def oxigraph(paths: list[Path], scratch: Path) -> list[list[str]]:
    options = [find_program("oxigraph", "pip install oxigraph"), "convert", "--to-format", "nq", "--from-file"]
    return [[*options, str(path)] for path in paths]
