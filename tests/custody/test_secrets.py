import hmac

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from linli.custody import keyring, masks, secrets
from linli.custody.keyring import KeyringError
from linli.custody.secrets import WrongKey


@given(st.text(max_size=40))
def test_what_is_sealed_can_be_unsealed_and_does_not_show(text):
    sealed = secrets.seal(text)
    assert secrets.unseal(sealed) == secrets.unseal(memoryview(sealed)) == text
    assert not text or len(text) < 3 or text.encode() not in sealed


def test_one_text_is_never_sealed_the_same_way_twice():
    assert len({secrets.seal("13812341234") for _ in range(50)} | set(secrets.seal_many(["13812341234"] * 50))) == 100


def test_many_are_sealed_as_one_is():
    texts = ["13800000001", "", "510105199001011234"]
    assert [secrets.unseal(sealed) for sealed in secrets.seal_many(texts)] == texts
    assert secrets.index_many(texts) == [secrets.index(text) for text in texts]


def test_the_index_is_hmac_sha256_cut_to_16_bytes():
    key = keyring.key(settings.ENV.data_dir, keyring.INDEX)
    assert secrets.index("13812341234") == hmac.digest(key, b"13812341234", "sha256")[:16]


def test_a_changed_byte_is_noticed():
    sealed = bytearray(secrets.seal("13812341234"))
    sealed[-1] ^= 1
    with pytest.raises(WrongKey):
        secrets.unseal(bytes(sealed))
    with pytest.raises(WrongKey, match="version"):
        secrets.unseal(b"13812341234")


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    first = keyring.key(tmp_path, "register")
    assert keyring.key(tmp_path, "register") == first
    assert keyring.key(tmp_path, "index") != first
    assert (tmp_path / "keyring" / "register.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keyring").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "keyring").iterdir() if not path.name.endswith(".key")] == []


def test_whoever_comes_second_reads_the_first_ones_key(tmp_path):
    path = tmp_path / "keyring" / "register.key"
    assert keyring.write(path, bytes(32))
    assert not keyring.write(path, b"x" * 32)
    assert path.read_bytes() == bytes(32)


def test_a_file_that_is_no_key_is_named(tmp_path):
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "register.key").write_bytes(b"short")
    with pytest.raises(KeyringError, match="5 bytes"):
        keyring.key(tmp_path, "register")


def test_masks_keep_what_helps_and_hide_the_rest():
    assert masks.mask_name("王小明") == masks.mask_name("王明") == "王**"
    assert masks.mask_phone("13812341234") == "138****1234"
    assert masks.mask_phone("8612345") == "****45"
    assert masks.mask_phone("110") == "****"
    assert masks.mask_id("51010519900101123X") == "******3X"
    assert masks.mask_door("3栋", 2) == "3栋2单元**"
    assert masks.mask_door("3栋", None) == "3栋**"
    assert masks.mask_door("Building 3", 2) == "Building 3, unit 2, **"
    assert masks.mask_door("Building 3", None) == "Building 3, **"
    assert [masks.mask_middle(name) for name in ("王小明", "王明", "王", "Anna Berg", "")] == [
        "王*明",
        "*明",
        "*",
        "A*g",
        "",
    ]
    assert masks.mask_mail("wang@example.org") == "w***@example.org"
    assert masks.mask_mail("nonsense") == ""
    assert masks.mask_name("") == masks.mask_phone("") == masks.mask_id("") == ""
