"""Publishing: the old site whole or the new one whole, whenever the builder is killed."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lthtgn_analysis.cache import hash_path
from lthtgn_analysis.errors import SiteError
from lthtgn_analysis.publish import find_current, link_or_copy, open_site, publish

pytestmark = pytest.mark.site
unix = pytest.mark.skipif(sys.platform == "win32", reason="kills as only Unix can")


def build(output: Path, text: str, *, keep: int = 3, links: bool = True, pages: int = 3) -> Path:
    """Publish a site each of whose files says `text`."""
    with open_site(output) as aside:
        site = aside / "site"
        (site / "vi").mkdir(parents=True)
        for number in range(pages):
            (site / "vi" / f"{number}.html").write_text(text, encoding="utf-8")
        (site / "index.html").write_text(text, encoding="utf-8")
        return publish(output, site, keep=keep, links=links)


def read(output: Path) -> set[str]:
    """What the files of the published site say, as a reader gets them."""
    files = [output / "index.html", *(output / "vi").iterdir()]
    return {file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("links", [True, False])
def test_the_newest_build_is_what_a_reader_gets(tmp_path: Path, *, links: bool) -> None:
    output = tmp_path / "reports"
    for text in ("one", "two", "three", "four", "five"):
        build(output, text, keep=2, links=links)
        assert read(output) == {text}
    builds = sorted(e.name for e in (output / "builds").iterdir() if e.name.isdigit())
    assert builds == ["000004", "000005"]
    assert find_current(output) == output / "builds" / "000005"
    assert (output / "builds" / "000004" / "vi" / "0.html").read_text(encoding="utf-8") == "four"


@pytest.mark.parametrize("links", [True, False])
def test_a_page_that_is_gone_is_gone(tmp_path: Path, *, links: bool) -> None:
    build(tmp_path / "site", "one", pages=3, links=links)
    build(tmp_path / "site", "two", pages=1, links=links)
    assert [entry.name for entry in (tmp_path / "site" / "vi").iterdir()] == ["0.html"]


def test_a_site_begun_without_links_goes_on_without(tmp_path: Path) -> None:
    build(tmp_path / "site", "one", links=False)
    build(tmp_path / "site", "two", links=True)
    assert read(tmp_path / "site") == {"two"}
    assert not (tmp_path / "site" / "index.html").is_symlink()


def test_the_site_can_be_moved(tmp_path: Path) -> None:
    build(tmp_path / "site", "one")
    shutil.move(tmp_path / "site", tmp_path / "elsewhere")
    assert read(tmp_path / "elsewhere") == {"one"}
    build(tmp_path / "elsewhere", "two")
    assert read(tmp_path / "elsewhere") == {"two"}


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    output = tmp_path / "documents"
    output.mkdir()
    for name in ("thesis.docx", "photo.jpg"):
        (output / name).write_text("mine", encoding="utf-8")
    before = hash_path(output)
    with pytest.raises(SiteError) as caught, open_site(output):
        pass
    assert str(caught.value) == (
        f"{output}: a site must be built into an empty folder or into a site built before.\n"
        "  found: photo.jpg, thesis.docx\n"
        f"  hint: choose a new folder such as {output / 'site'}; nothing has been changed here."
    )
    assert hash_path(output) == before


def test_a_folder_kept_in_git_is_empty_enough(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    build(tmp_path, "one")
    assert read(tmp_path) == {"one"}
    assert (tmp_path / ".gitkeep").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").touch()
    with (
        pytest.raises(SiteError, match="a site must be a folder; this is a file"),
        open_site(tmp_path / "site"),
    ):
        pass


def test_a_name_taken_by_somebody_else_is_refused(tmp_path: Path) -> None:
    build(tmp_path, "one")
    (tmp_path / "index.html").unlink()
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(SiteError, match=r"needs the names index\.html; they are taken"):
        build(tmp_path, "two")
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "vi" / "0.html").read_text(encoding="utf-8") == "one"


def test_one_builder_at_a_time(tmp_path: Path) -> None:
    with open_site(tmp_path / "site"):
        other = subprocess.run(
            [sys.executable, "-c", _OPEN.format(str(tmp_path / "site"))],
            capture_output=True,
            text=True,
            check=False,
        )
    assert f"found another one (process {os.getpid()})" in other.stderr
    assert "hint: wait until it has ended, or build into another folder." in other.stderr


@unix
def test_the_lock_of_a_killed_builder_is_free(tmp_path: Path) -> None:
    code = _OPEN.format(str(tmp_path / "site")).replace("pass", "print(1, flush=True); input()")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
    assert (tmp_path / "site" / "builds" / ".unfinished").exists()
    build(tmp_path / "site", "one")
    assert read(tmp_path / "site") == {"one"}
    assert not (tmp_path / "site" / "builds" / ".unfinished").exists()


def test_an_exception_while_building_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    build(tmp_path / "site", "one")
    before = hash_path(tmp_path / "site" / "builds" / "000001")
    with pytest.raises(IsADirectoryError), open_site(tmp_path / "site") as aside:
        aside.write_text("no", encoding="utf-8")
    assert read(tmp_path / "site") == {"one"}
    assert hash_path(tmp_path / "site" / "builds" / "000001") == before
    assert not (tmp_path / "site" / "builds" / ".unfinished").exists()


def test_without_links_a_killed_publishing_is_completed_by_the_next_builder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename of `vi` has happened, that of the index has not."""
    output = tmp_path / "site"
    build(output, "one", links=False)
    replace = Path.replace

    def die_before_the_index(self: Path, target: Path) -> Path:
        if self.name == "index.html":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die_before_the_index)
        with pytest.raises(KeyboardInterrupt):
            build(output, "two", links=False)
    with open_site(output):
        assert read(output) == {"two"}


