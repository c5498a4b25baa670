"""Merkle tree hashes of RFC 6962 §2.1 (SHA-256)."""

import hashlib


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256 over 0x00 and the entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()
