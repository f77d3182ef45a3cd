"""A study on disk: a folder with manifest, parts and tables, each file complete or absent."""

from sim.runs.folder import alone, empty, make_folder, open_folder, without_figures, write_atomic
from sim.runs.manifest import LIBRARIES, Study, commit, digest, manifest, plain
from sim.runs.tables import item_table, summary, table

__all__ = [
    "LIBRARIES",
    "Study",
    "alone",
    "commit",
    "digest",
    "empty",
    "item_table",
    "make_folder",
    "manifest",
    "open_folder",
    "plain",
    "summary",
    "table",
    "without_figures",
    "write_atomic",
]
