"""The answer to a first comment is lost: it is found, asked about, or safe to send again."""

from __future__ import annotations

import time
from typing import Any

import pytest

from posto_desktop.server.publishers.base import Found, Unclear, with_results
from posto_desktop.server.publishers.http import Http, HttpAnswer
from tests.servers.conversations.cases import CASES
from tests.servers.posting import Person, make_picture, make_post
from tests.servers.scripted import served


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.has_comment])
def test_a_comment_whose_answer_is_lost_is_one_comment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str
) -> None:
    case = CASES[name]
    media = (make_picture(tmp_path, "one.jpg", "One"),) if case.needs_media else ()
    with served(case.server()) as server:
        person = Person.connect(case.publisher(), **case.fields(server.url))
        publisher, account = person.publisher, person.account
        post = make_post("Words", media=media, first_comment="First!", **case.extra)
        (first, first_record), (part, record) = person.uploaded(post)
        began = time.time()
        result = publisher.send(account, with_results(first, (), began), first_record)
        part = with_results(part, (result,), began)
        once = Http._once

        def lose(way: Http, method: str, url: str, publishes: bool, body: Any) -> HttpAnswer:
            answer = once(way, method, url, publishes, body)
            if publishes:
                raise Unclear("The answer was lost.")
            return answer

        monkeypatch.setattr(Http, "_once", lose)
        with pytest.raises(Unclear):
            publisher.send(account, part, record)
        monkeypatch.setattr(Http, "_once", once)
        assert [shown.text for shown in server.posts].count("First!") == 1
        outcome, _result = publisher.lookup(account, part, record, {result.id})
        assert outcome is not Found.NOT_SENT
        if outcome is Found.CANNOT_TELL and publisher.repeat_is_safe(record, 1.0):
            publisher.send(account, part, record)
        assert [shown.text for shown in server.posts].count("First!") == 1
