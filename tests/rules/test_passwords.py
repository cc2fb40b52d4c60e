"""Which passwords are refused. DESIGN §6."""

import pytest

from loyalty.errors import Invalid
from loyalty.rules.passwords import LONGEST, refuse_weak

MARA = ["mara@bloom.example", "Mara Lind", "Bloom"]


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "Mara sells 40 tulips", "tr0ub4dor&3xyz", "ünïcödé wörds", "bloom-8fjQz2!r"],
)
def test_unrelated_words_are_taken(password: str) -> None:
    refuse_weak(password, MARA)


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "abcdefghijklmnop",
        "qwertyuiop123",
        "Password12345",
        "mara@bloom.example",
        "MaraLind-Bloom!",
        "iloveyou2026",
        "x" * (LONGEST + 1),
    ],
)
def test_obvious_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak(password, MARA)
    assert refused.value.field == "password"
