"""What others need for the same words, filters and counts on the same texts, in the same run: FTS5 and PostgreSQL.

Both get less to do than we: titles and descriptions alone, seven of our filters to count, no "accredited today".
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pysqlite3

Tell = Callable[..., None]
COUNTED = ("language", "mode", "level", "country", "kind", "field", "quality")
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


def rows() -> Iterator[tuple[Any, ...]]:
    """Every version: number, title, description, then one value for each of ``COUNTED``."""
    from opencairn.programmes.models import ProgrammeVersion

    read = ProgrammeVersion.objects.values_list(
        "pk", "title", "description", "languages", "participation", "eqf_level", "programme__provider__country",
        "published_as", "field_code", "quality_assurance",
    )  # fmt: skip
    for pk, title, description, languages, *facts in read.iterator():
        level = None if facts[1] is None else str(facts[1])
        yield pk, " ".join(title.values()), " ".join(description.values()), languages[0], facts[0], level, *facts[2:]


def chosen(criteria: Any) -> dict[str, tuple[str, ...]]:
    return {name: codes for name, codes in criteria.chosen.items() if name in COUNTED}


def fts5(tell: Tell, inputs: list[Any], p95: Callable[..., float]) -> None:
    """Words in FTS5, narrowed and counted by SQL on an ordinary table, all of it in memory."""
    began = time.perf_counter()
    base = pysqlite3.connect(":memory:")
    base.executescript(
        "CREATE VIRTUAL TABLE texts USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 2');"
        f"CREATE TABLE facts (id INTEGER PRIMARY KEY, {', '.join(COUNTED)});"
    )
    for pk, title, body, *facts in rows():
        base.execute("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", (pk, title, body))
        base.execute(f"INSERT INTO facts VALUES (?{', ?' * len(COUNTED)})", (pk, *facts))
    tell("fts5_build", time.perf_counter() - began, "s", None, "SQLite FTS5 in memory: less text, no stems")

    def find(criteria: Any) -> None:
        words = " AND ".join(f'"{word}"' for word in criteria.q.split())

        def where(but: str = "") -> tuple[str, list[str]]:
            parts, values = ["id IN (SELECT texts.rowid FROM texts WHERE texts MATCH ?)"], [words]
            for name, codes in chosen(criteria).items():
                if name != but:
                    parts.append(f"{name} IN ({','.join('?' * len(codes))})")
                    values += codes
            return " AND ".join(parts), values

        sure, values = where()
        base.execute(
            f"SELECT id FROM facts JOIN texts ON texts.rowid = id WHERE texts MATCH ? AND {sure} ORDER BY rank LIMIT 9",
            [words, *values],
        ).fetchall()
        for column in COUNTED:
            sure, values = where(column)
            base.execute(f"SELECT {column}, count(*) FROM facts WHERE {sure} GROUP BY {column}", values).fetchall()

    took = p95(find, inputs, time.perf_counter)
    tell("fts5_text_filters_7_facets_p95", took, "ms", None, "SQLite FTS5 in memory, wall clock, 7 facets")


def postgres(tell: Tell, inputs: list[Any], p95: Callable[..., float]) -> None:
    """The same with PostgreSQL's full text, in a database made for it and dropped; says so where none answers."""
    name = f"opencairn_bench_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        tell("postgres_skipped", 0, "", None, "no PostgreSQL answers at BENCH_POSTGRES")
        return
    with server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            with psycopg.connect(POSTGRES, dbname=name, autocommit=True) as base:
                _postgres(base, tell, inputs, p95)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _postgres(base: Any, tell: Tell, inputs: list[Any], p95: Callable[..., float]) -> None:
    began = time.perf_counter()
    columns = ", ".join(f"{name} text" for name in COUNTED)
    base.execute(f"CREATE UNLOGGED TABLE offers (id int PRIMARY KEY, words tsvector, title text, body text, {columns})")
    with (
        base.cursor() as cursor,
        cursor.copy(f"COPY offers (id, title, body, {', '.join(COUNTED)}) FROM STDIN") as copy,
    ):
        for row in rows():
            copy.write_row(row)
    weighed = "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'D')"
    base.execute(f"UPDATE offers SET words = {weighed}")
    base.execute("CREATE INDEX ON offers USING gin (words)")
    base.execute("VACUUM ANALYZE offers")
    tell("postgres_build", time.perf_counter() - began, "s", None, "PostgreSQL, English stems, GIN")

    def find(criteria: Any) -> None:
        def where(but: str = "") -> tuple[str, list[Any]]:
            parts: list[str] = ["words @@ plainto_tsquery('english', %s)"]
            values: list[Any] = [criteria.q]
            for name, codes in chosen(criteria).items():
                if name != but:
                    parts.append(f"{name} = ANY(%s)")
                    values.append(list(codes))
            return " AND ".join(parts), values

        sure, values = where()
        rank = "ts_rank(words, plainto_tsquery('english', %s)) DESC"
        base.execute(f"SELECT id FROM offers WHERE {sure} ORDER BY {rank} LIMIT 20", [*values, criteria.q]).fetchall()
        for column in COUNTED:
            sure, values = where(column)
            base.execute(f"SELECT {column}, count(*) FROM offers WHERE {sure} GROUP BY {column}", values).fetchall()

    took = p95(find, inputs, time.perf_counter)
    tell("postgres_text_filters_7_facets_p95", took, "ms", None, "PostgreSQL full text, wall clock, 7 facets")


def draws(asked: Callable[..., Any], many: int) -> list[Any]:
    """The same questions for each of them."""
    draw = random.Random(5)
    return [asked(draw, text=True) for _ in range(many)]
