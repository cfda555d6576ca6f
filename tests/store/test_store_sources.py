"""The admin's list of blogs, on both databases and on the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from quiz import store
from quiz.cli import main
from quiz.store import StoreError, sources
from quiz.store.sources import Source, SourceError

WEEK = 202647


@pytest.mark.usefixtures("app")
def test_a_source_is_listed_until_it_is_retired_and_even_then() -> None:
    sources.add("zoo", "The zoo", (), WEEK)
    sources.add("my-blog", "My blog", ("https://a.example", "https://b.example"), WEEK)
    sources.retire("zoo", WEEK + 1)
    assert sources.listed() == (
        Source("my-blog", "My blog", ("https://a.example", "https://b.example"), WEEK, None),
        Source("zoo", "The zoo", (), WEEK, WEEK + 1),
    )


@pytest.mark.usefixtures("app")
def test_nobody_can_read_the_secret_from_the_database(place: Any) -> None:
    secrets = {sources.add(f"blog-{n}", "A blog", (), WEEK) for n in range(3)}
    assert len(secrets) == 3
    assert all(len(secret) >= 32 for secret in secrets)
    kept = repr(place.rows("SELECT * FROM source"))
    assert not [secret for secret in secrets if secret in kept]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("", "letters a to z"),
        ("My-Blog", "letters a to z"),
        ("a b", "letters a to z"),
        ("blog\n", "letters a to z"),
        ("ä", "letters a to z"),
        ("x" * 33, "letters a to z"),
        ("direct", "without a source"),
        ("other", "without a source"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused(key: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        sources.add(key, "A blog", (), WEEK)
    assert sources.listed() == ()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "two\nlines", "\x1b[31mred"])
def test_a_name_must_be_one_short_line(name: str) -> None:
    with pytest.raises(SourceError, match="one line"):
        sources.add("my-blog", name, (), WEEK)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("origins", [("https://a.example https://b.example",), ("",), ("x\n",)])
def test_origins_are_kept_apart(origins: tuple[str, ...]) -> None:
    with pytest.raises(SourceError, match="origins"):
        sources.add("my-blog", "My blog", origins, WEEK)


@pytest.mark.usefixtures("app")
def test_a_key_is_given_once_and_never_again() -> None:
    sources.add("my-blog", "My blog", (), WEEK)
    with pytest.raises(SourceError, match="already"):
        sources.add("my-blog", "Another", (), WEEK)
    sources.retire("my-blog", WEEK)
    with pytest.raises(SourceError, match="already"):
        sources.add("my-blog", "Another", (), WEEK)
    with pytest.raises(SourceError, match="No source"):
        sources.retire("my-blog", WEEK)
    with pytest.raises(SourceError, match="No source"):
        sources.retire("never-there", WEEK)


@pytest.mark.usefixtures("app")
def test_a_source_is_found_by_its_secret_and_by_its_public_card(place: Any) -> None:
    secret = sources.add("my-blog", "My blog", (), WEEK)
    sources.add("zoo", "The zoo", (), WEEK)
    card = sources.card_of(secret)
    mine = Source("my-blog", "My blog", (), WEEK, None)
    assert sources.by_secret(secret) == sources.by_card(card) == mine
    for wrong in ("", "x", "\0", "\ud800", "' OR 1=1 --", "é" * 10_000):
        assert sources.by_secret(wrong) is None
        assert sources.by_card(wrong) is None
    # The card, which anybody may see, opens nothing but cards.
    assert sources.by_secret(card) is None
    assert sources.by_card(secret) is None
    assert card not in repr(place.rows("SELECT * FROM source"))


@pytest.mark.usefixtures("app")
def test_a_renewed_secret_closes_the_old_one_and_its_card() -> None:
    old = sources.add("my-blog", "My blog", (), WEEK)
    new = sources.renew("my-blog")
    assert new != old
    assert sources.by_secret(old) is None
    assert sources.by_card(sources.card_of(old)) is None
    assert sources.by_secret(new) == sources.by_card(sources.card_of(new)) == sources.listed()[0]


@pytest.mark.usefixtures("app")
def test_a_source_can_be_renamed_and_framed_elsewhere_while_it_is_in_use() -> None:
    sources.add("my-blog", "My blog", (), WEEK)
    sources.rename("my-blog", "Our blog")
    sources.allow("my-blog", ("https://a.example",))
    assert sources.listed() == (Source("my-blog", "Our blog", ("https://a.example",), WEEK, None),)
    for refused in (
        lambda: sources.rename("my-blog", "two\nlines"),
        lambda: sources.allow("my-blog", ("a b",)),
        lambda: sources.rename("never-there", "A blog"),
        lambda: sources.allow("never-there", ()),
        lambda: sources.renew("never-there"),
    ):
        with pytest.raises(SourceError):
            refused()
    sources.retire("my-blog", WEEK)
    with pytest.raises(SourceError, match="in use"):
        sources.renew("my-blog")


def test_a_database_without_the_table_says_so_without_data(
    place: Any, open_app: Callable[..., Flask]
) -> None:
    store.migrate(place.url, "0001")
    with open_app(place.url).app_context():
        for ask in (
            sources.listed,
            lambda: sources.add("my-blog", "Secret name", (), WEEK),
            lambda: sources.retire("my-blog", WEEK),
        ):
            with pytest.raises(StoreError) as said:
                ask()
            assert "Secret name" not in str(said.value)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`run("list")` is `python -m quiz sources list` with a database of its own."""
    store.migrate(f"sqlite:///{tmp_path}/quiz.sqlite3")

    def run(*words: str, **settings: str) -> Result:
        environment = {"QUIZ_DATA_DIR": str(tmp_path), "DATABASE_URL": None, **settings}
        return CliRunner().invoke(main, ["sources", *words], env=environment)

    return run


