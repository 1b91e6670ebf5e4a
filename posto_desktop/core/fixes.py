"""Fixes: apply the button of a finding to a draft, which resolves the finding.

`apply_fix` returns the changed draft. The window carries out kinds outside `KINDS`, which need the
user (a tab, a dialog).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from posto_desktop.core import styles
from posto_desktop.core import text as texts
from posto_desktop.core.checks.counts import kept_first
from posto_desktop.core.checks.finding import Fix
from posto_desktop.core.checks.service import CHOICE, ENTITY, VARIABLE, VARIABLES, decoded
from posto_desktop.core.checks.texts import HASHTAG
from posto_desktop.core.draft import LOCAL, Draft, MediaRef, split_part_key
from posto_desktop.core.edits import Edit, changed_fields, network_edit
from posto_desktop.core.limits import NetworkLimits, limits_for
from posto_desktop.core.media_requirements import fitting_crop
from posto_desktop.core.posts import (
    finished,
    full_address,
    is_address,
    link_of,
    media_of,
    title_of,
    url_of,
)
from posto_desktop.core.renditions import OriginalMedia, shape, video_facts_of
from posto_desktop.core.thread import (
    media_in_part,
    parts_at,
    remove_part,
    thread_key,
    with_pieces,
)
from posto_desktop.core.thread_split import Place, TooManyPartsError, numbered, split_parts
from posto_desktop.core.video_spec import fitting_edit
from posto_desktop.sdk import counting, templates
from posto_desktop.sdk.answers import as_text


def apply_fix(draft: Draft, fix: Fix) -> Draft:
    """Return the draft with the fix applied. Raises ValueError for a kind outside `KINDS`."""
    work = _KINDS.get(fix.kind)
    if work is None:
        raise ValueError(f"“{fix.kind}” cannot be done to a draft")
    return work(draft, fix)


# -- channels ------------------------------------------------------------------------------


def _untick(draft: Draft, fix: Fix) -> Draft:
    away = {int(number) for number in fix.arg.split(",") if number.isascii() and number.isdecimal()}
    left = tuple(channel_id for channel_id in draft.channel_ids if channel_id not in away)
    return replace(draft, channel_ids=left)


# -- texts ---------------------------------------------------------------------------------


def _shorten(draft: Draft, fix: Fix) -> Draft:
    """Shorten the text of a key between words until network and service leave it whole."""
    slug = fix.networks[0]
    limits = fix.limits[0] if fix.limits else limits_for(slug)
    if draft.threads:
        return _written(draft, fix.arg, slug, _fit_part(draft, fix.arg, limits))
    typed = _typed(draft, fix.arg, slug)
    link = _link_for(draft, fix.arg, limits)
    local = draft.workspace == LOCAL
    with_media = bool(media_of(draft, fix.arg, slug))
    text = templates.tidy(typed)
    settings = styles.settings_of(draft, fix.arg, slug)
    if styles.changes_text(settings):
        return draft.with_text(fix.arg, _fit_styled(draft, fix.arg, limits, settings, text))
    # Shortened by one unit, it can still be too long in another.
    for _ in range(4):
        shorter = templates.tidy(texts.fit(text, limits, with_media, link, local))
        if shorter == text:
            break
        text = shorter
    return draft.with_text(fix.arg, text)


def _fit_part(draft: Draft, key: str, limits: NetworkLimits) -> str:
    """Shorten a part of a thread between words until it fits with its number."""
    whose, number = split_part_key(key)
    slug = limits.slug
    source = thread_key(draft, whose, slug)
    parts = parts_at(draft, source)
    files = media_in_part(media_of(draft, whose, slug), source, number, len(parts))
    link = "" if number else _link_for(draft, whose, limits)
    text = parts[number]
    for _ in range(8):
        sent = templates.tidy(text) if number else finished(draft, slug, text)
        if draft.numbered and len(parts) > 1:
            sent = numbered(sent, number, len(parts))
        room = texts.room(sent, limits, bool(files), link, draft.workspace == LOCAL)
        if room is None or room >= 0 or not text:
            break
        most = max(0, texts.count_as(text, limits) + room)
        text = templates.tidy(counting.cut_as(text, limits.text_unit, most, limits.url_cost))
    return text


def _fit_styled(
    draft: Draft, key: str, limits: NetworkLimits, settings: Mapping[str, Any], text: str
) -> str:
    """Shorten a text between words until its styled form fits."""
    slug = limits.slug
    link, local = link_of(draft, key, slug), draft.workspace == LOCAL
    files = bool(media_of(draft, key, slug))
    url, parts = url_of(draft, key, slug), styles.around(draft, key, slug)
    for _ in range(8):
        sent = styles.styled_text(
            settings, text, slug, url=url, link=link, with_media=files, parts=parts
        )
        room = texts.room(sent, limits, files, link, local)
        if room is None or room >= 0 or not text:
            break
        most = max(0, texts.count_as(text, limits) + room)
        text = templates.tidy(counting.cut_as(text, limits.text_unit, most, limits.url_cost))
    return text


def _split(draft: Draft, fix: Fix) -> Draft:
    """Split a text (and each of its parts) so that these networks take every part whole."""
    key, every = fix.arg, fix.limits or tuple(map(limits_for, fix.networks))
    source = thread_key(draft, key, fix.networks[0])
    parts, local = parts_at(draft, source), draft.workspace == LOCAL
    if source != key:
        draft = draft.with_parts(key, parts)

    def fits(text: str, place: Place) -> bool:
        for limits in every:
            slug, is_first = limits.slug, place.number == 0
            sent = finished(draft, slug, text) if is_first else templates.tidy(text)
            if draft.numbered:
                sent = numbered(sent, place.number, place.total)
            files = media_in_part(media_of(draft, key, slug), key, place.part, len(parts))
            link = _link_for(draft, key, limits) if is_first else ""
            has_files = bool(files) and place.piece == 0
            if texts.length_of(sent, limits, has_files, link, local).is_over:
                return False
        return True

    pieces = split_parts(parts, fits)
    if pieces is None:
        raise TooManyPartsError
    return with_pieces(draft, key, pieces)


def _remove_parts(draft: Draft, fix: Fix) -> Draft:
    # From behind, so that the numbers of the others stay.
    for key, number in sorted(map(split_part_key, fix.arg.split(",")), reverse=True):
        draft = remove_part(draft, key, number)
    return draft


def _thread_form(form: str) -> Callable[[Draft, Fix], Draft]:
    """Return a fix that has these networks and channels get something else than a thread; "": the
    thread."""

    def work(draft: Draft, fix: Fix) -> Draft:
        forms = {**draft.thread_forms, **dict.fromkeys(fix.arg.split(","), form)}
        if not form:
            for key in (*fix.arg.split(","), *fix.networks):
                forms.pop(key, None)
        return replace(draft, thread_forms=forms)

    return work


def _files_to_first(draft: Draft, _fix: Fix) -> Draft:
    media = (replace(ref, part=0, own_parts={}) for ref in draft.media)
    return _with_media(draft, media)


def _no_style(draft: Draft, _fix: Fix) -> Draft:
    resolved_style = draft.resolved_style
    if resolved_style is not None:
        resolved_style = replace(resolved_style, name="", style={}, missing=False, why="")
    return replace(draft, style="", resolved_style=resolved_style)


def _use_common(draft: Draft, fix: Fix) -> Draft:
    draft = draft.without_text(fix.arg)
    # A channel falls back on its network's text, which may be empty too.
    for slug in fix.networks:
        if not draft.variants.get(slug, draft.text).strip():
            draft = draft.without_text(slug)
    return draft


def _drop_hashtags(draft: Draft, fix: Fix) -> Draft:
    """Remove all hashtags beyond the network's limit, with the space before each."""
    slug = fix.networks[0]
    most = limits_for(slug).hashtags_max
    text = _typed(draft, fix.arg, slug)
    extra = list(HASHTAG.finditer(text))[most:] if most is not None else []
    for hashtag in reversed(extra):
        start = hashtag.start()
        while start and text[start - 1] in " \t":
            start -= 1
        text = text[:start] + text[hashtag.end() :]
    return _written(draft, fix.arg, slug, text)


