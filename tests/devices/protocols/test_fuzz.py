"""A short run over the fuzzer's corpus: its inputs, and each with a few bytes changed by chance."""

from __future__ import annotations

import random
from pathlib import Path

from tests.devices.protocols.fuzz_targets import try_input

CORPUS = [bytes.fromhex(line) for line in Path(__file__).with_name("corpus.hex").read_text().splitlines()]


def test_no_input_of_the_corpus_breaks_a_decoder() -> None:
    assert len(CORPUS) > 200
    for data in CORPUS:
        try_input(data)


def test_no_changed_input_of_the_corpus_breaks_a_decoder() -> None:
    chance = random.Random(4)
    for data in CORPUS * 5:
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try_input(bytes(changed))
