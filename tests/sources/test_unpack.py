"""Inflating: every form, its damages, and bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import DocumentError
from hooplake.sources import unpack
from hooplake.sources.unpack import Inflated, inflate, pieces


def streamed_zstd(data: bytes) -> bytes:
    """As a program writes it that does not know the size before."""
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(data) + packer.flush()


FORMS = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstandard.ZstdCompressor().compress,
    "streamed zstd": streamed_zstd,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


MAGIC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"BZh")


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=5000), more=st.binary(max_size=50))
def test_what_was_compressed_comes_back(form: str, data: bytes, more: bytes) -> None:
    pack = FORMS[form]
    assert inflate(pack(data)) == data
    assert inflate(pack(data) + pack(more)) == data + more, "parts that follow each other are joined"
    assert inflate(pack(data) + b"\0" * 20) == data, "padding is no content"
    with Inflated(io.BytesIO(pack(data))).buffered() as stream:
        assert stream.read() == data


@given(st.binary(max_size=3000).filter(lambda data: not data.startswith(MAGIC)))
def test_other_bytes_stay_as_they_are(data: bytes) -> None:
    assert inflate(data) == data
    assert b"".join(pieces(io.BytesIO(data))) == data


@pytest.mark.parametrize("form", FORMS)
def test_a_cut_is_noticed_wherever_it_is(form: str) -> None:
    whole = FORMS[form](b"".join(b"%d " % number for number in range(3000)))
    for end in range(6, len(whole) - 1, 97):
        with pytest.raises(DocumentError) as caught:
            inflate(whole[:end])
        assert caught.value.reason == "truncated"
        stream = Inflated(io.BytesIO(whole[:end]))
        content = stream.buffered().read()
        assert stream.failure is not None
        assert b"".join(b"%d " % number for number in range(3000)).startswith(content)


@pytest.mark.parametrize("form", ["gzip", "xz", "bzip2"])
def test_damage_in_the_middle_is_noticed(form: str) -> None:
    whole = bytearray(FORMS[form](bytes(range(256)) * 40))
    whole[len(whole) // 2 : len(whole) // 2 + 8] = b"\xff" * 8
    with pytest.raises(DocumentError) as caught:
        inflate(bytes(whole))
    assert caught.value.reason in ("damaged", "truncated")


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(gzip.compress(b"what was meant", mtime=0))
    data[-6] ^= 1
    with pytest.raises(DocumentError) as caught:
        inflate(bytes(data))
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize("form", FORMS)
def test_a_bomb_does_not_fill_the_memory(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "LARGEST", 1 << 20)
    with pytest.raises(DocumentError) as caught:
        inflate(FORMS[form](bytes(64 << 20)))
    assert caught.value.reason == "too_large"


def test_what_follows_gzip_data_is_left_out_as_gzip_does() -> None:
    assert inflate(gzip.compress(b"content") + b"something else") == b"content"
