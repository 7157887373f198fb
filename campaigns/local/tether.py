"""Tie a process to its parent's life, give up rights where asked, then become the real program.

Run as `python -I -S tether.py PARENT SIGNAL UID:GID PROGRAM ARGUMENT...`; `-:-` keeps the account.
A launcher of its own, because code between fork and exec is unsafe once a process has threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int, signal_number: int) -> None:
    """Ask Linux for this signal when the parent dies, however it dies; others go without."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("tether: the parent is already gone")


def _become(account: str) -> None:
    uid, _, gid = account.partition(":")
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))


def main(arguments: list[str]) -> None:
    """Become the program; the signal is asked for last, as a change of account clears it."""
    parent, signal_number, account, *program = arguments
    _become(account)
    _die_with(int(parent), int(signal_number))
    os.execv(program[0], program)  # noqa: S606 - an argument list from our own supervisor


if __name__ == "__main__":
    main(sys.argv[1:])
