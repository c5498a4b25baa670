"""What can be wrong with something that claims to prove, and what kind of wrong it is.

TransparencyError
├── Malformed          not written as the format says; the bytes prove nothing
├── ProofRefused       well written, and does not prove what it claims
├── SignatureRefused   a signature that must be there is missing, or does not verify
├── PolicyUnmet        verified, and too few of those whom the policy names have signed
└── TileMissing        could not be checked: a tile that is needed is not at hand
"""


class TransparencyError(ValueError):
    """Something that was to be proved is not proved."""


class Malformed(TransparencyError):
    """Bytes or text that are not written as their format says."""


class ProofRefused(TransparencyError):
    """A proof that does not prove what it claims, or that cannot exist."""


class SignatureRefused(TransparencyError):
    """A required signature that is missing or does not verify."""


class PolicyUnmet(TransparencyError):
    """A checkpoint that too few of the policy's witnesses have cosigned."""


class TileMissing(TransparencyError):
    """A tile that a proof needs and that its reader was not given: not checked, never good."""
