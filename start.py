#!/usr/bin/env python3
"""Sets Valleyline up once in .venv and runs it.

python3 start.py            the control room on a simulated plant
python3 start.py test       every test
python3 start.py -- ARGS    any command of `valleyline`
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

# Debian package -> the shared library by which its presence is seen.
QT_LIBRARIES = {
    "libxcb-cursor0": "xcb-cursor",
    "libxcb-icccm4": "xcb-icccm",
    "libxcb-keysyms1": "xcb-keysyms",
    "libxcb-image0": "xcb-image",
    "libxcb-render-util0": "xcb-render-util",
    "libxkbcommon-x11-0": "xkbcommon-x11",
    "libegl1": "EGL",
    "libgl1": "GL",
    "libfontconfig1": "fontconfig",
    "libdbus-1-3": "dbus-1",
}
CJK_FONT_PACKAGE = "fonts-noto-cjk"
CJK_FONT_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/truetype/wqy",
)


def say(text: str) -> None:
    """Prints one line of progress where it cannot be mistaken for a command's output."""
    print(text, file=sys.stderr, flush=True)


def run(command: list[str | Path], **options: object) -> int:
    """Runs a command and returns its exit status."""
    return subprocess.call([str(part) for part in command], cwd=HERE, **options)  # type: ignore[call-overload]


def run_or_stop(command: list[str | Path], what: str) -> None:
    """Runs a command; stops the set-up with one sentence when it fails."""
    status = run(command)
    if status:
        sys.exit(f"Valleyline could not {what}: the command above ended with status {status}.")


def missing_system_packages() -> list[str]:
    """The Debian packages that Qt's window or Chinese text needs and that are not here."""
    missing = [package for package, name in QT_LIBRARIES.items() if ctypes.util.find_library(name) is None]
    if not any(Path(folder).exists() for folder in CJK_FONT_FOLDERS):
        missing.append(CJK_FONT_PACKAGE)
    return missing


def install_system_libraries() -> None:
    """On Debian as root installs what Qt needs; elsewhere on Linux says what is missing."""
    if platform.system() != "Linux":
        return
    missing = missing_system_packages()
    if not missing:
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        say(f"Installing system libraries for the window: {', '.join(missing)}")
        quiet = {"stdout": subprocess.DEVNULL}
        run(["apt-get", "update", "-qq"], **quiet)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        if run(install, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet) == 0:
            return
    say(f"The window needs system libraries that are not here; install these packages: {', '.join(missing)}")


def fingerprint(lock: Path) -> str:
    """What the environment was made from: the lock, the project file and this Python."""
    parts = [
        lock.read_bytes(),
        (HERE / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(HERE).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def set_up(*, with_tests: bool) -> None:
    """Makes .venv from the locked, hashed dependencies, unless it is there already."""
    if sys.version_info < (3, 11):
        sys.exit(f"Valleyline needs Python 3.11 or newer; this is {platform.python_version()}.")
    install_system_libraries()
    lock = HERE / ("requirements-dev.lock" if with_tests else "requirements.lock")
    stamp = VENV / f"{lock.stem}.stamp"
    wanted = fingerprint(lock)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    say("Setting up .venv (once; a few minutes on a slow line)")
    if not PYTHON.exists():
        create_environment()
    install(lock)
    write_launcher()
    stamp.write_text(wanted)


def install(lock: Path) -> None:
    """Installs what a lock names and translates it with every core, where pip would use one."""
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run_or_stop([*pip, "install", "--no-compile", "--require-hashes", "-r", lock], "install its dependencies")
    others_tests = r"[/\\]tests?[/\\]"
    run([PYTHON, "-W", "ignore", "-m", "compileall", "-qq", "-j", "0", "-x", others_tests, site_packages()])


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    asked = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.check_output(asked).decode().strip())


def create_environment() -> None:
    """Makes an empty environment with pip in it; says what to install where Python comes without that."""
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        sys.exit("This Python cannot make an environment with pip; install python3-venv on Debian.")


def write_launcher() -> None:
    """Puts the checkout on .venv's path and a `valleyline` command into its folder."""
    (site_packages() / "valleyline.pth").write_text(f"{HERE}\n")
    if os.name == "nt":
        (BIN / "valleyline.cmd").write_text(f'@"{PYTHON}" -m hmi %*\r\n')
        return
    launcher = BIN / "valleyline"
    launcher.write_text(f"#!/bin/sh\nexec '{PYTHON}' -m hmi \"$@\"\n")
    launcher.chmod(0o755)


def main(arguments: list[str]) -> int:
    """Sets up and runs what was asked for; without arguments the demo."""
    if arguments[:1] == ["test"]:
        set_up(with_tests=True)
        return run([PYTHON, HERE / "tests" / "run.py", *arguments[1:]])
    if arguments[:1] == ["--"]:
        set_up(with_tests=False)
        return run([PYTHON, "-m", "hmi", *arguments[1:]])
    if arguments:
        say(__doc__ or "")
        return 2
    set_up(with_tests=False)
    return run([PYTHON, "-m", "hmi", "demo"])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
