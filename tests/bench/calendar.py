"""A month with 3,000 posts, and a card dragged over it, beside a plain `QTableWidget`."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

from tests.bench.figures import Figure, medians

PLAIN = "QTableWidget with the same texts"
POSTS = 3_000
MANY = 100_000
FRAME = 1000 / 60
NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)


def measure() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

    from posto_desktop.models.calendar import CalendarModel
    from posto_desktop.models.calendar_range import days_of
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.calendar.page import CalendarPage
    from posto_desktop.ui.theme import Theme

    app = QApplication.instance() or QApplication([])
    Theme.instance()
    networks = ("fb", "twitter", "instagram", "linkedin", "mastodon")
    first = datetime(2026, 10, 26, tzinfo=UTC)

    def make_schedule(count: int, days: int) -> list[Schedule]:
        return [
            Schedule(
                id=number,
                group_id=f"g{number // 2}",
                channel_id=number % 40,
                channel_name=f"Channel {number % 40}",
                network=networks[number % 5],
                status="success" if number % 3 else "not_sent",
                send_at=first + timedelta(minutes=number // 2 * (days * 1440 / (count / 2))),
                text=f"The winter roast number {number} is here, and the kettle is on",
                lean=True,  # as in the app
            )
            for number in range(count)
        ]

    page = CalendarPage(CalendarModel(now=lambda: NOW, zone=UTC))
    page.resize(1088, 808)
    page.scope.choose_view("month")
    page.show()
    app.processEvents()
    view = page.view
    screen = QPixmap(view.viewport().size())
    rows, all_rows = make_schedule(POSTS, 42), make_schedule(MANY, 1_000)

    def month(some: list[Schedule]) -> float:
        page.model.set_schedules(())
        app.processEvents()
        start = time.perf_counter()
        page.set_schedules(some)
        view.viewport().render(screen)
        return (time.perf_counter() - start) * 1000

    def repaint() -> float:
        view.repaint_all()
        start = time.perf_counter()
        view.viewport().render(screen)
        return (time.perf_counter() - start) * 1000

    table = QTableWidget(6, 7)
    table.resize(1088, 700)
    table.show()
    cells: list[list[str]] = [[] for _ in range(42)]
    for row in rows:
        if row.send_at is not None:
            at = min(41, (row.send_at - first).days)
            cells[at].append(f"{row.send_at:%H:%M} {row.network} {row.text}")

    def plain() -> float:
        table.clearContents()
        app.processEvents()
        start = time.perf_counter()
        for number, lines in enumerate(cells):
            table.setItem(number // 7, number % 7, QTableWidgetItem("\n".join(lines)))
        table.viewport().render(screen)
        return (time.perf_counter() - start) * 1000

    page.set_schedules(rows)
    full, again, simple = medians(9, lambda: month(rows), repaint, plain)
    many, _, _ = medians(5, lambda: month(all_rows), repaint, plain)

    def frame() -> float:
        """The dearest of the frames of a drag across the month."""
        page.set_schedules(rows)
        app.processEvents()
        card = next(item.card for item in view.renderer.items if item.card.movable)
        item = view.renderer.item_of(card.key)
        assert item is not None
        view._begin_drag(item.rect.center() + QPoint(0, view.content_offset()), card)
        worst = 0.0
        for step in range(60):
            start = time.perf_counter()
            view._drag_to(QPoint(100 + step * 15, 80 + step * 9), Qt.KeyboardModifier.NoModifier)
            view.viewport().repaint()
            worst = max(worst, (time.perf_counter() - start) * 1000)
        view.cancel_drag()
        return worst

    (dragging,) = medians(5, frame)
    days = days_of("week", NOW.date())

    def week() -> float:
        page.scope.choose_view("week")
        view.set_view("week")  # laid out anew each time, as when the view is chosen
        page.show_days()
        page.model.set_days(days)
        start = time.perf_counter()
        view.repaint_all()
        view.viewport().render(screen)
        return (time.perf_counter() - start) * 1000

    (weekly,) = medians(5, week)
    table.close()
    page.close()
    return [
        Figure(f"month with {POSTS} posts, from rows to pixels", full, "ms", simple, PLAIN, 50),
        Figure("the same, painted again", again, "ms", limit=50),
        Figure(f"month out of {MANY} posts", many, "ms"),
        Figure("week of that, painted", weekly, "ms", limit=50),
        Figure("dearest frame of a drag", dragging, "ms", limit=FRAME),
    ]
