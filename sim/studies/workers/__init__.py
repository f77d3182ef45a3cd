"""Work over replications, spread over this process, worker processes of this machine, or a cluster."""

from sim.studies.workers.cluster import Cluster
from sim.studies.workers.errand import Errand, Numbered, Runner
from sim.studies.workers.pool import end
from sim.studies.workers.spread import chunks, pieces, spread, workers_of

__all__ = ["Cluster", "Errand", "Numbered", "Runner", "chunks", "end", "pieces", "spread", "workers_of"]