def test_adding_a_source_prints_what_to_hand_over(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    added = run(
        *("add", "my-blog", "--name", "My blog", "--origin", "https://Blog.example.org/"),
        QUIZ_PUBLIC_URL="https://quiz.example.org",
    )
    assert added.exit_code == 0, added.output
    assert '<iframe src="https://quiz.example.org/embed/?source=my-blog"' in added.output
    secret = added.output.split()[-1]
    assert len(secret) >= 32
    listed = run("list")
    assert secret not in listed.output
    assert listed.stdout.split("\t")[:3] == ["my-blog", "My blog", "https://blog.example.org"]
    assert secret.encode() not in (tmp_path / "quiz.sqlite3").read_bytes()


def test_without_a_public_address_the_command_says_what_to_set(
    run: Callable[..., Result],
) -> None:
    added = run("add", "my-blog", "--name", "My blog")
    assert added.exit_code == 0
    assert "http://127.0.0.1:8000/embed/?source=my-blog" in added.output
    assert "QUIZ_PUBLIC_URL" in added.output


def test_retiring_a_source(run: Callable[..., Result]) -> None:
    run("add", "my-blog", "--name", "My blog")
    assert run("retire", "my-blog").exit_code == 0
    assert "retired 20" in run("list").output
    again = run("retire", "my-blog")
    assert again.exit_code == 2
    assert "No source 'my-blog' is in use" in again.output


def test_a_source_is_renamed_and_framed_elsewhere(run: Callable[..., Result]) -> None:
    run("add", "my-blog", "--name", "My blog", "--origin", "https://a.example")
    assert run("rename", "my-blog", "--name", "Our blog").exit_code == 0
    assert run("allow", "my-blog", "https://b.example/", "https://c.example").exit_code == 0
    listed = run("list").stdout.split("\t")
    assert listed[1:3] == ["Our blog", "https://b.example https://c.example"]
    assert run("allow", "my-blog").exit_code == 0
    assert "wherever QUIZ_EMBED_ORIGINS allows" in run("list").output
    for words in (("rename", "nobody", "--name", "x"), ("allow", "nobody"), ("renew", "nobody")):
        refused = run(*words)
        assert refused.exit_code == 2
        assert "No source 'nobody' is in use" in refused.output
    assert "is of no use" in run("allow", "my-blog", "none").output


def test_a_renewed_link_is_printed_once_and_written_into_the_log(
    run: Callable[..., Result], tmp_path: Path, open_app: Callable[..., Flask]
) -> None:
    old = run("add", "my-blog", "--name", "My blog").output.split()[-1].rpartition("/")[2]
    renewed = run("renew", "my-blog")
    fresh = renewed.output.split()[-1].rpartition("/")[2]
    with open_app(f"sqlite:///{tmp_path}/quiz.sqlite3").app_context():
        assert sources.by_secret(old) is None
        found = sources.by_secret(fresh)
        assert found
        assert found.key == "my-blog"
        actions = [entry.action for entry in store.audit.noted()]
    assert actions == ["source-renewed", "source-added"]


def test_an_empty_list_says_so(run: Callable[..., Result]) -> None:
    listed = run("list")
    assert listed.exit_code == 0
    assert "no sources yet" in listed.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Bad Key", "--name", "x"), "can't be a key"),
        (("my-blog",), "--name"),
        (("my-blog", "--name", " "), "The name must be"),
        (("my-blog", "--name", "x", "--origin", "blog.example.org"), "write https:// before it"),
        (("my-blog", "--name", "x", "--origin", "https://a.example/path"), "without a path"),
        (("my-blog", "--name", "x", "--origin", "https://a; script-src *"), "no origin"),
        (("my-blog", "--name", "x", "--origin", "none"), "leave --origin out"),
        (("my-blog", "--name", "x", "--origin", "*", "--origin", "https://a.example"), "alone"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    run: Callable[..., Result], words: tuple[str, ...], says: str
) -> None:
    refused = run("add", *words)
    assert refused.exit_code == 2
    assert says in refused.output
    assert "Traceback" not in refused.output
    assert "no sources yet" in run("list").output


def test_a_database_that_is_away_is_no_traceback(run: Callable[..., Result]) -> None:
    away = run("list", DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")
    assert away.exit_code == 1
    assert away.output.startswith("Error: ")
