"""Whether a process on this machine says that it is ready."""

import ssl
from typing import Final

import httpx

# One client, without certificate authorities: loading them costs more than all the questions.
_CLIENT: Final = httpx.Client(
    verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout=2, trust_env=False
)


def answers_well(url: str) -> bool:
    """Whether a health address answers 200."""
    try:
        return _CLIENT.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