def _in_each(change: Callable[[str], str]) -> Callable[[Draft, Fix], Draft]:
    """Return a fix that changes the texts of its keys; "" is the common text."""

    def work(draft: Draft, fix: Fix) -> Draft:
        for key in fix.arg.split(","):
            if key == "" or key in draft.variants:
                draft = draft.with_parts(key, [change(text) for text in parts_at(draft, key)])
        return draft

    return work


def _space_tags(text: str) -> str:
    return re.sub(r"<(?=\S)", "< ", text)


def _plain_choices(text: str) -> str:
    while True:
        plain = CHOICE.sub(lambda match: match.group().replace("|", "/"), text)
        if plain == text:
            return text
        text = plain


def _plain_variables(text: str) -> str:
    """Insert a space after the bracket: the service recognises variables only without one."""
    return VARIABLE.sub(
        lambda match: (
            f"{{ {match.group()[1:]}" if match.group(1).lower() in VARIABLES else match.group()
        ),
        text,
    )


def _plain_entities(text: str) -> str:
    while True:
        plain = ENTITY.sub(decoded, text)
        if plain == text:
            return text
        text = plain


def _typed(draft: Draft, key: str, slug: str) -> str:
    """Return the effective text of a key (or of its part): its own, its network's, or the common
    one."""
    whose, number = split_part_key(key)
    return parts_at(draft, thread_key(draft, whose, slug))[number]


