"""A folder with a finished build in, the published site out: the whole old one or the whole new.

A site's folder looks like this::

    reports/
        index.html -> current/index.html     what readers open; so are vi, en, manifest.json
        current -> builds/000012             the one link whose renaming publishes a build
        builds/000010 000011 000012          the last builds, whole

Renaming `current` is atomic, so a build that is killed at any instant leaves the site as it was.
Where links cannot be made (Windows without developer mode), the entries are renamed into place one
by one, the index last: then a reader may for some milliseconds meet a page of the other build, and
a build killed in that moment is completed by the next one. The folder must lie on one file system,
and the lock is only as good as that file system's (some network drives have none).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .errors import SiteError

MARK = "builds/README.txt"
"""The file that tells a site from any other folder."""

_MARK_TEXT = (
    "This folder is written by lthtgn-analysis. Each numbered folder is one whole build of the\n"
    "site; the newest ones are kept. Open index.html in the folder above.\n"
)
_TOLERATED = {".gitkeep", ".gitignore", "README.md", "README.txt", ".DS_Store", "Thumbs.db"}
_LINK = "current"
_NAME_OF_CURRENT = "builds/current.txt"
_INCOMING = "builds/.incoming"
_UNFINISHED = "builds/.unfinished"


@contextlib.contextmanager
def open_site(output: Path) -> Iterator[Path]:
    """Make `output` ready for one build, keep every other builder out, and clean up behind it.

    Parameters
    ----------
    output : Path
        A folder that is absent, empty (but for files such as .gitkeep) or a site.

    Yields
    ------
    Path
        An empty folder in which to build; it is gone afterwards unless it was published.

    Raises
    ------
    SiteError
        If `output` is something else, or another build is at work in it.
    """
    _refuse_other_folders(output)
    (output / "builds").mkdir(parents=True, exist_ok=True)
    with _lock(output / "builds" / ".lock"):
        (output / MARK).write_text(_MARK_TEXT, encoding="utf-8")
        _recover(output)
        staging = output / _UNFINISHED
        staging.mkdir()
        try:
            yield staging
        finally:
            _remove(staging)


def find_current(output: Path) -> Path | None:
    """Return the folder of the build that is published, or None before the first."""
    if (output / _LINK).is_symlink():
        target = (output / (output / _LINK).readlink()).absolute()
        return target if target.is_dir() else None
    name = output / _NAME_OF_CURRENT
    if name.is_file():
        target = output / "builds" / name.read_text(encoding="utf-8").strip()
        return target if target.is_dir() else None
    return None


def find_published(output: Path, path: str | None) -> Path | None:
    """Return the published file at `path` of the site, or None if there is none."""
    current = find_current(output)
    file = current / path if current and path else None
    return file if file and file.is_file() else None


def publish(output: Path, staging: Path, *, keep: int, links: bool = True) -> Path:
    """Make the build in `staging` the published one, in one step.

    Parameters
    ----------
    output : Path
        The site, opened by `open_site`.
    staging : Path
        The finished build: an ``index.html``, and folders and files it needs.
    keep : int
        How many builds to keep, this one included; at least 1.
    links : bool, default True
        Whether to publish by renaming a link; without links, and where they cannot be made, entries
        are renamed into place one by one.

    Returns
    -------
    Path
        The build's folder.

    Raises
    ------
    SiteError
        If a file of somebody else stands where an entry of the site must be.
    """
    _settle(staging)
    entries = sorted(entry.name for entry in staging.iterdir())
    build = output / "builds" / f"{_newest(output) + 1:06d}"
    links = links and not (output / _NAME_OF_CURRENT).exists() and _can_link(output)
    if links:
        _make_entry_links(output, entries)
    staging.rename(build)
    _settle_folder(build.parent)
    if links:
        _rename_link(output, build)
    else:
        _lay_incoming(output, build)
        _swap_in(output)
    _prune(output, keep=keep)
    return build


def link_or_copy(source: Path, target: Path) -> None:
    """Let `target` have the content of `source`; published files are never changed in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _refuse_other_folders(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise SiteError(
            f"{output}: a site must be a folder; this is a file.\n  hint: choose another name."
        )
    if not output.exists() or (output / MARK).exists():
        return
    # a first build that was killed before its mark stood leaves an empty folder `builds`
    tolerated = {*_TOLERATED, *([] if _has_files(output / "builds") else ["builds"])}
    names = sorted(entry.name for entry in output.iterdir())
    foreign = [name for name in names if name not in tolerated and not name.endswith(".log")]
    if foreign:
        shown = ", ".join(foreign[:5]) + (", ..." if len(foreign) > 5 else "")
        raise SiteError(
            f"{output}: a site must be built into an empty folder or into a site built before.\n"
            f"  found: {shown}\n"
            f"  hint: choose a new folder such as {output / 'site'}; nothing has been changed here."
        )


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(entry.name != ".lock" for entry in folder.iterdir())


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock that the system lets go when the process ends, however it ends."""
    with path.open("a+", encoding="utf-8") as held:
        if not _take(held.fileno()):
            held.seek(0)
            raise SiteError(
                f"{path.parent.parent}: only one build may be at work; found another one "
                f"(process {held.read().strip() or 'unknown'}).\n"
                "  hint: wait until it has ended, or build into another folder."
            )
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1_000_000, os.SEEK_SET)  # beyond the text, which stays readable
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _recover(output: Path) -> None:
    """Finish or undo what a build that was killed has left."""
    if (output / _INCOMING / "complete").exists():
        _swap_in(output)
    current = find_current(output)
    number = int(current.name) if current else 0
    for entry in list((output / "builds").iterdir()):
        leftover = entry.name.startswith(".") and entry.name != ".lock"
        if leftover or (entry.name.isdigit() and int(entry.name) > number):
            _remove(entry)
    (output / f".{_LINK}.new").unlink(missing_ok=True)


def _newest(output: Path) -> int:
    return max(
        (int(entry.name) for entry in (output / "builds").iterdir() if entry.name.isdigit()),
        default=0,
    )


def _can_link(output: Path) -> bool:
    probe = output / "builds" / ".probe"
    try:
        probe.symlink_to("README.txt")
    except OSError:
        return False
    probe.unlink()
    return True


def _make_entry_links(output: Path, entries: list[str]) -> None:
    """Let each entry of the site point into `current`; before the first build it points nowhere."""
    foreign = [
        name
        for name in entries
        if os.path.lexists(output / name) and not (output / name).is_symlink()
    ]
    if foreign:
        raise SiteError(
            f"{output}: the site needs the names {', '.join(foreign)}; they are taken by files of "
            "somebody else.\n  hint: move them away and build again."
        )
    for name in entries:
        if not (output / name).is_symlink():
            (output / name).symlink_to(f"{_LINK}/{name}")


def _rename_link(output: Path, build: Path) -> None:
    new = output / f".{_LINK}.new"
    new.symlink_to(build.relative_to(output), target_is_directory=True)
    new.replace(output / _LINK)
    _settle_folder(output)


def _lay_incoming(output: Path, build: Path) -> None:
    """Put a second copy of the build beside the site, from where its entries can be renamed."""
    incoming = output / _INCOMING
    incoming.mkdir()
    for path in sorted(build.rglob("*")):
        target = incoming / "entries" / path.relative_to(build)
        if path.is_dir():
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    _settle(incoming)
    (incoming / "complete").write_text(build.name, encoding="utf-8")
    _settle_folder(incoming)


def _swap_in(output: Path) -> None:
    """Rename the entries of the incoming build into place, the index last; may be repeated."""
    incoming = output / _INCOMING
    name = (incoming / "complete").read_text(encoding="utf-8")
    entries = sorted((incoming / "entries").iterdir(), key=lambda entry: entry.name == "index.html")
    for entry in entries:
        place = output / entry.name
        if place.is_dir():
            old = incoming / f"old-{entry.name}"
            _remove(old)
            place.rename(old)
        entry.replace(place)
    (output / _NAME_OF_CURRENT).write_text(name + "\n", encoding="utf-8")
    _remove(incoming)


def _prune(output: Path, *, keep: int) -> None:
    builds = sorted(entry for entry in (output / "builds").iterdir() if entry.name.isdigit())
    for build in builds[: -max(1, keep)]:
        doomed = build.with_name(f".old-{build.name}")
        build.rename(doomed)
        _remove(doomed)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the new files on the disk before they are published, also if the power fails."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.stat().st_nlink == 1:
                descriptor = os.open(path, os.O_RDWR)
                os.fsync(descriptor)
                os.close(descriptor)
        _settle_folder(Path(place))


def _settle_folder(folder: Path) -> None:
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
