"""docs/accounts: a page for each network that can be connected, all of one form, and true."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from posto_desktop.server.connect.catalogue import networks_json
from posto_desktop.server.publishers.all import PUBLISHERS, Publishers

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "accounts"
HEADS = (
    "What you need",
    "Step by step",
    "What it takes",
    "What can go wrong",
    "When it ends",
    "What it costs",
)
LIMITS = re.compile(r"(MOST|USUAL)_(TEXT|FILES|ALT|TITLE|BODY|COMMENT|TAGS|CAPTION)|LINK_LENGTH")
NETWORKS = {
    network["method"]: network for network in networks_json(Publishers()) if network["fields"]
}


def page_of(method: str) -> str:
    return (FOLDER / f"{method}.md").read_text(encoding="utf-8")


def sections(method: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", page_of(method), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def code_of(folder: str) -> str:
    """All strings of a folder, with those that go on in the next line put together."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "posto_desktop" / folder).rglob("*.py"))
    )
    return re.sub(r'"\s*\n\s*f?"', "", code)


@cache
def window_texts() -> set[str]:
    texts = re.findall(r'"((?:[^"\\\n]|\\.)+)"', code_of("ui") + code_of("models"))
    return {text.replace("&", "") for text in texts}


@cache
def server_code() -> str:
    return re.sub(r"\{[^{}\"\n]*\}", "…", code_of("server"))


def test_each_network_has_its_page_and_each_page_its_network() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(NETWORKS)
    assert len(NETWORKS) == len(PUBLISHERS)


def test_the_index_names_each_page_in_its_group() -> None:
    index = (ROOT / "docs" / "connecting.md").read_text(encoding="utf-8")
    rows = {"at_once": "Works at once", "own_app": "Needs your own app"}
    for group, words in rows.items():
        row = re.search(rf"^\| {words}: .*$", index, re.M)
        assert row is not None
        listed = re.findall(r"\[([^\]]+)\]\(accounts/(\w+)\.md\)", row[0])
        wanted = [(network["name"], network["method"]) for network in NETWORKS.values()]
        assert sorted(listed) == sorted(
            pair for pair in wanted if NETWORKS[pair[1]]["group"] == group
        )


@pytest.mark.parametrize("method", NETWORKS)
def test_a_page_has_the_form_of_the_others(method: str) -> None:
    assert page_of(method).startswith(f"# {NETWORKS[method]['name']}\n")
    assert tuple(sections(method))[: len(HEADS)] == HEADS
    before = page_of(method).split("## ")[0]
    assert re.search(r"\bTried\b", before), "it says with what it was tried"


@pytest.mark.parametrize("method", NETWORKS)
def test_the_steps_name_the_fields(method: str) -> None:
    network = NETWORKS[method]
    bold = set(re.findall(r"\*\*([^*]+)\*\*", sections(method)["Step by step"]))
    required = {field["label"] for field in network["fields"] if field["required"]}
    assert required <= bold
    assert network["name"] in bold
    labels = {field["label"] for field in network["fields"]}
    for words in bold - labels - {network["name"]}:
        assert words in window_texts(), words


@pytest.mark.parametrize("method", NETWORKS)
def test_actions_are_those_of_the_window(method: str) -> None:
    for head in ("What can go wrong", "When it ends"):
        for words in re.findall(r"\*\*([^*]+)\*\*", sections(method)[head]):
            known = {field["label"] for field in NETWORKS[method]["fields"]} | window_texts()
            assert words in known, words


@pytest.mark.parametrize("method", NETWORKS)
def test_what_posto_says_is_what_it_says(method: str) -> None:
    """Words in quotation marks are in the code of the server."""
    quoted = re.findall(r"“([^”]+)”", sections(method)["What can go wrong"])
    for words in quoted:
        assert words in server_code(), words


@pytest.mark.parametrize(("method", "module"), [publisher[:2] for publisher in PUBLISHERS])
def test_limits_are_those_of_the_publisher(method: str, module: str) -> None:
    publisher = importlib.import_module(f"posto_desktop.server.publishers.{module}")
    limits = {name: value for name, value in vars(publisher).items() if LIMITS.fullmatch(name)}
    takes = sections(method)["What it takes"]
    for name, value in limits.items():
        assert re.search(rf"(?<![\d,]){value:,}(?!\d|,\d)", takes), (name, value)


@pytest.mark.parametrize("method", NETWORKS)
def test_budgets_are_those_of_the_publisher(method: str) -> None:
    takes = sections(method)["What it takes"]
    for budget in Publishers()[method].usual_budgets:
        assert re.search(
            rf"(?<![\d,]){budget.count:,} \w+( and [\d,]+ \w+)? {budget.span}\b", takes
        )
