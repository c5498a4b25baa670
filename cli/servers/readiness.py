"""Whether a process on this machine says that it is ready."""

import ssl
from typing import Final

import httpx

# One client, without certificate authorities: loading them costs more than all the questions.
# It keeps no connection: those who are asked come and go, and nobody would close it.
_CLIENT: Final = httpx.Client(
    verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    timeout=2,
    limits=httpx.Limits(max_keepalive_connections=0),
    trust_env=False,
)


def answers_well(url: str) -> bool:
    """Whether a health address answers 200."""
    try:
        return _CLIENT.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
