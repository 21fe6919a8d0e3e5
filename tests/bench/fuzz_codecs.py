"""Coverage-guided fuzzing of every decoder and scanner: `python tests/bench/fuzz_codecs.py -runs=N DIR`.

Needs atheris (Linux). The first byte of an input chooses what it is given to; an exception other than the
decoder's own ends the run, and the input stays behind as a file `crash-...`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import atheris

with atheris.instrument_imports(include=["devices"]):
    from tests.devices.protocols.fuzz_targets import try_input


def main() -> None:
    atheris.Setup(sys.argv, try_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
