"""Meaning of a table's columns, guessed from names, then from values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from posto_desktop.core.folding import fold
from posto_desktop.core.importing import sample
from posto_desktop.core.importing.table import Cell, Table, TableRow, shown
from posto_desktop.sdk import networks
from posto_desktop.sdk.media_types import by_name

Plain = Literal[
    "",
    "text",
    "part",
    "when",
    "date",
    "time",
    "picture",
    "alt",
    "link",
    "channels",
    "comment",
    "labels",
]
Field = str
"""A `Plain`, "" for a column that is not imported, or "text:SLUG" for a network's text."""

FIELDS: Final[tuple[Plain, ...]] = (
    "text",
    "part",
    "when",
    "date",
    "time",
    "picture",
    "alt",
    "link",
    "channels",
    "comment",
    "labels",
)
SEVERAL: Final[frozenset[str]] = frozenset(("picture", "alt", "part"))
"""Meanings that several columns may have."""

# Folded (no case, no accents). English, German, French, Spanish, Italian, Portuguese.
_WORDS: Final[Mapping[str, str]] = {
    "text": "text texte texto testo message messages nachricht nachrichten mensaje mensajes "
    "messaggio messaggi mensagem mensagens post posts beitrag beitrage content contenu inhalt "
    "contenido contenuto conteudo caption bildunterschrift legende leyenda didascalia legenda "
    "copy body tweet publication publicacion pubblicazione publicacao post_text posttext "
    "post_content beitragstext message_text nachrichtentext texte_du_message",
    "part": "part parts thread threads further_parts part_of_thread next_part continuation teil "
    "teile fortsetzung weitere_teile partie parties suite fil parte partes hilo continuacion parti "
    "filo seguito continuacao",
    "when": "when wann quand cuando quando publish_at published_at post_at posting_time "
    "publish_time publish_date publishing_time share_at send_at scheduled scheduled_at "
    "scheduled_for schedule schedule_time schedule_date date_time datetime date_and_time "
    "datum_und_uhrzeit datum_uhrzeit zeitpunkt termin veroffentlichen_am veroffentlichung "
    "veroffentlichungsdatum geplant geplant_fur date_et_heure date_heure publier_le "
    "date_de_publication planifie programme fecha_y_hora fecha_hora fecha_de_publicacion "
    "publicar_el programado data_e_ora data_ora pubblica_il data_di_pubblicazione programmato "
    "data_e_hora data_hora publicar_em data_de_publicacao agendado posting_date timestamp "
    "start_time post_date",
    "date": "date datum tag day jour fecha dia data giorno date_only",
    "time": "time uhrzeit zeit heure hora ora orario hour clock tageszeit",
    "picture": "picture pictures image images photo photos media medias medien bild bilder foto "
    "fotos bilddatei bild_datei datei file files image_file image_url picture_url media_url "
    "photo_url image_path picture_path file_name filename dateiname medium video videos "
    "fichier fichier_image imagen imagenes archivo imagen_url immagine immagini file_immagine "
    "imagem imagens arquivo ficheiro foto_url bild_url attachment attachments anhang "
    "featured_image thumbnail",
    "alt": "alt alt_text alttext alternativtext alternative_text alternatieve_tekst "
    "bildbeschreibung texte_alternatif texto_alternativo testo_alternativo image_description "
    "description_de_l_image descripcion_de_la_imagen descrizione_immagine descricao_da_imagem "
    "image_alt picture_description accessibility_text",
    "link": "link links url urls webadresse adresse address website web webseite seite lien "
    "liens enlace enlaces vinculo collegamento indirizzo ligacao post_url landing_page "
    "target_url ziel_url uri hyperlink permalink",
    "channels": "channels channel kanal kanale wo where account accounts konto konten platform "
    "platforms plattform plattformen network networks netzwerk netzwerke social_network "
    "social_networks page pages canal canales canaux canale canali canais ou donde dove onde "
    "reseau reseaux reseaux_sociaux red redes redes_sociales rete reti rede compte comptes "
    "cuenta cuentas conta contas plateforme plateformes plataforma plataformas piattaforma "
    "piattaforme profile profiles profil profile_name channel_name channel_id channel_ids",
    "comment": "first_comment erster_kommentar kommentar comment comments premier_commentaire "
    "commentaire primer_comentario comentario primo_commento commento primeiro_comentario",
    "labels": "label labels etikett etiketten category categories kategorie kategorien schlagwort "
    "schlagworte etiquette etiquettes categorie etiqueta etiquetas categoria categorias "
    "etichetta etichette",
}
_MEANINGS: Final[dict[str, str]] = {
    word: meaning for meaning, words in _WORDS.items() for word in words.split()
}

