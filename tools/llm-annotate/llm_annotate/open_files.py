"""How many files and connections this process may have open."""

import resource

from affectory_protocol.errors import UsageError

OTHER_FILES = 64
"""Beside connections: manifests, journal, store; 17 were counted in a run, the rest is spare."""


def allow_connections(count: int) -> None:
    """Raise the soft limit of open files where so many connections need it.

    Raises:
        UsageError: the hard limit is lower.
    """
    needed = count + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise UsageError(
            f"--concurrency {count} needs {needed} open files; this process may have {hard}",
            hint=f"Take --concurrency {max(1, hard - OTHER_FILES)}, or raise `ulimit -Hn`.",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
