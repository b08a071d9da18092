"""What doi.org and Crossref say of the sources, with made-up answers: nobody is asked here."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros import register as module
from macros.cli import main
from macros.register import (
    ATTEMPTS,
    BETWEEN,
    CROSSREF,
    DOI_ORG,
    LONGEST_WAIT,
    MOST_SILENT,
    Answer,
    Register,
    Report,
    as_markdown,
    as_text,
    dois,
    over_https,
    retractions,
)

A, B = "10.1000/a-paper", "10.1000/(another)<1>;2"
ENCODED = {A: A, B: "10.1000/%28another%29%3C1%3E%3B2"}
NOTICE = "10.1000/notice.1"

Told = Answer | Exception


class World:
    """Registers that answer as told, and a clock that only notes how long it was to wait."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.answers: dict[str, list[Told]] = {}
        self.asked: list[str] = []
        self.waits: list[float] = []
        (root / "data" / "sources").mkdir(parents=True)

    def source(self, name: str, doi: str, note: str = "") -> None:
        lines = [f"id: {name}", f"doi: '{doi}'", *([f"note: {note}"] if note else [])]
        (self.root / "data" / "sources" / f"{name}.yml").write_text("\n".join(lines), encoding="utf-8")

    def say(self, address: str, *answers: Told) -> None:
        """What the address answers, one after another; the last one again and again."""
        self.answers[address] = list(answers)

    def handle(self, doi: str, status: int = 200, code: object = 1) -> None:
        self.say(doi_org(doi), Answer(status, json.dumps({"responseCode": code}).encode()))

    def work(self, doi: str, **fields: object) -> None:
        self.say(crossref(doi), Answer(200, json.dumps({"message": {"DOI": doi, **fields}}).encode()))

    def ask(self, address: str) -> Answer:
        self.asked.append(address)
        answers = self.answers[address]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def dois(self) -> Report:
        return dois(self.root, Register(self.ask, self.waits.append))

    def retractions(self) -> Report:
        return retractions(self.root, Register(self.ask, self.waits.append))


def doi_org(doi: str) -> str:
    return f"{DOI_ORG}{ENCODED[doi]}?type=URL"


def crossref(doi: str) -> str:
    return f"{CROSSREF}{ENCODED[doi].replace('/', '%2F')}"


def notice(kind: str, doi: str = NOTICE, **fields: object) -> dict[str, object]:
    return {"type": kind, "DOI": doi, "updated": {"date-parts": [[2010, 2, 6]]}, "source": "publisher", **fields}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.source("a", A)
    made.source("b", B)
    return made


# DOIs


def test_dois_that_resolve_leave_nothing_to_mend(world: World) -> None:
    world.handle(A)
    world.handle(B)
    assert as_markdown(world.dois()) == "Nothing to mend: each of 2 DOIs resolves."
    assert world.asked == [doi_org(A), doi_org(B)]


def test_a_doi_that_nobody_knows_is_told_with_its_file(world: World) -> None:
    world.handle(A, 404, 100)
    world.handle(B, 200, 200)
    assert as_text(world.dois()) == (
        "To mend: 2 of 2 DOIs.\n"
        f"  data/sources/a.yml: {A}: doi.org knows no such DOI\n"
        f"  data/sources/b.yml: {B}: doi.org knows the DOI, but no address for it"
    )


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, b"<html>a gateway's own page</html>"),
        Answer(404, b'{"responseCode": 2}'),
        Answer(200, b'{"responseCode": true'),
        Answer(200, b"[1]"),
        Answer(200, b"\xff\xfe"),
        Answer(200, b"[" * 200_000),
        Answer(200, b"{}"),
        Answer(403, b'{"responseCode": 100}'),
        Answer(429, b""),
        Answer(503, b'{"responseCode": 1}'),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
    ],
)
def test_what_could_not_be_found_out_is_neither_well_nor_to_mend(world: World, answer: Told) -> None:
    world.handle(A)
    world.say(doi_org(B), answer)
    found = world.dois()
    assert [path for path, _ in found.unknown] == ["data/sources/b.yml"]
    assert as_text(found).startswith("Not known: 1 of 2 DOIs; each of the others resolves.\n")
    assert "### Could not be found out\n\n- data/sources/b.yml: " in as_markdown(found)


def test_a_record_that_cannot_be_read_is_not_called_well(world: World) -> None:
    world.source("a", "doi:10.1000/a")
    world.handle(B)
    (world.root / "data" / "sources" / "c.yml").write_bytes(b"\xff")
    found = world.dois()
    assert [path for path, _ in found.unknown] == ["data/sources/a.yml", "data/sources/c.yml"]
    assert as_text(found).startswith("Not known: 2 of 3 DOIs; each of the others resolves.\n")


