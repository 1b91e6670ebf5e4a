"""Inspector of the schedule: reason, text, pictures and details of one post, or of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.core.edited_message import can_edit, first_editable
from posto_desktop.core.limits import network_name
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.site_schedule import SITE
from posto_desktop.models import dates, words
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.insight_words import insight_words
from posto_desktop.models.message_words import message_name, status_summary
from posto_desktop.models.networks import channel_kind
from posto_desktop.models.planner_words import age_words
from posto_desktop.models.post_history import history_lines
from posto_desktop.models.post_story import story_steps
from posto_desktop.models.reasons import explain_own
from posto_desktop.models.schedule_hints import why_not_yours
from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedules import SchedulesModel, status_label
from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.inspector_widgets import FactList, NetworkBadges
from posto_desktop.ui.schedule.label_row import LabelRow
from posto_desktop.ui.schedule.message_posts import MessagePosts
from posto_desktop.ui.schedule.post_text import PostText
from posto_desktop.ui.schedule.reason_box import ReasonBox
from posto_desktop.ui.schedule.review_box import ReviewBox
from posto_desktop.ui.shared.post_pictures import PostPictures
from posto_desktop.ui.shared.presence_line import PresenceLine
from posto_desktop.ui.shared.story_list import StoryList
from posto_desktop.ui.widgets.buttons import Button, IconButton, set_enabled
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.labels import Avatar, ElidedLabel, PlainLabel, StatusPill
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.viewmodels.post_facts import PostFacts

__all__ = ["Inspector"]


THREAD_LINE = "⸻"


class Inspector(QFrame):
    """Shows one `Schedule`, or the message of it with the posts on all networks.

    Signals: `postRequested(int id)` (go to a post of the message), `shownRequested(int id)` (show a
    post that the filters hide), `closed()`, `stepRequested(int)`, `fixRequested(str, object
    Schedule)`, `foundRequested(str url, object Schedule)`, `editRequested(object)`,
    `duplicateRequested(object)`, `openRequested(str url)`, `menuRequested(QPoint)` (global
    position), `reviewRequested(str answer, object Schedule)` of the review box."""

    postRequested = Signal(int)
    shownRequested = Signal(int)
    closed = Signal()
    stepRequested = Signal(int)
    fixRequested = Signal(str, object)
    foundRequested = Signal(str, object)
    editRequested = Signal(object)
    duplicateRequested = Signal(object)
    openRequested = Signal(str)
    menuRequested = Signal(object)
    reviewRequested = Signal(str, object)

    def __init__(
        self,
        model: SchedulesModel,
        pictures: ImageCache,
        facts: PostFacts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Details"))
        self.setProperty("role", "side")
        self._model = model
        self._pictures = pictures
        self._schedule: Schedule | None = None
        self._message: MessageRow | None = None
        self._hidden_state: EmptyState | None = None
        self._post_facts = facts
        self._history: FactList | None = None
        self._insights: FactList | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._make_head())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._scroll.setWidget(body)
        self._fill_body(body, pictures)
        box.addWidget(self._scroll, 1)
        self._foot = self._make_foot()
        box.addWidget(self._foot)
        pictures.arrived.connect(self._repaint_pictures)
        facts.changed.connect(self._facts_changed)

    # --- parts ------------------------------------------------------------------------------------

    def _make_head(self) -> QWidget:
        head = QWidget(self)
        head.setFixedHeight(52)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(2)
        self._pill = StatusPill(parent=head)
        row.addWidget(self._pill)
        row.addStretch(1)
        more = self._make_icon_button("ellipsis", self.tr("More actions"), "more-actions")
        more.clicked.connect(self._request_menu)
        self._more_button = more
        row.addWidget(more)
        self._previous_button = self._make_icon_button(
            "chevron-up", self.tr("Previous post"), "previous-post"
        )
        self._previous_button.clicked.connect(self._step_back)
        row.addWidget(self._previous_button)
        self._next = self._make_icon_button("chevron-down", self.tr("Next post"), "next-post")
        self._next.clicked.connect(self._step_forward)
        row.addWidget(self._next)
        close = self._make_icon_button("x", self.tr("Close inspector"), "close-inspector")
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return head

    def _make_icon_button(self, icon: str, name: str, object_name: str) -> IconButton:
        button = IconButton(
            icon, name, object_name, size="size.icon_button_small", icon_size=16, parent=self
        )
        return button

    def _fill_body(self, body: QWidget, pictures: ImageCache) -> None:
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._avatar = Avatar(36, 15, body)
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = Paragraph(role="strong", type_name="strong", object_name="inspector-channel")
        self._kind = Paragraph(role="caption", type_name="caption", object_name="inspector-network")
        names.addWidget(self._name)
        names.addWidget(self._kind)
        row.addLayout(names, 1)
        box.addLayout(row)
        box.addSpacing(12)
        self._reason = ReasonBox(body)
        self._reason.fixRequested.connect(self._fix)
        self._reason.foundRequested.connect(self._emit_found)
        box.addWidget(self._reason)
        self._reason_gap = QWidget(body)
        self._reason_gap.setFixedHeight(16)
        box.addWidget(self._reason_gap)
        self.presence = PresenceLine("inspector-presence", parent=body)
        self._presence_gap = QWidget(body)
        self._presence_gap.setFixedHeight(12)
        self._presence_gap.hide()
        box.addWidget(self.presence)
        box.addWidget(self._presence_gap)
        self._review: ReviewBox | None = None
        self._review_at = box.count()
        self._story = StoryList(self.tr("Story"), body)
        self._story.openRequested.connect(self.openRequested)
        box.addWidget(self._story)
        self._story_gap = QWidget(body)
        self._story_gap.setFixedHeight(16)
        self._story_gap.hide()
        box.addWidget(self._story_gap)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        self._single_picture = PostPictures(pictures, 5, body)
        beside.addWidget(self._single_picture, 0, Qt.AlignmentFlag.AlignTop)
        self._text = PostText(body)
        beside.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        box.addLayout(beside)
        self._picture_grid = PostPictures(pictures, 5, body)
        box.addSpacing(8)
        box.addWidget(self._picture_grid)
        box.addSpacing(10)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(10)
        # Both columns hold wrapping text, which has no preferred width.
        self._facts.setColumnStretch(0, 80)
        self._facts.setColumnStretch(1, 196)
        #: Status: it has a time and will be sent then.
        self._scheduled_fact = self._add_text_fact(self.tr("Scheduled"), "fact-planned")
        self._zone = self._add_text_fact(self.tr("Zone"), "fact-zone")
        self._files = self._add_text_fact(self.tr("Files"), "fact-files")
        self._parts = self._add_text_fact(self.tr("Thread"), "fact-parts")
        self._link = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._link.setObjectName("fact-post")
        #: Noun: one post on one channel.
        self._link_label = self._add_fact_row(self.tr("Post"), self._link)
        #: Noun: words that the user gives to messages.
        self._labels = LabelRow(self.tr("Labels"), "fact-labels", body)
        #: Noun: words that the user gives to messages.
        self._labels_label = self._add_fact_row(self.tr("Labels"), self._labels)
        self._also_label = PlainLabel(self.tr("Also for"))
        self._also_label.setProperty("role", "muted")
        self._also = NetworkBadges(body)
        at = self._facts.rowCount()
        self._facts.addWidget(self._also_label, at, 0)
        self._facts.addWidget(self._also, at, 1)
        box.addLayout(self._facts)
        self._posts = MessagePosts(body)
        self._posts.postRequested.connect(self.postRequested)
        self._posts.openRequested.connect(self.openRequested)
        box.addWidget(self._posts)
        self._lists = box  # shown once there is a history or insights
        box.addStretch(1)

    def _add_text_fact(self, name: str, object_name: str) -> tuple[Paragraph, Paragraph]:
        value = Paragraph(object_name=object_name)
        return self._add_fact_row(name, value), value

    def _add_fact_row(self, name: str, value: QWidget) -> Paragraph:
        label = Paragraph(name, "muted")
        at = self._facts.rowCount()
        self._facts.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
        self._facts.addWidget(value, at, 1)
        return label

    def _make_foot(self) -> QWidget:
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        foot.setObjectName("inspector-foot")
        foot.setFixedHeight(56)
        row = QHBoxLayout(foot)
        row.setContentsMargins(7, 0, 7, 0)
        row.setSpacing(2)
        self._edit_button = self._make_quiet_button("pencil", self.tr("Edit"), "edit-this-message")
        self._edit_button.clicked.connect(self._request_edit)
        row.addWidget(self._edit_button)
        self._reschedule_button = self._make_quiet_button(
            "calendar-clock", self.tr("Reschedule"), "reschedule-this-post"
        )
        self._reschedule_button.clicked.connect(self._request_reschedule)
        row.addWidget(self._reschedule_button)
        self._duplicate_button = self._make_quiet_button(
            "copy", self.tr("Duplicate"), "duplicate-this-post"
        )
        self._duplicate_button.clicked.connect(self._request_duplicate)
        row.addWidget(self._duplicate_button)
        self._open_button = self._make_quiet_button(
            "external-link", self.tr("Open post"), "open-this-post"
        )
        self._open_button.clicked.connect(self._request_open)
        row.addWidget(self._open_button)
        row.addStretch(1)
        return foot

    def _make_quiet_button(self, icon: str, name: str, object_name: str) -> Button:
        button = Button(name, "quiet", icon=icon, small=True, parent=self)
        button.setObjectName(object_name)
        return button

    # --- content ----------------------------------------------------------------------------------

    @Slot(str)
    def _facts_changed(self, name: str) -> None:
        """Show facts about the post that arrived later."""
        if self._schedule is None:
            return
        if name == "labels":
            self._show_labels(self._schedule)
        elif name == "entries":
            self._show_history(self._schedule)
        elif name == "insights":
            self._show_insights(self._schedule)
        elif name in ("story", "sent_again"):
            self._show_story(self._schedule)
        else:
            self.show_schedule(self._schedule, whole=self._message is not None)

    def _show_insights(self, schedule: Schedule) -> None:
        known = self._post_facts.insights_of(schedule)
        insights = [(insight_words(label), figure) for label, figure in known.items()]
        if self._message is not None:
            insights = []  # they are of one post only
        if self._insights is None and insights:
            self._insights = self._add_list(self.tr("Insights"), "insights")
        if self._insights is not None:
            self._insights.set_rows(insights)

    def _add_list(self, title: str, object_name: str) -> FactList:
        fact_list = FactList(title, object_name)
        self._lists.insertWidget(self._lists.count() - 1, fact_list)
        return fact_list

    def _show_story(self, schedule: Schedule) -> None:
        """Show what the post has been through, and what is to be done about it."""
        story = self._post_facts.story_of(schedule) if self._message is None else None
        steps = story_steps(story, self._model.spoken_when) if story is not None else []
        self._story.set_steps(steps)
        self._story_gap.setVisible(bool(steps))
        self._show_reason(schedule, self._model.status_by_id(schedule.id) or "other")
        self._show_history(schedule)

    def _show_reason(self, schedule: Schedule, status: str) -> None:
        facts = self._post_facts
        reason = explain_own(schedule, status, facts.story_of(schedule))
        if reason is not None:
            if schedule.status == SITE:
                reason = replace(reason, text=age_words(reason.text, facts.site_as_of))
            can_look = bool(facts.address_of(schedule))
            is_sent_again = facts.is_sent_again(schedule)
            self._reason.set_reason(
                reason,
                schedule,
                can_look,
                bool(facts.site),
                is_sent_again,
                facts.can_pause_planners,
            )
            self._reason.set_answerable(facts.rights.may_change(schedule))
        is_shown = reason is not None and (self._message is None or schedule.status == SITE)
        self._reason.setVisible(is_shown)
        self._reason_gap.setVisible(is_shown)

    def _show_review(self, schedule: Schedule) -> None:
        """Show how a proposed post stands."""
        team = self._post_facts.team
        proposal = team.proposal(schedule.group_id)
        if self._review is None and proposal is not None:
            self._review = ReviewBox(self._pictures)
            self._review.answerRequested.connect(self._answer_review)
            self._lists.insertWidget(self._review_at, self._review)
            self._lists.insertSpacing(self._review_at + 1, 16)
        if self._review is not None:
            self._review.setVisible(proposal is not None)
            if proposal is not None:
                posts = [schedule, *self._model.siblings(schedule)]
                self._review.show_proposal(proposal, posts, team, self._model.spoken_when)

    def show_people(self, people: Sequence[PresentPerson]) -> None:
        """Show who else has the shown post open."""
        self.presence.show_people(people)
        self._presence_gap.setVisible(bool(people))

    @Slot(str)
    def _answer_review(self, answer: str) -> None:
        if self._schedule is None:
            return
        if answer == "edit":
            self._request_edit()
        else:
            self.reviewRequested.emit(answer, self._schedule)

    def _show_history(self, schedule: Schedule) -> None:
        entry = self._post_facts.entry_of(schedule)
        if self._story.steps():
            entry = None  # the story says more
        rows = history_lines(schedule, entry, self._model.when) if entry is not None else []
        if self._history is None and rows:
            self._history = self._add_list(self.tr("What happened"), "what-happened")
        if self._history is not None:
            self._history.set_rows(rows)

    def schedule(self) -> Schedule | None:
        return self._schedule

    def message(self) -> MessageRow | None:
        """Return the shown message; None if a single post is shown."""
        return self._message

    def show_schedule(self, schedule: Schedule, *, whole: bool = False) -> None:
        """Show a post, or its `whole` message. Keep the scroll position if the id is the same."""
        self.set_filtered_out(False)
        self._message = self._model.message_of(schedule.id) if whole else None
        if self._schedule is None or self._schedule.id != schedule.id:
            self._scroll.verticalScrollBar().setValue(0)
        self._schedule = schedule
        status = self._model.status_by_id(schedule.id) or "other"
        self._pill.set_status(
            "draft" if status == "other" else status, status_label(status, schedule.status)
        )
        self._avatar.set_channel(schedule.channel_name, schedule.network, "surface_alt")
        self._show_avatar()
        network = network_name(schedule.network)
        self._name.setText(schedule.channel_name or network)
        self._kind.setText(channel_kind(schedule.network, schedule.channel_type))
        self._text.set_text(_shown_text(schedule))
        self._text.setVisible(schedule.status != SITE)
        file_count = len(schedule.media)
        self._single_picture.show_media(schedule, 72, 1 if file_count == 1 else 0)
        self._picture_grid.show_media(schedule, 48, file_count if file_count > 1 else 0)
        self._show_review(schedule)
        self._show_facts(schedule, status, file_count)
        self._show_story(schedule)
        self._show_insights(schedule)
        self._edit_button.setVisible(can_edit(schedule))
        self._show_rights(schedule)
        self._reschedule_button.setVisible(
            schedule.status in MOVABLE and schedule.send_at is not None
        )
        # There is nothing to open before a post goes out, and after it was refused.
        is_refused = schedule.status == "error" and not schedule.link
        is_of_planner = schedule.status == SITE
        self._open_button.setVisible(
            schedule.status not in MOVABLE and not is_refused and not is_of_planner
        )
        self._duplicate_button.setVisible(not is_of_planner)
        self._open_button.setEnabled(bool(schedule.link))
        self._open_button.setToolTip("" if schedule.link else self.tr("The post has no link yet"))
        for part in (self._avatar, self._kind):
            part.setVisible(self._message is None)
        self._posts.set_posts(self._message.posts if self._message is not None else ())
        if self._message is not None:
            self._show_message(self._message)

    def _show_rights(self, schedule: Schedule) -> None:
        """Disable what the signed-in person may not do with the post, and say why."""
        rights = self._post_facts.rights
        may_change, why_not = rights.may_change(schedule), why_not_yours(rights.role)
        set_enabled(self._edit_button, may_change, why_not)
        set_enabled(self._reschedule_button, may_change, why_not)
        set_enabled(self._duplicate_button, rights.may_compose, why_not)

    def _show_message(self, message: MessageRow) -> None:
        """Replace what concerns a single post by what concerns all posts of the message."""
        status = "draft" if message.status == "other" else message.status
        self._pill.set_status(status, status_summary(message))
        self._name.setText(message_name(message))
        posts = [row.schedule for row in message.posts]
        for part in (self._link_label, self._link, self._also_label, self._also, self._open_button):
            part.hide()
        self._edit_button.setVisible(any(map(can_edit, posts)))
        self._reschedule_button.setVisible(
            any(post.status in MOVABLE and post.send_at is not None for post in posts)
        )

    def set_filtered_out(self, on: bool) -> None:
        """Say that the filters of the list hide the post, instead of showing it."""
        if self._hidden_state is None:
            if not on:
                return
            self._hidden_state = EmptyState(
                "search-x",
                self.tr("Not in the list"),
                self.tr("The filters hide this post."),
                self.tr("Show it"),
                parent=self,
            )
            self._hidden_state.setObjectName("filtered-out")
            self._hidden_state.clicked.connect(self._request_shown)
            box = require_layout(self)
            assert isinstance(box, QVBoxLayout)
            box.insertWidget(box.indexOf(self._scroll), self._hidden_state, 1)
        self._hidden_state.setVisible(on)
        for part in (self._scroll, self._foot, self._pill, self._more_button):
            part.setVisible(not on)

    @Slot()
    def _request_shown(self) -> None:
        if self._schedule is not None:
            self.shownRequested.emit(self._schedule.id)

    def _show_facts(self, schedule: Schedule, status: str, files: int) -> None:
        caption, value = self._scheduled_fact
        caption.setText(self.tr("Sent") if status == "sent" else self.tr("Scheduled"))
        value.setText(self._model.scheduled_words(schedule))
        dated = schedule.send_at is not None and status != "draft"
        self._set_fact(self._zone, dates.zone_name(None, schedule.send_at) if dated else "")
        self._set_fact(self._files, words.files(files) if files > 1 else "")
        count = len(schedule.thread) + 1
        self._set_fact(self._parts, self.tr("%n part(s)", "", count) if count > 1 else "")
        self._link.setText(_short(schedule.link))
        for part in (self._link_label, self._link):
            part.setVisible(bool(self._link.full_text()))
        self._show_labels(schedule)
        siblings = self._model.siblings(schedule)
        self._also_label.setVisible(bool(siblings))
        self._also.setVisible(bool(siblings))
        if siblings:
            sent = sum(post.status == "success" for post in siblings)
            failed = sum(post.status == "error" for post in siblings)
            outcomes = []
            if sent:
                outcomes.append(self.tr("%Ln sent", "", sent))
            if failed:
                outcomes.append(self.tr("%Ln failed", "", failed))
            slugs = list(dict.fromkeys(post.network for post in siblings))
            self._also.show_networks(slugs, listed(outcomes))

    def _show_labels(self, schedule: Schedule) -> None:
        labels = self._post_facts.labels_of(schedule)
        self._labels.set_labels(labels)
        for part in (self._labels_label, self._labels):
            part.setVisible(bool(labels))

    def _set_fact(self, fact: tuple[Paragraph, Paragraph], words: str) -> None:
        for part in fact:
            part.setVisible(bool(words))
        fact[1].setText(words)

    @Slot()
    def _request_menu(self) -> None:
        self.menuRequested.emit(below(self._more_button))

    @Slot()
    def _step_back(self) -> None:
        self.stepRequested.emit(-1)

    @Slot()
    def _step_forward(self) -> None:
        self.stepRequested.emit(1)

    @Slot()
    def _request_reschedule(self) -> None:
        self._fix("reschedule")

    @Slot()
    def _request_edit(self) -> None:
        if self._schedule is not None:
            self.editRequested.emit(first_editable(self._posts.posts() or [self._schedule]))

    @Slot()
    def _request_duplicate(self) -> None:
        if self._schedule is not None:
            self.duplicateRequested.emit(self._schedule)

    @Slot()
    def _request_open(self) -> None:
        if self._schedule is not None:
            self.openRequested.emit(self._schedule.link)

    @Slot(str)
    def _fix(self, fix: str) -> None:
        if self._schedule is not None:
            self.fixRequested.emit(fix, self._schedule)

    @Slot(str)
    def _emit_found(self, address: str) -> None:
        if self._schedule is not None:
            self.foundRequested.emit(address, self._schedule)

    @Slot(object)
    def _repaint_pictures(self, _url: str) -> None:
        if self.isVisible():
            self._show_avatar()
            for part in (self._single_picture, self._picture_grid, self._review):
                if part is not None:
                    part.update()

    def _show_avatar(self) -> None:
        if self._schedule is not None:
            self._avatar.set_picture(self._pictures.get(self._schedule.channel_picture))


def _shown_text(schedule: Schedule) -> str:
    """Return the text, of a thread all parts with a line between them."""
    if not schedule.thread:
        return schedule.text
    return f"\n{THREAD_LINE}\n".join((schedule.text, *schedule.thread))


def _short(link: str) -> str:
    """Return the address of a post without scheme and "www."; "" for an address on this computer,
    which tells the user nothing."""
    try:
        parts = urlsplit(link)
        if parts.hostname in ("127.0.0.1", "localhost", "::1"):
            return ""
    except ValueError:  # no valid address: show it unchanged
        return link[:200]
    return link.removeprefix(f"{parts.scheme}://").removeprefix("www.")[:200]
