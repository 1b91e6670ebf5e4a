"""Publishes one claimed post, part by part; saves each step before the next."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from posto_desktop.common.translation import translatable
from posto_desktop.server.account_budgets import require_room
from posto_desktop.server.accounts import Accounts
from posto_desktop.server.channels import Channels
from posto_desktop.server.claims import Claims
from posto_desktop.server.deliveries import (
    Delivery,
    Progress,
    freeze,
    is_repeated,
    posted_of,
    remark_of,
)
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.leases import LeaseLost, sending_while
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.post_assembler import Assembler
from posto_desktop.server.publishers.base import (
    Account,
    Found,
    Publisher,
    PublishError,
    RateLimited,
    Record,
    Refused,
    Result,
    SecretsLocked,
    ServerAway,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.http import longest_upload
from posto_desktop.server.publishers.refusals import field_of
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import Row, json_object
from posto_desktop.server.send_clock import SendClock
from posto_desktop.server.send_job import CANNOT_PUBLISH, INTERRUPTED, SendJob
from posto_desktop.server.uploads import Uploads

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
# How long a network that cannot be reached is asked about a post that may be out.
_LOOK_UP_FOR = 6 * 3600.0
# How long after its time a post is tried again when the network is away or says "not now".
_PUT_OFF_FOR = 24 * 3600.0
# How often a network is asked about a post on which it may still be at work.
_ASK_EVERY, _SOON = 10.0, 1.0
MOST_AHEAD = 600.0
"""Seconds before its time at which a post may be handed over at most."""
_MOST_DISCARDS = 12
_TAKING_BACK = 300.0  # seconds after which another one may try it


class _Changed(Exception):
    """The row is gone, or what it says is another post now."""


class Attempts:
    """`look_again(seconds)` has `resume` called after so long for rows that stay `sending`.

    For `clock`, `ticks` and `has_boots` see `send_clock`.
    """

    def __init__(
        self,
        claims: Claims,
        assembler: Assembler,
        channels: Channels,
        accounts: Accounts,
        media: MediaLibrary,
        publishers: Mapping[str, Publisher],
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        has_boots: bool = True,
        look_again: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._claims = claims
        self._assembler = assembler
        self._channels = channels
        self._accounts = accounts
        self._media = media
        self._publishers = publishers
        self._clock = clock
        self._times = SendClock(clock, ticks, has_boots=has_boots)
        self.look_again = look_again
        self.uploads = Uploads()

    def begin(self, row: Row) -> None:
        """Sends a claimed row, or what of it is not out yet."""
        job: SendJob | None = None
        try:
            job = self._prepared(row)
            self._take_place(job)
            self._upload(job)
        except (LeaseLost, DatabaseAway):
            raise  # the row is somebody else's, or waits for the database
        except Exception as error:  # noqa: BLE001 - it is logged where it ends the attempt
            # Nothing that publishes has been called yet: whatever went wrong, it is not out.
            self._refused(row, error, job)
            return
        self._send_parts(job)

    def resume(self, row: Row, late_limit: float) -> None:
        """Finds out what became of a row that may be out, and goes on with it."""
        try:
            job = self._opened(row)
            progress = job.delivery.next
        except (LeaseLost, DatabaseAway):
            raise
        except Exception:
            log.exception("Schedule %d cannot be read.", row["id"])
            self._claims.unknown(row["id"], INTERRUPTED)
            return
        if progress is None:
            self._done(job)
        elif progress.state != "sending":
            self._claims.release(row["id"])
        elif progress.reason:
            if self._unclear(job, progress, progress.reason):
                self._send_parts(job)
        elif self._found_after_crash(job, progress, late_limit):
            self._send_parts(job)

    # -- ahead of the time -------------------------------------------------------------------------

    def hand_over_ahead(self, schedule_id: int, channel_id: int, now: float) -> None:
        """Hand over files and drafts of a row that is due soon, where its publisher wants that.
        What becomes of a row that is changed meanwhile is taken back. Raises PublishError."""
        ahead = min(self._publisher(self._channels.get(channel_id)).ahead, MOST_AHEAD)
        row = self._claims.reserve(schedule_id) if ahead else None
        if row is None:
            return
        try:
            if row["due_at"] is not None and row["due_at"] - now <= ahead:
                self._hand_over(row, now)
        finally:
            self._claims.give_back(schedule_id)

    def _hand_over(self, row: Row, now: float) -> None:
        job = self._opened(row) if row["record"] else self._made(row)
        job.is_ahead, job.delivery.ahead = True, "begun"
        try:
            self._keep(job)
            self._upload(job)
            job.delivery.ahead = "done"
            self._keep(job)
        except _Changed:
            key, record = job.delivery.post.key, job.delivery.to_json()
            self._claims.discard_unless_kept(job.id, row["channel_id"], key, record, now)

    def withdraw(self, discard: Row, now: float) -> None:
        """Take back what was handed over for a post that will not be sent as it was."""
        if not self._claims.take_discard(discard, now + _TAKING_BACK):
            return
        try:
            publisher, account = self._of_channel(discard["channel_id"])
            record = json_object(discard["record"])
            delivery = Delivery.from_json(record, self._media.path, publisher.parts)
            for progress in delivery.parts:
                if (
                    progress.state in ("waiting", "failed")
                    and progress.first_sent is None
                    and progress.record
                ):
                    publisher.discard(account, delivery.part(progress), progress.record)
        except TryLater as error:
            if discard["attempt"] < _MOST_DISCARDS:
                wait = max(error.seconds, min(3600.0, 30.0 * 2.0 ** discard["attempt"]))
                self._claims.discard_later(discard["id"], now + wait)
                return
            log.warning("What was handed over ahead could not be taken back: %s", error)
        except Exception as error:  # noqa: BLE001 - it is said, and not tried for ever
            log.warning("What was handed over ahead could not be taken back: %s", error)
        self._claims.is_discarded(discard["id"])

    # -- before anything is published ------------------------------------------------------------

    def _publisher(self, channel: Row) -> Publisher:
        publisher = self._publishers.get(channel["method"])
        if publisher is None:
            raise Refused(CANNOT_PUBLISH)
        return publisher

    def _of_channel(self, channel_id: int) -> tuple[Publisher, Account]:
        channel = self._channels.get(channel_id)
        return self._publisher(channel), self._accounts.of_channel(channel)

    def _opened(self, row: Row) -> SendJob:
        """The job of a row whose record is stored."""
        publisher, account = self._of_channel(row["channel_id"])
        delivery = Delivery.from_json(json_object(row["record"]), self._media.path, publisher.parts)
        return SendJob(row, publisher, account, delivery)

    def _prepared(self, row: Row) -> SendJob:
        """The job of a claimed row, with all that must stay the same from now on."""
        if row["record"]:
            job = self._opened(row)
            if job.delivery.ahead and not self._is_unchanged(job):
                record = job.delivery.to_json()
                job = self._made(self._claims.begin_anew(row, record, self._clock()))
            job.delivery.ahead = ""
            for progress in job.delivery.parts:
                if progress.state == "failed":
                    if progress.first_sent is None:
                        self._prepare(job.publisher, job.account, progress)
                    else:
                        progress.state = "waiting"  # what was tried stays as it is
                if progress.state != "sent" and not progress.is_settled:
                    progress.state = "waiting"
        else:
            job = self._made(row)
        return job

    def _made(self, row: Row) -> SendJob:
        publisher, account = self._of_channel(row["channel_id"])
        post = self._assembler.post(row, keeps_words=publisher.keeps_words)
        delivery = Delivery(post, [Progress(part) for part in publisher.parts(post)])
        for progress in delivery.parts:
            try:
                self._prepare(publisher, account, progress)
            except Refused as error:
                raise Refused(str(error), field_of(error, progress.part)) from error
        return SendJob(row, publisher, account, delivery)

    def _take_place(self, job: SendJob) -> None:
        """Store what is going to be sent, where its network has room for it. Raises RateLimited;
        what is begun is ended."""
        budgets = job.publisher.budgets(job.account) if job.account.id else ()
        if not budgets or job.delivery.is_begun:
            self._keep(job)
            return
        now, longest = self._clock(), max(budget.seconds for budget in budgets)
        self._claims.freeze_if(
            lambda before: require_room(job, budgets, before, now),
            job.account.id,
            now - longest,
            job.id,
            job.delivery.to_json(),
            now,
        )

    def _is_unchanged(self, job: SendJob) -> bool:
        """Whether the post is still what was handed over ahead, its files' descriptions too."""
        post = self._assembler.post(job.row, keeps_words=job.publisher.keeps_words)
        return job.delivery.is_begun or freeze(post) == freeze(job.delivery.post)

    def _prepare(self, publisher: Publisher, account: Account, progress: Progress) -> None:
        """A comment that the network does not take does not keep its post from going out."""
        try:
            progress.record = publisher.prepare(account, progress.part)
            progress.state, progress.reason, progress.field = "waiting", "", ""
            progress.ready_at = None
        except Refused as error:
            if progress.part.kind != "comment":
                raise
            progress.fail(error)

    def _upload(self, job: SendJob) -> None:
        for progress in job.delivery.parts:
            if progress.is_settled:
                continue

            def keep(record: Record, progress: Progress = progress) -> None:
                progress.record = record
                self._keep(job)

            part = job.delivery.part(progress)
            try:
                with self.uploads.watch(job.id, part), self._media.local(part.media):
                    progress.record = job.publisher.upload(job.account, part, progress.record, keep)
                progress.ready_at = progress.ready_at or self._clock()
            except Refused as error:
                if part.kind != "comment":
                    raise Refused(str(error), field_of(error, part)) from error
                progress.fail(error)

    def _keep(self, job: SendJob) -> None:
        """Store how far the job is, at a moment when no publishing call is under way."""
        if job.is_ahead:
            key = job.delivery.post.key
            if not self._claims.keep_ahead(job.id, key, job.delivery.to_json()):
                raise _Changed
            return
        self._claims.freeze(job.id, job.delivery.to_json(), self._clock())

    # -- publishing ------------------------------------------------------------------------------

    def _send_parts(self, job: SendJob) -> None:
        """Publish what is not out yet, one part after another."""
        while (progress := job.delivery.next) is not None:
            if not self._send_part(job, progress):
                return  # its row has an outcome, or waits for one
        self._done(job)

    def _send_part(self, job: SendJob, progress: Progress) -> bool:
        """True when the next part may follow."""
        if not job.delivery.can_follow(progress):
            sentence = translatable(
                "Server", "The previous part is published, but its address is unknown."
            )
            return self._part_refused(job, progress, Refused(sentence))
        if progress.needs_key and not self._times.repeat_is_safe(job.publisher, progress):
            # It was safe when this try was decided on; since then the key has ended.
            progress.state = "sending"
            return self._unclear(
                job, progress, translatable("Server", "No clear answer came in time.")
            )
        before = progress.times
        try:
            lease = self._claims.lease_of(job.id)
            self._note_try(job, progress)
        except (LeaseLost, DatabaseAway):
            raise
        except Exception as error:  # noqa: BLE001 - it is logged where it ends the attempt
            self._refused(job.row, error, job)
            return False
        try:
            part = job.delivery.part(progress)
            files = part.media if job.publisher.sends_files else ()
            with self._media.local(files), sending_while(lease.holds):
                result = job.publisher.send(job.account, part, progress.record)
        except LeaseLost:
            raise  # who takes the row over asks the network what became of it
        except (Refused, SignInAgain, TryLater) as error:
            # Surely not out: as if it had not been tried.
            progress.times = before
            progress.state = "waiting"
            return self._part_refused(job, progress, error)
        except Exception as error:
            if not isinstance(error, Unclear):
                log.exception("Schedule %d: the answer of the network is unclear.", job.id)
            # A long upload may have ended just now: the network has all of its time from here.
            self._times.note_try(progress)
            return self._unclear(
                job, progress, clean(str(error)) or translatable("Server", "No clear answer came.")
            )
        self._is_out(job, progress, result)
        return True

    def _note_try(self, job: SendJob, progress: Progress) -> None:
        """Write down that the call which publishes is about to be made."""
        progress.state, progress.reason, progress.field = "sending", "", ""
        progress.was_cut_off = False
        self._times.note_try(progress)
        if progress.first_sent is None:
            progress.first_sent, progress.first_ticks = progress.last_sent, progress.last_ticks
        self._claims.publishing(job.id, job.delivery.to_json(), self._clock())

    def _is_out(self, job: SendJob, progress: Progress, result: Result) -> None:
        progress.state, progress.reason = "sent", ""
        progress.result = replace(result, url=clean(result.url))
        progress.sent_at = self._clock()
        if job.delivery.next is not None:
            self._keep(job)

    def _part_refused(self, job: SendJob, progress: Progress, error: PublishError) -> bool:
        """Deals with a part that is surely not out. True when the next part may follow."""
        if progress.part.number == 0:
            if isinstance(error, Refused):
                error = Refused(str(error), field_of(error, progress.part))
            self._refused(job.row, error, job)
            return False
        self._note_health(job.account, error)
        if isinstance(error, TryLater) and self._may_wait(job.row):
            self._later(job.row, error, job)
            return False
        if progress.needs_key:
            return self._is_unknown(job, progress, str(error))  # the try before may be out
        progress.fail(error)
        if progress.part.kind == "comment":
            self._keep(job)
            return True
        count = sum(sibling.part.kind != "comment" for sibling in job.delivery.parts)
        self._claims.failed(
            job.id,
            translatable(
                "Server",
                "Part {number} of {total} is not published: {reason} The parts before it are.",
            ).format(number=progress.part.number + 1, total=count, reason=error),
            self._clock(),
            job.delivery.to_json(),
            job.delivery.parts[0].result,
            progress.field,
        )
        return False

    def _done(self, job: SendJob) -> None:
        delivery = job.delivery
        # Without one the person said that the post is there.
        result = delivery.parts[0].result or Result(
            job.row["remote_post_id"], job.row["remote_post_link"]
        )
        remark = remark_of(delivery)
        self._claims.sent(
            job.id,
            result,
            posted_of(delivery, is_own=bool(job.account.id)),
            delivery.parts[0].sent_at or self._clock(),
            remark=remark,
            record=delivery.to_json() if remark else None,
        )
        self._accounts.set_health(job.account.id, "ok")

    # -- outcomes --------------------------------------------------------------------------------

    def _refused(self, row: Row, error: Exception, job: SendJob | None) -> None:
        """Ends an attempt of which nothing new can be out."""
        if isinstance(error, PublishError):
            self._note_health(job.account if job else self._account(row), error)
        if isinstance(error, TryLater) and self._may_wait(row):
            self._later(row, error, job)
            return
        if isinstance(error, SignInAgain):
            self._channels.set_active(row["channel_id"], False)
        reason, field = str(error), error.field if isinstance(error, Refused) else ""
        if not isinstance(error, Refused | SignInAgain | TryLater):
            log.error("Schedule %d could not be prepared.", row["id"], exc_info=error)
            if row["attempt"] < MAX_ATTEMPTS:
                sentence = translatable("Server", "It could not be prepared yet.")
                self._claims.later(row["id"], self._next_try(row), sentence)
                return
            sentence = translatable("Server", "The post could not be prepared: {reason}")
            reason = sentence.format(reason=error)
        progress = job.delivery.next if job else None
        if job is not None and progress is not None and progress.needs_key:
            # Why it is not repeated says nothing of the try before.
            if self._is_unknown(job, progress, reason):
                self._send_parts(job)
        elif job is None and is_repeated(json_object(row["record"])):
            self._claims.unknown(row["id"], reason)
        else:
            record = job.delivery.to_json() if job else None
            result = job.delivery.parts[0].result if job else None
            self._claims.failed(row["id"], reason, self._clock(), record, result, field)

    def _later(self, row: Row, error: TryLater, job: SendJob | None) -> None:
        at = self._clock() + max(1.0, error.seconds)
        self._claims.later(row["id"], at, str(error), job.delivery.to_json() if job else None)
        if isinstance(error, RateLimited | ServerAway | SecretsLocked):
            account = job.account if job else self._account(row)
            if account is not None and account.id:
                self._claims.put_off(account.id, at, str(error))

    def _account(self, row: Row) -> Account | None:
        try:
            return self._accounts.of_channel(self._channels.get(row["channel_id"]))
        except Exception:  # noqa: BLE001 - there is none to put off, then
            return None

    def _note_health(self, account: Account | None, error: PublishError) -> None:
        if account is None:
            return
        if isinstance(error, SignInAgain):
            self._accounts.set_health(account.id, "sign_in_again", str(error))
        elif isinstance(error, SecretsLocked):
            self._accounts.set_health(account.id, "locked", str(error))

    def _may_wait(self, row: Row) -> bool:
        """Whether a row that the network puts off is still worth sending."""
        since = max(row["send_time"] or 0, row["created_at"])
        return bool(self._clock() - since < _PUT_OFF_FOR)

    def _next_try(self, row: Row) -> float:
        """When a row is tried again: each time after a longer pause."""
        return self._clock() + min(300.0, 2.0 ** int(row["attempt"]))

    def _unclear(self, job: SendJob, progress: Progress, reason: str) -> bool:
        """Finds out whether a part of which no answer came is out; never guesses. True when it is
        and the next part may follow."""
        since = self._times.since_last_try(progress)
        outcome = self._looked_up(job, progress)
        if outcome is None:
            return False
        if outcome is Found.SENT:
            return True
        if outcome is Found.NOT_SENT or self._times.repeat_is_safe(job.publisher, progress):
            if self._waits_to_settle(job, progress, since, reason):
                return False
            progress.state, progress.reason = "waiting", ""
            progress.needs_key = outcome is not Found.NOT_SENT
            if job.row["attempt"] < MAX_ATTEMPTS:
                record = job.delivery.to_json()
                self._claims.later(job.id, self._next_try(job.row), reason, record)
                return False
            if outcome is Found.NOT_SENT:
                return self._part_refused(job, progress, Refused(reason))
        elif job.publisher.can_be_asked and self._waits_to_settle(job, progress, since, reason):
            return False  # what is seen now may turn out to be another post
        return self._is_unknown(
            job,
            progress,
            (
                translatable(
                    "Server", "The network gave no clear answer, so the post may be published."
                )
                + f" {reason}"
            ).strip(),
        )

    def _is_unknown(self, job: SendJob, progress: Progress, reason: str) -> bool:
        """Leaves the question to the person. A comment is asked about beside its post."""
        progress.state, progress.reason = "unclear", reason
        progress.needs_key = False  # what follows is the person's decision
        if progress.is_settled:
            self._keep(job)
            return True
        self._claims.unknown(job.id, reason, job.delivery.to_json())
        return False

    def _waits_to_settle(
        self, job: SendJob, progress: Progress, since: float, reason: str = ""
    ) -> bool:
        """Whether the network may have still been at work on the last try when it was asked,
        `since` so many seconds; it is asked again later then.

        `reason` says why the answer was unclear, "" where there was no time for one.
        """
        left = job.publisher.settle - since
        if left <= 0:
            return False
        if reason and not progress.reason:
            progress.reason = reason
            self._claims.publishing(job.id, job.delivery.to_json(), self._clock())
        self.look_again(min(left, _ASK_EVERY))
        return True

    def _found_after_crash(self, job: SendJob, progress: Progress, late_limit: float) -> bool:
        """As `_unclear`, for a part during whose sending the process ended."""
        self._note_end(job, progress)
        since = self._times.since_last_try(progress)
        outcome = self._looked_up(job, progress)
        if outcome is None:
            return False
        if outcome is Found.SENT:
            return True
        is_safe = self._times.repeat_is_safe(job.publisher, progress)
        if outcome is not Found.NOT_SENT and not is_safe:
            if job.publisher.can_be_asked and self._waits_to_settle(job, progress, since):
                return False
            return self._is_unknown(job, progress, INTERRUPTED)
        if self._waits_to_settle(job, progress, since):
            return False
        progress.needs_key = outcome is not Found.NOT_SENT
        if progress.needs_key:
            return self._send_part(job, progress)
        # Not out: the ordinary rule for overdue rows decides what happens to it.
        due = job.row["due_at"]
        is_first = progress.part.number == 0
        progress.state = "waiting"
        if is_first and due is not None and due < self._clock() - late_limit:
            self._claims.missed(job.id)
        else:
            self._claims.release(job.id)
        return False

    def _note_end(self, job: SendJob, progress: Progress) -> None:
        """Write down when the try that a process did not outlive ended at the latest: where it
        carried files, the network has all of its time from there."""
        if not job.publisher.sends_files or progress.was_cut_off or progress.last_ticks is None:
            return
        longest = longest_upload(sum(attachment.size for attachment in progress.part.media))
        since = max(0.0, self._times.since_last_try(progress) - longest)
        self._times.note_try(progress, since)
        progress.was_cut_off = True
        self._claims.publishing(job.id, job.delivery.to_json(), self._clock())

    def _looked_up(self, job: SendJob, progress: Progress) -> Found | None:
        """What asking the network about a part gave; None if it is to be asked again in a while."""
        apart = job.publisher.numbers_apart
        taken = self._claims.taken(job.row, job.delivery, progress.part, apart=apart)
        part = replace(job.delivery.part(progress), first_sent=self._times.first_sent(progress))
        try:
            outcome, result = job.publisher.lookup(job.account, part, progress.record, taken)
        except TryLater as error:
            # Offline, most likely. The row waits as it is, but not for ever.
            self._note_health(job.account, error)
            if self._clock() - float(job.row["stage_at"] or 0) < _LOOK_UP_FOR:
                self.look_again(max(_SOON, error.seconds))
                return None
            log.warning("Schedule %d could not be looked up: %s", job.id, error)
            return Found.CANNOT_TELL
        except Exception:
            log.exception("Schedule %d could not be looked up.", job.id)
            return Found.CANNOT_TELL
        if outcome is Found.SENT and result is not None:
            self._is_out(job, progress, result)
            return Found.SENT
        return Found.CANNOT_TELL if outcome is Found.SENT else outcome
