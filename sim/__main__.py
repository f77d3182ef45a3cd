"""``python -m sim``, and the command ``bufferstock``: Ctrl-C is heard before anything else is imported."""

from __future__ import annotations

#: exit code after Ctrl-C
STOPPED = 130


def main() -> None:
    """The command line; Ctrl-C while it is being loaded ends it as quietly as later."""
    import sys

    from sim.cli.interrupt import Patient

    try:
        with Patient():
            from sim.cli.main import main as command

            command()
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        _gone()
    except SystemExit as ended:
        if ended.code == STOPPED:
            _gone()
        raise


def _gone() -> None:
    """End at once: what is finished is on disk, and threads of a pool that was torn down might be waited for in vain."""
    import os
    import sys

    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STOPPED)


if __name__ == "__main__":
    main()
