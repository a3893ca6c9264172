"""Set up `.venv` with pinned packages: names of extras and groups in, a ready environment out.

`constraints.txt` pins every package of the project with its version and hashes, and names in a
comment the packages that need it. From these names the closure of the wanted extras is taken, so
that a reader of reports need not install what only tests or engines use. Standard library only.

    python .ci/install.py report excel
"""

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def main(wanted: list[str]) -> None:
    """Create `.venv` if it is missing and install what the extras and groups in `wanted` need."""
    if not PYTHON.exists():
        print(f"Creating {VENV}", flush=True)
        venv.create(VENV, with_pip=True)
    pinned = "\n".join(select_pinned(wanted)) + "\n"
    stamp = VENV / "pinned.txt"
    previous = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if not set(pinned.splitlines()) <= set(previous.splitlines()):
        request = VENV / "request.txt"
        request.write_text(pinned, encoding="utf-8")
        print(f"Installing {pinned.count('==')} pinned packages into {VENV}", flush=True)
        pip("install", "--require-hashes", "--no-deps", "--requirement", str(request))
        pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        request.replace(stamp)


def select_pinned(wanted: list[str]) -> list[str]:
    """Return the entries of `constraints.txt` that the project and the `wanted` extras need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"] | project["dependency-groups"]
    if unknown := sorted(set(wanted) - set(extras)):
        sys.exit(f"No extra or group is called {unknown}; there are {sorted(extras)}.")
    roots = project["project"]["dependencies"] + ["hatchling", "editables"]
    needed = {bare_name(line) for name in wanted for line in extras[name]}
    needed |= {bare_name(line) for line in roots}
    entries = read_entries()
    while grown := {name for name, _, users in entries if users & needed} - needed:
        needed |= grown
    return [text for name, text, _ in entries if name in needed]


def read_entries() -> list[tuple[str, str, set[str]]]:
    """Return (name, requirement with hashes on one line, names of its users) per pinned package."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    entries = []
    for line in text.splitlines():
        requirement, _, comment = line.partition("# via")
        if "==" in requirement:
            users = {bare_name(user) for user in comment.split(",") if user.strip()}
            entries.append((bare_name(requirement), " ".join(requirement.split()), users))
        elif entries and comment:
            entries[-1][2].update(bare_name(user) for user in comment.split(","))
    return entries


def bare_name(requirement: str) -> str:
    """Return the normalised name of the package that a requirement starts with."""
    match = re.match(r"\s*([A-Za-z0-9][\w.-]*)", requirement)
    return re.sub(r"[-_.]+", "-", match[1]).lower() if match else ""


def pip(*arguments: str) -> None:
    """Run pip in `.venv`, without its notices."""
    command = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