_SPLIT: Final = re.compile(r"[^0-9a-z]+")
_URL: Final = re.compile(r"(?i)\s*(https?://|www\.)\S+\s*")
_DAY: Final = re.compile(
    r"\s*(\d{1,4})\s*([./-])\s*(\d{1,2})\s*(?:\2\s*(\d{2,4})?)?"
    r"(?:[T,\s]+\d{1,2}([:.h]\d{2})?.{0,12})?\s*"
)
_CLOCK: Final = re.compile(r"(?i)\s*\d{1,2}([:.h]\d{2}){1,2}\s*(uhr|h|am|pm|a\.m\.|p\.m\.)?\s*")
_LOOKED_AT: Final = 200
_ENOUGH: Final = 0.6


def key_of(name: str) -> str:
    """Return a column name without case, accents and punctuation: "Publish at:" gives
    "publish_at"."""
    return "_".join(part for part in _SPLIT.split(fold(name)) if part)


def meaning_of(name: str) -> Field:
    """Return the meaning of a column name; "" if unknown."""
    key = key_of(name)
    if key in _MEANINGS:
        return _MEANINGS[key]
    if meaning := sample.meaning_of(name):
        return meaning
    network_field = _network_text(key)
    if network_field:
        return network_field
    # "image 2", "picture_3"; "alt 1"; "part 2"
    bare = key.rstrip("0123456789").rstrip("_")
    return _MEANINGS[bare] if bare != key and _MEANINGS.get(bare) in SEVERAL else ""


def _network_text(key: str) -> Field:
    """Parse "text for x", "instagram text", "message_linkedin"."""
    parts = key.split("_")
    if len(parts) < 2:
        return ""
    network_words = [
        part for part in parts if _MEANINGS.get(part) != "text" and part not in _LITTLE
    ]
    if not network_words or not any(_MEANINGS.get(part) == "text" for part in parts):
        return ""
    network = networks.find("_".join(network_words))
    return f"text:{network.slug}" if network is not None else ""


_LITTLE: Final = frozenset(
    ("for", "fur", "auf", "on", "pour", "sur", "para", "en", "per", "su", "em")
)


def first_row_names(table: Table) -> bool:
    """Return whether the first row seems to hold column names rather than a message."""
    first, sample = table.grid[0], table.grid[1 : _LOOKED_AT + 1]
    words = [cell for cell in first if cell is not None and shown(cell).strip()]
    if not all(isinstance(cell, str) for cell in words):
        return False
    names = [str(cell) for cell in words]
    if any(len(name) > 60 or _URL.fullmatch(name) or _DAY.fullmatch(name) for name in names):
        return False
    known = sum(1 for name in names if meaning_of(name))
    if known:
        return known * 3 >= len(names) or known >= 2
    if not sample or len(set(map(key_of, names))) < len(names) or len(names) < table.width:
        return False
    # Without a known name, it is a header if the values below are clearly of another kind.
    return any(
        _share(sample, column, test) > _ENOUGH and not test(first[column])
        for column in range(table.width)
        for test in (is_day, is_url, is_picture, _is_number)
    )


def known_names(cells: Sequence[Cell]) -> int:
    """Return the number of cells that are usual column names."""
    return sum(1 for cell in cells if isinstance(cell, str) and meaning_of(cell))


@dataclass(frozen=True)
class ColumnGuess:
    """Meaning of each column, and the columns with unknown names."""

    fields: tuple[Field, ...]
    by_content: frozenset[int] = frozenset()


def guess(
    names: Sequence[str],
    rows: Sequence[TableRow],
    is_channel: Callable[[str], bool] = lambda _text: False,
) -> ColumnGuess:
    """Return the meaning of each column. `is_channel` tells whether a text names a channel."""
    fields: list[Field] = [meaning_of(name) for name in names]
    cells = [row.cells for row in rows[:_LOOKED_AT]]
    _settle_times(fields, cells)
    _keep_first(fields, cells)
    by_content: set[int] = set()

    def names_channels(cell: Cell) -> bool:
        text = shown(cell)
        if len(text) > 2_000:
            return False
        parts = [part.strip() for part in re.split(r"[,;|\n]", text) if part.strip()]
        return bool(parts) and all(map(is_channel, parts))

    for meaning, test in (
        ("when", is_day),
        ("time", is_clock),
        ("picture", is_picture),
        ("link", is_url),
        ("channels", names_channels),
    ):
        if meaning in fields or (meaning == "time" and "date" not in fields):
            continue
        for column, field in enumerate(fields):
            if not field and not _named(names, column) and _share(cells, column, test) > _ENOUGH:
                fields[column] = meaning
                by_content.add(column)
                if meaning == "when" and _has_clock_column(fields, cells, names):
                    fields[column] = "date"
                break
    if "text" not in fields and "part" in fields:
        fields[fields.index("part")] = "text"
    if "text" not in fields and not any(field.startswith("text:") for field in fields):
        lengths = {
            column: _mean_length(cells, column)
            for column, field in enumerate(fields)
            if not field and _share(cells, column, _is_words) > 0.3
        }
        if lengths:
            longest = max(lengths, key=lambda column: lengths[column])
            fields[longest] = "text"
            by_content.add(longest)
    return ColumnGuess(tuple(fields), frozenset(by_content))


