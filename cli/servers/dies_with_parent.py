"""Becomes another program that dies with the process that started it; run by path, never imported.

    python -I -S dies_with_parent.py <parent pid> <signal> <user or -> <0|1> program argument ...

On Linux the kernel delivers that signal when the parent ends in whatever way, SIGKILL included
(PR_SET_PDEATHSIG). macOS has nothing like it: there a parent that is killed with SIGKILL leaves
its children running, while every ordinary end (return, Ctrl-C, SIGTERM) still stops them.

With a user, root becomes that user first (PostgreSQL refuses to run as root). The last flag keeps
the right to pass through closed folders, for a clone that lives under a home of mode 0700.
"""

import ctypes
import os
import pwd
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_KEEPCAPS: Final = 8
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_RAISE: Final = 2
CAPABILITY_VERSION: Final = 0x20080522
# CAP_DAC_READ_SEARCH first: it opens folders without letting anything be written.
# CAP_DAC_OVERRIDE is what containers leave to root instead.
PASSING_CAPABILITIES: Final = (2, 1)
LINUX: Final = sys.platform == "linux"


def become(user: str, libc: ctypes.CDLL, *, pass_closed_folders: bool) -> None:
    """Give up root for `user`, keeping at most the right to traverse folders."""
    entry = pwd.getpwnam(user)
    keep = pass_closed_folders and LINUX
    if keep:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    if keep:
        any(keep_capability(libc, number) for number in PASSING_CAPABILITIES)


def keep_capability(libc: ctypes.CDLL, number: int) -> bool:
    """Hand one capability on over the exec; False where this process was never given it."""
    bit = 1 << number
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, sets) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) == 0)


def main() -> None:
    """Change user, tie this process to its parent and become the program."""
    parent, death_signal, user, closed, *argv = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    if user != "-":
        become(user, libc, pass_closed_folders=closed == "1")
    if LINUX:
        # After the change of user, which would clear it again.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the process that wanted this program is gone already")
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - becoming the program is what this file is for
    except OSError as error:
        sys.exit(f"cannot run {argv[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
