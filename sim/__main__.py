"""``python -m sim``, and the command ``bufferstock``: Ctrl-C is heard before anything else is imported."""

from __future__ import annotations

#: exit code after Ctrl-C
STOPPED = 130
#: seconds that the process may take to end after it
PATIENCE = 5.0


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
        _in_time()
        raise SystemExit(STOPPED) from None
    except SystemExit as ended:
        if ended.code == STOPPED:
            _in_time()
        raise


def _in_time() -> None:
    """See to it that the process ends soon: threads of a pool that was torn down are now and then waited for in vain."""
    import threading

    watch = threading.Timer(PATIENCE, _gone)
    watch.daemon = True
    watch.start()


def _gone() -> None:
    """End at once; what is finished is on disk. Who watches over shared memory is ended too, and does not complain."""
    import os
    import signal
    import sys

    for name in ("joblib.externals.loky.backend.resource_tracker", "multiprocessing.resource_tracker"):
        number = getattr(getattr(sys.modules.get(name), "_resource_tracker", None), "_pid", None)
        if isinstance(number, int) and hasattr(signal, "SIGKILL"):
            try:
                os.kill(number, signal.SIGKILL)
            except OSError:
                continue
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STOPPED)


if __name__ == "__main__":
    main()
