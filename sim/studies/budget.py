"""What a study of variants will take, told before it starts."""

from __future__ import annotations

import dataclasses
import time

from sim.studies.montecarlo import workers_of
from sim.studies.variants import Variants


def seconds_of(errand: Variants, count: int, jobs: int) -> float:
    """Roughly the seconds that `count` replications take, from one life of one Future lived here.

    Parameters
    ----------
    errand : what is to be run.
    count, jobs : replications, and worker processes (-1: all processors).
    """
    one = dataclasses.replace(
        errand, lives=errand.lives[:1], priced=errand.priced[:1], life=((0,),), names=errand.names[:1]
    )
    prepared = one.prepare()
    prepared.run((0,))  # the first one pays for what is set up once
    begun = time.process_time()
    prepared.run((1,))
    each = time.process_time() - begun
    return count * len(errand.lives) * each / min(workers_of(jobs), count)


def told(seconds: float) -> str:
    """Seconds in words."""
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    return f"about {seconds / 60:.0f} minutes" if seconds < 5400 else f"about {seconds / 3600:.1f} hours"