def _written(draft: Draft, key: str, slug: str, text: str) -> Draft:
    """Return the draft with a text at a key (or at its part); the other parts of its thread are
    its own then, too."""
    whose = split_part_key(key)[0]
    source = thread_key(draft, whose, slug)
    if whose != source:
        draft = draft.with_parts(whose, parts_at(draft, source))
    return draft.with_text(key, text)


# -- links and comments --------------------------------------------------------------------


def _link_for(draft: Draft, key: str, limits: NetworkLimits) -> str:
    own = {**draft.options.get(limits.slug, {}), **draft.options.get(key, {})}
    if own.get("attach_link") is False or not limits.custom_link:
        return ""
    link = own.get("custom_link", draft.link)
    return link.strip() if isinstance(link, str) else ""


def _link_off(draft: Draft, fix: Fix) -> Draft:
    slug = fix.networks[0]
    for key in fix.arg.split(","):
        if key == slug or key in draft.options:
            draft = draft.with_option(key, "attach_link", False)
    return draft


def _drop_link(draft: Draft, fix: Fix) -> Draft:
    """Remove an invalid link where it was typed: from the message and from single networks or
    channels. A style's link is left out."""
    if not is_address(full_address(draft.link.strip())):
        draft = replace(draft, link="")
    for key, slug in zip(fix.arg.split(","), fix.networks, strict=True):
        for place in (key, slug):
            own = as_text(draft.options.get(place, {}).get("custom_link")).strip()
            if own and not is_address(full_address(own)):
                draft = draft.with_option(place, "custom_link", None)
        left = link_of(draft, key, slug)
        if left and not is_address(left):
            draft = draft.with_option(key, "attach_link", False)
    return draft


def _add_to_texts(addition_of: Callable[[Draft], str]) -> Callable[[Draft, Fix], Draft]:
    """Return a fix that appends the link or the comment to the texts of channels that cannot have
    it."""

    def work(draft: Draft, fix: Fix) -> Draft:
        more = addition_of(draft).strip()
        for key, slug in zip(fix.arg.split(","), fix.networks, strict=True):
            text = _typed(draft, key, slug).rstrip()
            draft = _written(draft, key, slug, f"{text}\n\n{more}" if text else more)
        return draft

    return work


# -- titles and times ----------------------------------------------------------------------


def _shorten_title(draft: Draft, fix: Fix) -> Draft:
    """Shorten each title that is too long: the network's (also from a style or the message) and its
    channels'."""
    limits = limits_for(fix.networks[0])
    most = limits.title_max or 0
    if not limits.title_key:
        return replace(draft, title=_cut_title(draft.title, limits.title_unit, most))
    for key in dict.fromkeys([limits.slug, *fix.arg.split(",")]):
        title = _title_at(draft, key, limits)
        if counting.count_as(title, limits.title_unit) > most:
            cut = _cut_title(title, limits.title_unit, most)
            draft = draft.with_option(key, limits.title_key, cut)
    return draft


def _title_at(draft: Draft, key: str, limits: NetworkLimits) -> str:
    """Return the title of a key: its own, its network's, or that of message and style."""
    for option_key in (key, limits.slug):
        own = draft.options.get(option_key, {}).get(limits.title_key)
        if isinstance(own, str) and own.strip():
            return own.strip()
    return title_of(draft, key, limits.slug)


def _cut_title(title: str, unit: str, most: int) -> str:
    return counting.cut_as(" ".join(title.split()), unit, most)


def _move_time(draft: Draft, fix: Fix) -> Draft:
    return replace(draft, when_text=fix.arg)


# -- files ---------------------------------------------------------------------------------


def _with_media(draft: Draft, media: Iterable[MediaRef]) -> Draft:
    return replace(draft, media=tuple(media))


def _remove_media(draft: Draft, fix: Fix) -> Draft:
    return _with_media(draft, (ref for ref in draft.media if ref.path != fix.arg))


def _keep_first(draft: Draft, fix: Fix) -> Draft:
    sent = [ref for ref in draft.media if all(map(ref.goes_to, fix.networks))]
    kept_ids = list(map(id, kept_first(sent, fix.arg)))
    removed_ids = [id(ref) for ref in sent if id(ref) not in kept_ids]
    return _with_media(draft, (ref for ref in draft.media if id(ref) not in removed_ids))


def _keep_pictures(draft: Draft, _fix: Fix) -> Draft:
    return _with_media(draft, (ref for ref in draft.media if ref.kind != "video"))


def _keep_video(draft: Draft, _fix: Fix) -> Draft:
    return _with_media(draft, [ref for ref in draft.media if ref.kind == "video"][:1])


