"""Signing keys: Ed25519, the private half kept under the owner's password."""

from __future__ import annotations

import secrets
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# About 0.1 s on a desk of 2016; more memory than OWASP's least (19 MiB), one thread for small machines.
ARGON2_TIME_COST = 2
ARGON2_MEMORY_KIB = 65_536
ARGON2_PARALLELISM = 1

_FORMAT = b"VLK1"  # names the cipher and the three numbers above
_SALT_BYTES = 16
_NONCE_BYTES = 12


class SealError(Exception):
    """A sealed key that this password does not open."""


def new_key_pair() -> tuple[Ed25519PrivateKey, bytes]:
    """A new private key and its public half (32 bytes)."""
    key = Ed25519PrivateKey.generate()
    return key, public_bytes(key)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The public half of a key, 32 bytes."""
    return key.public_key().public_bytes_raw()


def seal_private_key(key: Ed25519PrivateKey, password: str) -> bytes:
    """The private key, encrypted by AES-256-GCM under Argon2id of the password: format, salt, nonce, text."""
    salt = secrets.token_bytes(_SALT_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = AESGCM(_derived(password, salt)).encrypt(nonce, key.private_bytes_raw(), _FORMAT)
    return _FORMAT + salt + nonce + text


def open_private_key(sealed: bytes, password: str) -> Ed25519PrivateKey:
    """The private key back; raises SealError for another password, a damaged or an unknown format."""
    head, rest = sealed[: len(_FORMAT)], sealed[len(_FORMAT) :]
    salt, nonce, text = (
        rest[:_SALT_BYTES],
        rest[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES],
        rest[_SALT_BYTES + _NONCE_BYTES :],
    )
    if head != _FORMAT or not text:
        raise SealError("this sealed key has an unknown format")
    try:
        plain = AESGCM(_derived(password, salt)).decrypt(nonce, text, _FORMAT)
    except InvalidTag as error:
        raise SealError("this password does not open the key") from error
    return Ed25519PrivateKey.from_private_bytes(plain)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the owner of a public key signed a message; False also for what is no key at all."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def password_bytes(password: str) -> bytes:
    """The password as bytes, the same from every keyboard and input method."""
    return unicodedata.normalize("NFKC", password).encode()


def _derived(password: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        password_bytes(password),
        salt,
        time_cost=ARGON2_TIME_COST,
        memory_cost=ARGON2_MEMORY_KIB,
        parallelism=ARGON2_PARALLELISM,
        hash_len=32,
        type=Type.ID,
    )
