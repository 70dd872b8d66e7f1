"""Panels of a large made-up world, beside SQL written by hand and a script of pandas that do the same.

Run `python -m benchmarks.panel`: 250 governments with a million memberships of 10,000 organisations, whose dates are
known to the day, the month or the year. Each way is a process of its own. The peers tell 1, 0 or empty for the same
cells, without the columns beside them; the sums that are printed show that they agree.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import ran
from benchmarks.report import show_head, show_row

YEARS = (2000, 2026)

WORLD = """
CREATE TEMP TABLE chosen AS
SELECT o, g FROM range({organisations}) t(o), range({governments}) u(g)
ORDER BY md5(o || ' ' || g) LIMIT {memberships};
CREATE TABLE membership AS
WITH drawn AS (
  SELECT *, ('0x' || substr(md5('a' || o || ' ' || g), 1, 8))::BIGINT AS a,
    ('0x' || substr(md5('b' || o || ' ' || g), 1, 8))::BIGINT AS b FROM chosen
), dated AS (
  SELECT *, DATE '1990-01-01' + (a % 12000)::INTEGER AS begun, [1, 30, 365][1 + (a // 12000) % 3] AS width,
    b % 3 > 0 AS is_open, DATE '1990-01-01' + (a % 12000 + 400 + b % 4000)::INTEGER AS ended FROM drawn
)
SELECT row_number() OVER () AS row, 'o' || o AS coalition, 'g' || g AS member, 'o' || o || '/g' || g AS membership,
  'member' AS role, 'member' AS kind, NULL::VARCHAR AS status,
  CASE WHEN is_open THEN 'open' ELSE 'ended' END AS state, begun AS begins_earliest,
  begun + (width - 1)::INTEGER AS begins_latest,
  CASE WHEN is_open THEN greatest(DATE '2024-06-01', begun + (width - 1)::INTEGER) ELSE ended END AS ends_earliest,
  CASE WHEN NOT is_open THEN ended + (width - 1)::INTEGER END AS ends_latest,
  CASE WHEN is_open THEN greatest(DATE '2024-06-01', begun + (width - 1)::INTEGER) END AS checked,
  NULL::DATE AS planned_end, is_open FROM dated;
CREATE TABLE "list" AS
SELECT 'o' || o AS coalition, 'Organisation ' || o AS name, CASE WHEN o % 2 = 0 THEN 'complete' ELSE 'partial' END
  AS list_state, DATE '1990-01-01' AS begins_earliest, NULL::DATE AS ends_latest, DATE '2026-12-31' AS checked_last
FROM range({organisations}) t(o);
CREATE TABLE country AS
SELECT 'c' || g AS country, 'Country ' || g AS name, g::VARCHAR AS iso2, lpad(g::VARCHAR, 3, '0') AS iso3,
  g::VARCHAR AS m49, 'g' || g AS member, 'Europe' AS region FROM range({governments}) t(g);
CREATE TABLE agent AS SELECT member, name, 'government' AS category FROM country;
CREATE TABLE source AS SELECT membership, 'https://' || coalition || '.example/' AS address FROM membership;
CREATE TABLE phase AS SELECT membership, role AS standing, begins_earliest, begins_latest, ends_earliest, ends_latest,
  checked, planned_end, is_open FROM membership LIMIT 0;
CREATE TABLE chair AS SELECT coalition, member, membership, role, state, begins_earliest, begins_latest, ends_earliest,
  ends_latest, checked, planned_end, is_open FROM membership LIMIT 0;
CREATE TABLE code AS SELECT country, 'cown' AS scheme, (row_number() OVER ())::VARCHAR AS code,
  DATE '1900-01-01' AS begins_earliest, NULL::DATE AS ends_latest FROM country;
"""

OURS = """
import sys, duckdb, time
from foc_graph.panel.build import select
from foc_graph.panel.table import Choice
database, unit, first, last, file = sys.argv[1:]
connection = duckdb.connect(database)
connection.execute("SET memory_limit = '3GB'; SET threads = 2; SET enable_progress_bar = false")
start = time.perf_counter()
panel = select(connection, Choice(unit, (int(first), int(last))))
panel.save(file)
seconds = time.perf_counter() - start
known = "member" if unit == "state-year" else "shared_min"
print(seconds, *duckdb.execute(f"SELECT count(*), sum({known}), count({known}) FROM '{file}'").fetchone())
"""

BY_HAND = """
import sys, duckdb, time
database, unit, first, last, file = sys.argv[1:]
connection = duckdb.connect(database, read_only=True)
connection.execute("SET memory_limit = '3GB'; SET threads = 2; SET enable_progress_bar = false")
start = time.perf_counter()
connection.execute(f'''COPY (
  SELECT m.coalition, c.iso3, y AS year,
    CASE WHEN max(CASE WHEN begins_latest <= make_date(y, 12, 31)
        AND (ends_earliest >= make_date(y, 1, 1) OR is_open AND checked <= make_date(y, 1, 1)) THEN 1 ELSE 0 END) = 1
      THEN 1
      WHEN max(CASE WHEN begins_earliest <= make_date(y, 12, 31)
        AND coalesce(ends_latest >= make_date(y, 1, 1), TRUE) THEN 1 ELSE 0 END) = 0 THEN 0 END AS member
  FROM membership m JOIN country c ON c.member = m.member, range({first}, {last} + 1) t(y)
  GROUP BY m.coalition, c.iso3, y ORDER BY m.coalition, c.iso3, y) TO '{file}' (FORMAT parquet, COMPRESSION zstd)''')
seconds = time.perf_counter() - start
print(seconds, *duckdb.execute(f"SELECT count(*), sum(member), count(member) FROM '{file}'").fetchone())
"""

PANDAS = """
import sys, duckdb, time, numpy, pandas
database, unit, first, last, file = sys.argv[1:]
connection = duckdb.connect(database, read_only=True)
frame = connection.execute("SELECT m.*, c.iso3 FROM membership m JOIN country c ON c.member = m.member").df()
start = time.perf_counter()
parts = []
for year in range(int(first), int(last) + 1):
    begin, end = pandas.Timestamp(year, 1, 1), pandas.Timestamp(year, 12, 31)
    sure = (frame.begins_latest <= end) & (
        (frame.ends_earliest >= begin) | (frame.is_open & (frame.checked <= begin))
    )
    may = (frame.begins_earliest <= end) & (frame.ends_latest.isna() | (frame.ends_latest >= begin))
    member = numpy.where(sure, 1.0, numpy.where(may, numpy.nan, 0.0))
    parts.append(pandas.DataFrame({"coalition": frame.coalition, "iso3": frame.iso3, "year": year, "member": member}))
found = pandas.concat(parts).sort_values(["coalition", "iso3", "year"])
duckdb.sql("SELECT * FROM found").write_parquet(file, compression="zstd")
print(time.perf_counter() - start, len(found), int(found.member.sum()), found.member.count())
"""
WAYS = {"foc panel": OURS, "SQL by hand": BY_HAND, "pandas": PANDAS}


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=10_000, metavar="N")
    parser.add_argument("--governments", type=int, default=250, metavar="N")
    parser.add_argument("--memberships", type=int, default=1_000_000, metavar="N")
    options = parser.parse_args()
    import duckdb

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = {key: getattr(options, key) for key in ("organisations", "governments", "memberships")}
        with duckdb.connect(str(folder / "world.duckdb")) as connection:
            connection.execute(WORLD.format(**sizes))
        show_head("unit", "way", ">seconds", ">rows", ">sum", ">known", ">peak MiB")
        for unit, years, ways in (("state-year", YEARS, WAYS), ("dyad-year", (2020, 2020), {"foc panel": OURS})):
            for way, script in ways.items():
                database = folder / f"{way.replace(' ', '-')}.duckdb"
                database.write_bytes((folder / "world.duckdb").read_bytes())
                arguments = [str(database), unit, *map(str, years), str(folder / "panel.parquet")]
                run = ran([sys.executable, "-c", script, *arguments])
                seconds, *counts = run.output.splitlines()[-1].split()  # after what DuckDB says of its progress
                show_row(unit, way, f"{float(seconds):.1f}", *counts, f"{run.memory / 2**20:,.0f}")
                database.unlink()


if __name__ == "__main__":
    main()