def test_link_or_copy_copies_where_links_are_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not on this file system")

    (tmp_path / "a").write_text("one", encoding="utf-8")
    monkeypatch.setattr(os, "link", refuse)
    link_or_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text(encoding="utf-8") == "one"


@unix
def test_killed_at_any_of_a_hundred_instants_the_site_is_whole(tmp_path: Path) -> None:
    """A builder publishes without pause; it is killed a hundred times at random instants."""
    output = tmp_path / "site"
    here = str(Path(__file__).parent)
    code = (
        f"import sys; sys.path.insert(0, {here!r})\n"
        "from pathlib import Path\n"
        "from test_publish import build\n"
        "print('ready', flush=True)\n"
        "number = int(sys.argv[1])\n"
        "while True:\n"
        f"    build(Path({str(output)!r}), f'{{number:012d}}' * 1000, pages=5)\n"
        "    number += 1\n"
    )
    chance = random.Random(20251130)
    started = time.perf_counter()
    build(output, f"{0:012d}" * 1000, pages=5)
    longest = 5 * max(time.perf_counter() - started, 0.006)  # a slow machine is given longer
    number, seen = 1, set()
    for _ in range(100):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(number)], stdout=subprocess.PIPE
        ) as builder:
            assert builder.stdout is not None
            builder.stdout.readline()
            time.sleep(chance.uniform(0, longest))
            builder.kill()
        if (output / "index.html").exists():
            (text,) = read(output)
            assert re.fullmatch(r"(\d{12})\1{999}", text)
            assert len(list((output / "vi").iterdir())) == 5
            number = int(text[:12]) + 1
            seen.add(number)
    assert len(seen) > 50
    build(output, "the end")
    assert read(output) == {"the end"}
    assert sorted(e.name for e in (output / "builds").iterdir() if e.name.startswith(".")) == [
        ".lock"
    ]


_OPEN = (
    "from pathlib import Path\nfrom lthtgn_analysis.publish import open_site\n"
    "with open_site(Path({!r})): pass"
)
