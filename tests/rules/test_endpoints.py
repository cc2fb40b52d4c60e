"""Which addresses events may be handed to: the internet's, and nothing behind it."""

import pytest

from loyalty.errors import Invalid
from loyalty.rules.endpoints import address, is_public


def test_addresses_of_the_internet_are_taken_and_all_others_refused() -> None:
    assert address(" https://texts.example/in?key=1 ") == "https://texts.example/in?key=1"
    assert address("https://93.184.215.14:8443/in") == "https://93.184.215.14:8443/in"
    for wrong in (
        "",
        "texts.example/in",
        "http://texts.example/in",
        "ftp://texts.example",
        "https://",
        "https://texts.example:99999/",
        "https://me:secret@texts.example/",
        "https://texts.example/a b",
        "https://tëxts.example/",
        "https://localhost/in",
        "https://printer.local/in",
        "https://intranet/in",
        "https://127.0.0.1/in",
        "https://10.1.2.3/in",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/in",
        "https://[::ffff:10.0.0.1]/in",
        "https://[2002:7f00:1::]/in",
        "https://100.64.0.1/in",
        "https://texts.example/" + "x" * 500,
    ):
        with pytest.raises(Invalid) as refused:
            address(wrong)
        assert refused.value.field == "url"
    assert address("http://127.0.0.1:9/in", private=True) == "http://127.0.0.1:9/in"


def test_an_address_behind_another_is_no_public_one() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    for ip in (
        "0.0.0.0",
        "192.168.1.1",
        "224.0.0.1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:a00:1::",
    ):
        assert not is_public(ip)