def _leave_out_file(draft: Draft, fix: Fix) -> Draft:
    """Exclude a file from some networks; the others keep it."""
    return _with_media(
        draft,
        (_without(ref, fix.networks) if ref.path == fix.arg else ref for ref in draft.media),
    )


def _leave_out_files(draft: Draft, fix: Fix) -> Draft:
    """Send only the first files (of a kind) to these networks, as `kept_first` reads `arg`."""
    for slug in fix.networks:
        sent = [ref for ref in draft.media if ref.goes_to(slug)]
        kept_ids = list(map(id, kept_first(sent, fix.arg)))
        draft = _with_media(
            draft,
            [
                ref if id(ref) in kept_ids or not ref.goes_to(slug) else ref.leaving_out(slug)
                for ref in draft.media
            ],
        )
    return draft


def _without(ref: MediaRef, slugs: Sequence[str]) -> MediaRef:
    for slug in slugs:
        ref = ref.leaving_out(slug)
    return ref


def _shorten_alt(draft: Draft, fix: Fix) -> Draft:
    most, _, path = fix.arg.partition(":")
    return _with_media(
        draft,
        (
            replace(ref, alt=counting.cut_as(ref.alt.strip(), "characters", int(most)))
            if ref.path == path
            else ref
            for ref in draft.media
        ),
    )


def _send_still(draft: Draft, fix: Fix) -> Draft:
    return _edit(draft, fix, lambda _ref, _slug, own: replace(own, format="jpeg"))


def _crop_to_fit(draft: Draft, fix: Fix) -> Draft:
    """Crop each network's picture from the centre as little as possible."""

    def cropped(ref: MediaRef, slug: str, own: Edit) -> Edit:
        edit = ref.edit_for(slug)
        crop = fitting_crop(*shape(OriginalMedia.of(ref), edit), slug)
        if crop is None:
            return own
        if edit.crop is not None:
            left, top, width, height = edit.crop
            crop = (
                left + crop[0] * width,
                top + crop[1] * height,
                crop[2] * width,
                crop[3] * height,
            )
        return replace(own, crop=crop, turns=edit.turns)

    return _edit(draft, fix, cropped)


def _fit_video(draft: Draft, fix: Fix) -> Draft:
    """Have a video converted, cropped and cut so that these networks take it."""
    by_slug = {limits.slug: limits for limits in fix.limits}

    def fitted(ref: MediaRef, slug: str, own: Edit) -> Edit:
        limits = (by_slug.get(slug) or limits_for(slug)).video
        edit = ref.edit_for(slug)
        new = fitting_edit(video_facts_of(ref), ref.size, edit, limits)
        return network_edit(ref.edit, own, **changed_fields(edit, new))

    return _edit(draft, fix, fitted)


def _edit(draft: Draft, fix: Fix, change: Callable[[MediaRef, str, Edit], Edit]) -> Draft:
    media = []
    for ref in draft.media:
        if ref.path == fix.arg:
            edits = dict(ref.network_edits)
            for slug in fix.networks:
                edits[slug] = change(ref, slug, edits.get(slug) or Edit())
            ref = replace(ref, network_edits=edits)
        media.append(ref)
    return _with_media(draft, media)


_KINDS: dict[str, Callable[[Draft, Fix], Draft]] = {
    "comment_into_text": _add_to_texts(lambda draft: draft.first_comment),
    "crop_to_fit": _crop_to_fit,
    "drop_hashtags": _drop_hashtags,
    "drop_link": _drop_link,
    "files_to_first": _files_to_first,
    "fit_video": _fit_video,
    "keep_first": _keep_first,
    "keep_pictures": _keep_pictures,
    "keep_video": _keep_video,
    "leave_out_file": _leave_out_file,
    "leave_out_files": _leave_out_files,
    "link_into_text": _add_to_texts(lambda draft: draft.link),
    "link_off": _link_off,
    "move_time": _move_time,
    "no_style": _no_style,
    "plain_choices": _in_each(_plain_choices),
    "plain_entities": _in_each(_plain_entities),
    "plain_variables": _in_each(_plain_variables),
    "remove_media": _remove_media,
    "remove_parts": _remove_parts,
    "send_still": _send_still,
    "shorten": _shorten,
    "shorten_alt": _shorten_alt,
    "shorten_title": _shorten_title,
    "space_tags": _in_each(_space_tags),
    "split": _split,
    "thread_first": _thread_form("first"),
    "thread_one": _thread_form("one"),
    "thread_whole": _thread_form(""),
    "untick_channel": _untick,
    "untick_channels": _untick,
    "use_common": _use_common,
}

KINDS = frozenset(_KINDS)
"""The kinds of fixes that change the draft and nothing else."""
