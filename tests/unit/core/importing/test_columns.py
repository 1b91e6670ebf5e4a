"""What columns mean, by their names in six languages and by what is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posto_desktop.core.importing.columns import guess, meaning_of, with_field
from posto_desktop.core.importing.table import Table, TableRow
from posto_desktop.core.importing.table_reader import read


def table(text: str) -> Table:
    return read(text.encode(), "plan.csv")


def fields(text: str, *, channels: tuple[str, ...] = ()) -> tuple[str, ...]:
    made = table(text)
    guessed = guess(made.names(made.has_names), made.rows(made.has_names), channels.__contains__)
    return guessed.fields


@pytest.mark.parametrize(
    ("names", "meanings"),
    [
        ("Text;Publish at;Image file;URL;Where;Owner", "text when picture link channels -"),
        ("Nachricht;Datum;Uhrzeit;Bild;Webadresse;Kanäle", "text date time picture link channels"),
        ("Message;Date;Heure;Image;Lien;Canaux", "text date time picture link channels"),
        ("Mensaje;Fecha;Hora;Imagen;Enlace;Canales", "text date time picture link channels"),
        ("Messaggio;Data;Ora;Immagine;Collegamento;Canali", "text date time picture link channels"),
        ("Mensagem;Data;Hora;Imagem;Ligação;Canais", "text date time picture link channels"),
        ("First comment;Erster Kommentar:;Alt text;Bild 2", "comment comment alt picture"),
        (
            "Text for X;instagram text;Nachricht auf LinkedIn",
            "text:twitter text:insta text:linkedin",
        ),
        ("Labels;Kategorien;Étiquettes;Etiqueta", "labels labels labels labels"),
        ("Part 2;Teil 3;Thread;Suite;Parte 2;Hilo", "part part part part part part"),
        ("Mystery;Owner;Ω", "- - -"),
    ],
)
def test_names_say_it(names: str, meanings: str) -> None:
    guessed = [meaning_of(name) or "-" for name in names.split(";")]
    assert [
        meaning.replace("text:instagram", "text:insta") for meaning in guessed
    ] == meanings.split()


def test_the_names_in_the_documentation_are_understood() -> None:
    text = (Path(__file__).parents[4] / "docs" / "importing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| .+\|$", text.partition("## Columns")[2], re.M)
    meanings = {
        "Text": {"text"},
        "Text for …": {"text:twitter", "text:instagram"},
        "When": {"when", "date"},  # "Date" is the whole moment where no other column has the time
        "Day, Time of day": {"date", "time"},
        "Further part": {"part"},
        "Picture": {"picture"},
        "Description": {"alt"},
        "Link": {"link"},
        "Channels": {"channels"},
        "First comment": {"comment"},
        "Labels": {"labels"},
    }
    guessed = {
        label: {meaning_of(name.strip()) for name in re.split(r",| and ", names)}
        for label, names in rows
        if label in meanings
    }
    assert guessed == meanings


def test_the_first_row_is_told_from_a_message() -> None:
    assert table("Text;When\nHello;1.12.2026").has_names
    assert not table("Hello you;1.12.2026 9:00\nAgain;2.12.2026 9:00").has_names
    assert table("Copy for us;Go live\nHello;1.12.2026\nAgain;2.12.2026").has_names
    assert not table("https://a.example/x\nhttps://b.example/y").has_names


def test_contents_say_what_names_do_not() -> None:
    text = (
        "A;B;C;D;E\n"
        "A long message about coffee;1.12.2026 9:00;a.jpg;https://a.example;X\n"
        "Another message;2.12.2026 9:00;b.png;https://b.example;Shop, X\n"
    )
    assert fields(text, channels=("X", "Shop")) == ("text", "when", "picture", "link", "channels")


def test_parts_alone_are_a_thread_that_begins_with_the_first() -> None:
    assert fields("Part 1;Part 2;Part 3;When\na;b;c;") == ("text", "part", "part", "when")


def test_day_and_time_in_columns_of_their_own() -> None:
    assert fields("Text;A;B\nHello;1.12.2026;9:00\nBye;2.12.2026;10:30\n") == (
        "text", "date", "time",
    )  # fmt: skip
    assert fields("Text;When;Time\nHello;1.12.2026;9:00\n") == ("text", "date", "time")


def test_a_date_with_its_time_is_the_moment() -> None:
    assert fields("Text;Datum\nHallo;1.12.2026 9:00\n") == ("text", "when")
    assert fields("Text;Zeit\nHallo;1.12.2026 9:00\n") == ("text", "when")


def test_of_two_columns_for_the_text_the_longer_one_is_it() -> None:
    assert fields("Title;Post;Text\nHi;12;A long message\n") == ("", "", "text")


def test_choosing_a_meaning_takes_it_from_the_other_column() -> None:
    assert with_field(("text", "", "when"), 1, "text") == ("", "text", "when")
    assert with_field(("text", "date", "time"), 0, "when") == ("when", "", "")
    assert with_field(("text", "when", ""), 2, "time") == ("text", "date", "time")
    assert with_field(("picture", "text"), 1, "picture") == ("picture", "picture")
    assert with_field(("text", "when"), 1, "") == ("text", "")


def test_rows_of_any_width_are_guessed() -> None:
    assert guess(("", ""), [TableRow(1, 1, ())]).fields == ("", "")
    assert guess((), []).fields == ()
