"""Spark for tests: skips where it or Java is not installed, unless FOC_REQUIRE_SERVERS is set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from typing import TYPE_CHECKING

import pytest

from foc_graph.links.linkage import spark
from tests.support.programs import give_up

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@contextmanager
def installed_spark() -> Iterator[None]:
    """Skip without the extra or Java, which starts quicker where it does not prepare for long work."""
    for module in ("splink", "pyspark"):
        try:
            __import__(module)
        except ImportError:
            give_up(f"{module} is not installed: make test-all")
    if which("java") is None:
        give_up("Java is not installed: apt-get install default-jre-headless")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@contextmanager
def quick_spark() -> Iterator[SparkSession]:
    """Start Spark for small tables: compiling a query takes longer than answering it from few rows."""
    with spark() as session:
        session.conf.set("spark.sql.codegen.wholeStage", "false")
        session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        yield session
