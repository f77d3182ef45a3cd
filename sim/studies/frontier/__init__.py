"""The right buffers: what each line's buffer costs and saves at each height, and the best choice under a limit."""

from sim.studies.frontier.choice import Limit as Limit
from sim.studies.frontier.curve import Frontier as Frontier
from sim.studies.frontier.curve import frontier as frontier
from sim.studies.frontier.optimise import Optimum as Optimum
from sim.studies.frontier.optimise import optimise as optimise