def test_a_source_without_a_doi_is_not_asked_about(world: World) -> None:
    (world.root / "data" / "sources" / "c.yml").write_text("id: c\nurl: https://example.org/", encoding="utf-8")
    world.handle(A)
    world.handle(B)
    assert world.dois().asked == 2


# Pace


def test_questions_are_a_second_apart(world: World) -> None:
    world.handle(A)
    world.handle(B)
    world.dois()
    assert world.waits == [BETWEEN, BETWEEN]


@pytest.mark.parametrize(
    ("named", "waited"), [("7", 7.0), ("100000", LONGEST_WAIT), ("", 4.0), ("tomorrow", 4.0), ("٣", 4.0), ("1", 4.0)]
)
def test_a_register_that_says_wait_is_asked_again_after_it(world: World, named: str, waited: float) -> None:
    world.say(doi_org(A), Answer(429, b"", named), Answer(200, b'{"responseCode": 1}'))
    world.handle(B)
    assert as_text(world.dois()).startswith("Nothing to mend: each of 2 DOIs")
    assert world.waits == [BETWEEN, waited, BETWEEN]


def test_a_register_that_keeps_refusing_is_left_alone(world: World) -> None:
    world.say(doi_org(A), Answer(429, b""))
    world.handle(B)
    found = world.dois()
    assert world.asked.count(doi_org(A)) == ATTEMPTS
    assert found.unknown == (("data/sources/a.yml", "the register answered 429"),)


def test_where_nobody_answers_the_rest_is_not_asked(world: World) -> None:
    for number in range(20):
        world.source(f"s{number}", A)
    world.say(doi_org(A), TimeoutError("timed out"))
    world.say(doi_org(B), TimeoutError("timed out"))
    found = world.dois()
    assert len(world.asked) == MOST_SILENT * ATTEMPTS
    assert as_text(found).startswith("Not known: 22 of 22 DOIs.\n")
    assert found.unknown[-1][1] == "not asked, for nobody had answered"


# Retractions


def test_papers_without_a_notice_leave_nothing_to_mend(world: World) -> None:
    world.work(A)
    world.work(B, **{"updated-by": [], "update-to": []})
    assert as_text(world.retractions()) == (
        "Nothing to mend: each of 2 papers has no notice that its record does not name."
    )
    assert world.asked == [crossref(A), crossref(B)]


def test_a_retracted_paper_is_told_before_a_corrected_one(world: World) -> None:
    world.work(A, **{"updated-by": [notice("erratum"), notice("expression_of_concern", "10.1000/c")]})
    world.work(B, **{"updated-by": [notice("retraction", source="retraction-watch"), notice("new_version", "10.1/n")]})
    assert as_text(world.retractions()).splitlines() == [
        "To mend: 2 of 2 papers.",
        f"  data/sources/b.yml: {B}: retracted, by {NOTICE}, 2010-02-06",
        f"  data/sources/a.yml: {A}: expression of concern, by 10.1000/c, 2010-02-06",
        f"  data/sources/a.yml: {A}: corrected, by {NOTICE}, 2010-02-06",
        f"  data/sources/b.yml: {B}: new version, by 10.1/n, 2010-02-06",
    ]


def test_a_source_that_is_itself_a_notice_is_told(world: World) -> None:
    world.work(A, **{"update-to": [notice("retraction", "10.1000/old")]})
    world.work(B)
    assert "is itself a notice (retracted), about 10.1000/old, 2010-02-06" in as_text(world.retractions())


def test_a_notice_that_the_record_names_has_been_read(world: World) -> None:
    world.source("a", A, f"Corrected in {NOTICE.upper()}; the figure used here stands.")
    world.source("b", B, f"See {NOTICE}1.")
    world.work(A, **{"updated-by": [notice("correction")]})
    world.work(B, **{"updated-by": [notice("correction")]})
    assert [path for path, _, _ in world.retractions().findings] == ["data/sources/b.yml"]


def test_a_notice_with_little_in_it_is_told_all_the_same(world: World) -> None:
    world.work(A, **{"updated-by": [{"type": "retraction", "DOI": None, "updated": {"date-parts": [[None]]}}]})
    world.work(B, **{"updated-by": [{}]})
    told = [said for _, _, said in world.retractions().findings]
    assert told == ["retracted, by a paper without a DOI", "unnamed, by a paper without a DOI"]