def with_field(fields: Sequence[Field], column: int, field: Field) -> tuple[Field, ...]:
    """Return the meanings after the user chose one; another column that had it is not imported any
    more."""
    changed = list(fields)
    if field and field not in SEVERAL:
        changed = ["" if meaning == field else meaning for meaning in changed]
    clash = {"when": ("date", "time"), "date": ("when",), "time": ("when",)}.get(field, ())
    if field == "time" and "when" in changed and "date" not in changed:
        # A column of times belongs to the one with the days.
        changed = ["date" if meaning == "when" else meaning for meaning in changed]
    changed = ["" if meaning in clash else meaning for meaning in changed]
    changed[column] = field
    return tuple(changed)


def _named(names: Sequence[str], column: int) -> bool:
    """Return whether a column's name has a known meaning."""
    return bool(meaning_of(names[column])) if column < len(names) else False


def _settle_times(fields: list[Field], cells: Sequence[Sequence[Cell]]) -> None:
    """A "Date" with a time of day is a whole moment; "when" beside "time" is a day."""
    for column, field in enumerate(fields):
        if field == "time" and _share(cells, column, is_day) > _ENOUGH:
            fields[column] = "when"
    if "date" in fields and "time" not in fields and "when" not in fields:
        fields[fields.index("date")] = "when"
    elif "when" in fields and "time" in fields and "date" not in fields:
        column = fields.index("when")
        if _share(cells, column, _has_clock) <= _ENOUGH:
            fields[column] = "date"
        else:
            fields[fields.index("time")] = ""
    elif "when" in fields and ("date" in fields or "time" in fields):
        for column, field in enumerate(fields):
            if field in ("date", "time"):
                fields[column] = ""
    elif "time" in fields and "date" not in fields:
        fields[fields.index("time")] = "when"


def _keep_first(fields: list[Field], cells: Sequence[Sequence[Cell]]) -> None:
    """Of columns with the same meaning, keep the first that has values."""
    for meaning in set(fields) - SEVERAL - {""}:
        same = [column for column, field in enumerate(fields) if field == meaning]
        if len(same) > 1:
            full = [column for column in same if _share(cells, column, _is_words) > 0] or same
            if meaning == "text":
                full.sort(key=lambda column: -_mean_length(cells, column))
            for column in same:
                if column != full[0]:
                    fields[column] = ""


def _has_clock_column(
    fields: Sequence[Field], cells: Sequence[Sequence[Cell]], names: Sequence[str]
) -> bool:
    return any(
        field == "time"
        or (not field and not _named(names, column) and _share(cells, column, is_clock) > _ENOUGH)
        for column, field in enumerate(fields)
    )


def _share(cells: Iterable[Sequence[Cell]], column: int, test: Callable[[Cell], bool]) -> float:
    """Return the share of non-empty cells that pass the test."""
    column_cells = [row[column] for row in cells if column < len(row)]
    filled = [cell for cell in column_cells if cell is not None and shown(cell).strip()]
    return sum(1 for cell in filled if test(cell)) / len(filled) if filled else 0.0


def _mean_length(cells: Iterable[Sequence[Cell]], column: int) -> float:
    lengths = [min(len(shown(row[column])), 2_000) for row in cells if column < len(row)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def is_day(cell: Cell) -> bool:
    """Return whether a cell looks like a day, with or without a time."""
    if isinstance(cell, (datetime, date)):
        return True
    return isinstance(cell, str) and len(cell) < 60 and bool(_DAY.fullmatch(cell))


def is_clock(cell: Cell) -> bool:
    """Return whether a cell looks like a time of day alone."""
    if isinstance(cell, time):
        return True
    return isinstance(cell, str) and len(cell) < 30 and bool(_CLOCK.fullmatch(cell))


def _has_clock(cell: Cell) -> bool:
    if isinstance(cell, datetime):
        return cell.time() != time(0)
    return isinstance(cell, str) and bool(re.search(r"\d{1,2}[:h]\d{2}", cell[:60]))


def is_url(cell: Cell) -> bool:
    """Return whether a cell is a single web address."""
    return isinstance(cell, str) and len(cell) < 4_000 and bool(_URL.fullmatch(cell))


def is_picture(cell: Cell) -> bool:
    """Return whether a cell names picture or video files or their addresses."""
    if not isinstance(cell, str) or len(cell) > 4_000:
        return False
    parts = [part.strip() for part in re.split(r"[;|\n]|,\s", cell) if part.strip()]
    return bool(parts) and all(by_name(part.split("?", 1)[0]) is not None for part in parts)


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, (int, float)):
        return True
    return isinstance(cell, str) and len(cell) < 30 and cell.strip().replace(".", "").isdecimal()


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not is_url(cell)
