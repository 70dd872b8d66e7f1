"""`foc panel`: who belonged to what in which year, as a table for statistics."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.names import Name
from foc_graph.cli.output import check_out, is_for_people, print_table, save, write
from foc_graph.panel.cells import SPANS
from foc_graph.panel.codebook import FORMATS as CODEBOOKS
from foc_graph.panel.codebook import make_codebook
from foc_graph.panel.join import READ
from foc_graph.panel.statistics import STATISTICS, explain_variables
from foc_graph.panel.table import FILE_FORMATS
from foc_graph.panel.units import ALL, UNIT_NAMES

_TEXTS = ("table", *(name for name in FILE_FORMATS if name not in ("parquet", "xlsx", *STATISTICS)))


@click.command("panel")
@click.argument("coalition", nargs=-1, type=Name("coalition"))
@click.option(
    "--coalition",
    "named",
    multiple=True,
    metavar="NAME",
    type=Name("coalition"),
    help=f"The coalitions, separated by commas; by default {ALL}.",
)
@click.option(
    "--unit",
    type=click.Choice(UNIT_NAMES),
    default=UNIT_NAMES[0],
    show_default=True,
    help="What a row of the table is.",
)
@click.option(
    "--years",
    metavar="YEARS",
    default="",
    help="The first and the last, such as 2011-2026; by default all from the first coalition on.",
)
@click.option(
    "--rule",
    type=click.Choice(tuple(SPANS)),
    default="any-day",
    show_default=True,
    help="On which day of a year a member has to be one.",
)
@click.option(
    "--with-non-members", is_flag=True, help="Also rows for countries or organisations that never were members."
)
@click.option("--draws", metavar="N", type=int, default=0, help="Versions in which uncertain days are drawn.")
@click.option("--seed", metavar="NUMBER", type=int, default=0, help="With --draws: what chooses the days.")
@click.option(
    "--join",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"A table of your own to join: .{', .'.join(READ)}.",
)
@click.option(
    "--on",
    multiple=True,
    metavar="COLUMNS",
    help="With --join: the columns that both have, such as iso3,year; gwn=code where yours is called code.",
)
@click.option("--columns", metavar="COLUMNS", help="With --join: those to take from the file; by default all.")
@click.option("--licence", metavar="LICENCE", help="With --join: that of the file, such as CC-BY-4.0.")
@click.option(
    "--codebook",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"Also write what every column means: .{', .'.join(CODEBOOKS)}.",
)
@click.option(
    "--replicate",
    metavar="DIR|ZIP",
    type=click.Path(path_type=Path),
    help="Write data, codebook, licence, citation, checksums and scripts that read it in R, Stata and Python.",
)
@click.option("--format", type=click.Choice(_TEXTS), help="By default a table on a terminal, otherwise csv.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File to write, in the format of its ending: .{', .'.join(FILE_FORMATS)}.",
)
@store_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    coalition: tuple[str, ...],
    named: tuple[str, ...],
    format: str | None,
    out: Path | None,
    join: Path | None,
    on: tuple[str, ...],
    columns: str | None,
    licence: str | None,
    codebook: Path | None,
    replicate: Path | None,
    **chosen: Any,
) -> None:
    """Tell who belonged to what in which year, and how sure that is.

    Cells are 1, 0 or empty: 0 only where that is known. Columns beside them say how sure each is, why it is empty, and
    which sources say so. The docs explain every column: docs/reference/panel.md.

    \b
    Examples:
      foc panel FOC --years 2011-2026
      foc panel FOC,OGP --years 2011-2026 --out panel.csv
      foc panel all --unit dyad-year --years 2015-2020 --out dyads.parquet
      foc panel FOC --unit coalition-year --format csv
      foc panel FOC --years 2011-2026 --draws 200 --seed 1 --out draws.parquet
      foc panel FOC --join gdp.csv --on iso3,year --out panel.dta
      foc panel FOC --years 2011-2026 --replicate foc-panel.zip
    """
    ending = check_out(out, format, FILE_FORMATS)
    if codebook is not None:
        from foc_graph.store.files import find_format

        find_format(codebook, CODEBOOKS, "a codebook")
    if chosen["seed"] and not chosen["draws"]:
        raise click.UsageError("--seed chooses the days of draws: say how many with --draws")
    context = Context.of(ctx)
    given = (*coalition, *named) or (ALL,)
    names = [name.strip() for one in given for name in one.split(",") if name.strip()]
    exact = [name if name.casefold() == ALL else context.read("coalition", name) for name in names]
    panel = context.graph.panel(exact, **chosen)
    if join is not None:
        wanted = [name.strip() for name in (columns or "").split(",") if name.strip()]
        known = context.graph.workspace.settings.licences
        panel = panel.join(join, on, wanted, licence or known.get(join.name, ""))
        for remark in panel.joined[0].remarks:
            print(f"foc: {remark}", file=sys.stderr)
    elif on or columns or licence:
        raise click.UsageError("--on, --columns and --licence are for a table: name it with --join")
    if not len(panel):
        hint = "members that are no governments have rows by --unit organisation-year"
        print(f"foc: no rows: nobody is on record for these years ({panel.caption}); {hint}", file=sys.stderr)
    if codebook is not None:
        make_codebook(panel, context.graph).save(codebook)
    if replicate is not None:
        from foc_graph.release.replication import write_replication

        files = write_replication(panel, context.graph, replicate)
        print(f"{replicate}: {len(files)} files", file=sys.stderr)
    if out is None and (codebook or replicate) and format is None:
        return
    if out is not None:
        if ending in STATISTICS:
            for remark in explain_variables(panel.columns, ending):
                print(f"foc: {remark}", file=sys.stderr)
        save(panel, out)
    elif is_for_people(format, out) and format != "md":
        more = len(panel.columns) - len(panel.main)
        head = {name: name for name in panel.main}
        print_table(head, list(panel), context.graph.base, f"{more} more columns in a file (--out FILE.csv)")
    else:
        write(panel.serialise(ending or format or "csv"))