def test_a_paper_that_crossref_lacks_is_listed_as_such(world: World) -> None:
    world.say(crossref(A), Answer(404, b"Resource not found."))
    world.work(B)
    text = as_text(world.retractions())
    assert text.startswith(
        "Nothing to mend: each of 1 papers has no notice that its record does not name. Not in Crossref: 1."
    )
    assert text.endswith(f"Not in Crossref, so that nothing is known of notices\n  data/sources/a.yml: {A}")


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b'{"message": null}',
        b'{"message": {"DOI": "10.1000/somebody-else"}}',
        json.dumps({"message": {"DOI": A, "updated-by": "retraction"}}).encode(),
        json.dumps({"message": {"DOI": A, "updated-by": ["retraction"]}}).encode(),
        json.dumps({"message": {"DOI": A, "updated-by": None}}).encode(),
    ],
)
def test_an_answer_that_cannot_be_read_is_not_taken_for_a_clean_one(world: World, body: bytes) -> None:
    world.say(crossref(A), Answer(200, body))
    world.work(B)
    assert as_text(world.retractions()).startswith("Not known: 1 of 2 papers; each of the others has no notice")


def test_a_finding_is_told_even_where_others_could_not_be_found_out(world: World) -> None:
    world.work(A, **{"updated-by": [notice("retraction")]})
    world.say(crossref(B), TimeoutError("timed out"))
    assert as_markdown(world.retractions()).startswith("To mend: 1 of 2 papers. Could not be found out: 1.\n")


def test_what_a_register_says_is_shown_as_its_characters(world: World) -> None:
    world.work(A, **{"updated-by": [notice("<b>|@all", "10.1/[x](http://e.org)\n# no")]})
    world.work(B)
    row = next(line for line in as_markdown(world.retractions()).splitlines() if "10.1/" in line)
    assert row.endswith("| &lt;b&gt;\\|@&#8203;all, by 10.1/\\[x\\]\\(http:&#8203;//e.org\\) \\# no, 2010\\-02\\-06 |")


# The command, and the asking itself: of a server on this machine


class Handler(http.server.BaseHTTPRequestHandler):
    seen: list[Any] = []  # noqa: RUF012 - one for all requests
    bodies: dict[str, tuple[int, bytes, int | None]] = {}  # noqa: RUF012 - as above

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["User-Agent"]))
        status, body, length = self.bodies[self.path]
        self.send_response(status)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.seen.clear()
    Handler.bodies.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/"
        serving.shutdown()
        thread.join()


def test_an_answer_comes_with_its_status_and_its_wait(server: str) -> None:
    Handler.bodies |= {"/a": (200, b"{}", 2), "/b": (429, b"slower", 6), "/c": (404, b"none", 4)}
    ask = over_https("someone@example.org")
    assert [ask(f"{server}{path}") for path in "abc"] == [
        Answer(200, b"{}"),
        Answer(429, b"slower", "7"),
        Answer(404, b"none"),
    ]
    assert {agent for _, agent in Handler.seen} == {"b12-ms-atlas (mailto:someone@example.org)"}


@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_breaks_off_is_no_answer(server: str, status: int) -> None:
    Handler.bodies["/a"] = (status, b"no length of a chunk", None)
    with pytest.raises(OSError, match="IncompleteRead"):
        over_https("")(f"{server}a")


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(OSError, match="refused"):
        over_https("")("http://127.0.0.1:1/")


def test_an_endless_answer_is_not_read_to_its_end(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER", 10)
    Handler.bodies["/a"] = (200, b"12345678901", 11)
    with pytest.raises(OSError, match="an answer of more than 10 bytes"):
        over_https("")(f"{server}a")


def test_the_command_asks_and_tells(
    server: str, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "DOI_ORG", server)
    monkeypatch.setattr(module, "BETWEEN", 0.0)
    monkeypatch.delenv("CROSSREF_MAILTO", raising=False)
    good = (200, b'{"responseCode": 1}', 19)
    Handler.bodies |= {doi_org(doi).replace(DOI_ORG, "/"): good for doi in (A, B)}
    assert main(["--root", str(world.root), "dois", "--markdown"]) == 0
    assert capsys.readouterr().out == "Nothing to mend: each of 2 DOIs resolves.\n"
    assert [agent for _, agent in Handler.seen] == ["b12-ms-atlas"] * 2


@pytest.mark.parametrize("mailto", ["nobody", "a@b.org\r\nX: y", "a b@c.org"])
def test_whom_to_write_to_is_an_address(
    mailto: str, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSREF_MAILTO", mailto)
    assert main(["--root", str(world.root), "retractions"]) == 2
    assert capsys.readouterr().err.startswith("CROSSREF_MAILTO is '")
