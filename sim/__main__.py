"""``python -m sim``, and the command ``bufferstock``: Ctrl-C is heard before anything else is imported."""

from __future__ import annotations


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
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
