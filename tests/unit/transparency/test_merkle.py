"""Golden values of the ledger's hashes."""

from shared.transparency.merkle import leaf_hash


def test_the_leaf_hash_of_entry_0() -> None:
    golden = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
    assert leaf_hash(b"entry 0").hex() == golden
