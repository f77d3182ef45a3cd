"""A run read back from its folder: tidy frames of what it found, and what it was asked to do."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import BufferstockWarning, UsageError
from sim.runs.columns import Labels
from sim.runs.gathered import Gathered, altered, finished, gathered
from sim.runs.manifest import manifest_of, unlike
from sim.runs.recipe import NAME, Begun, Recipe, begun
from sim.runs.tables import GUARD
from sim.studies.montecarlo import BEFORE

if TYPE_CHECKING:
    import pandas as pd

#: columns of the summary and of the table of items that hold words
WORDS = ("weather", "kind", "a", "b", "measure", "unit", "in_sample", "posture", "item", "warehouse", "currency")


@dataclass(frozen=True)
class Run:
    """A comparison on disk. Frames are read when they are asked for, and checked against the hashes that they carry.

    Attributes
    ----------
    folder : of the run.
    recipe : what it was asked to do.
    manifest : what was run and what came out, as plain data; empty where there is none yet.
    count : replications that are read, 0 … count - 1.
    unfinished : what is lacking, in words; empty where the run is finished.
    """

    folder: Path
    recipe: Recipe
    manifest: Mapping[str, Any] = field(repr=False)
    count: int
    unfinished: str
    begun: Begun = field(repr=False)
    _there: Gathered = field(repr=False)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row for each replication, weather and posture; one column for each measure, NaN where it is 0/0.

        Raises
        ------
        UsageError : a file is damaged, missing or of another study.
        """
        table = self._there.table("replications")
        assert table is not None
        return table.to_pandas()

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Mean and interval of every measure, of each posture (kind 'posture') and each pair (kind 'pair').

        Raises
        ------
        UsageError : it is not written yet, or damaged.
        """
        if self.manifest.get("replications") != self.count:
            raise UsageError(f"{self.folder}: has no summary yet, {self.unfinished}")
        return _csv(self.folder / "summary.csv")

    @cached_property
    def items(self) -> pd.DataFrame:
        """Mean and standard deviation (``…_sd``) over replications of what each item at each warehouse did in a year.

        Raises
        ------
        UsageError : it is damaged.
        """
        if not self.unfinished:
            return _csv(self.folder / "items.csv")
        import pandas as pd

        from sim.studies.per_item import FIGURES

        count, mean, squares = self._there.pieces()
        labels = self._there.labels
        assert labels is not None
        spread = np.sqrt(squares / (count - 1)) if count > 1 else np.full_like(mean, np.nan)
        keys = [
            (weather, posture, *line) for weather in labels.weathers for posture in labels.postures
            for line in labels.lines
        ]  # fmt: skip
        made = pd.DataFrame(keys, columns=["weather", "posture", "item", "warehouse"])
        for place, (name, *_) in enumerate(FIGURES):
            made[name], made[f"{name}_sd"] = mean[..., place].ravel(), spread[..., place].ravel()
        return made.assign(n=count, currency=self.manifest.get("resolved_scenario", {}).get("currency", ""))

    @cached_property
    def item_rows(self) -> pd.DataFrame:
        """One row for each replication, weather, posture, item and warehouse.

        Raises
        ------
        UsageError : they were not kept, or a file is damaged.
        """
        table = self._there.table("item_rows")
        if table is None:
            raise UsageError(f"{self.folder}: a row for each item of each replication was not kept: use --keep items")
        return table.to_pandas()

    @cached_property
    def around(self) -> pd.DataFrame:
        """Value by day around the first incident: replication, weather, posture, series, day (0: it begins), value.

        Of the first 512 replications; NaN outside the horizon and where nothing happens.

        Raises
        ------
        UsageError : a file is damaged.
        """
        return _long(self._there.table("around"), -BEFORE)

    @cached_property
    def trace(self) -> pd.DataFrame:
        """Value by day of the horizon: replication, weather, posture, series, day, value.

        Raises
        ------
        UsageError : it was not kept, or a file is damaged.
        """
        table = self._there.table("trace")
        if table is None:
            raise UsageError(f"{self.folder}: value by day of each replication was not kept: use --trace")
        return _long(table, 0)


def read(folder: str | Path, verify: bool = False) -> Run:
    """Read a comparison from the folder of its run.

    Of a run that is not finished, the replications that are finished from 0 on without gap are read, and a
    `BufferstockWarning` says so.

    Parameters
    ----------
    folder : of the run, or the manifest.json in it.
    verify : also hold every file of the run, figures too, against the hashes of the manifest.

    Raises
    ------
    UsageError : there is no comparison here, it is damaged, nothing is finished; with `verify`, a file is not what was
        written.
    """
    found = opened(Path(folder))
    if found.unfinished:
        warnings.warn(f"{found.folder}: {found.unfinished}", BufferstockWarning, stacklevel=2)
    if verify:
        if not found.manifest:
            raise UsageError(f"{found.folder}: has no manifest to be held against yet, {found.unfinished}")
        told = altered(found.folder, unlike(found.folder, dict(found.manifest)))
        if told:
            hint = f" ({found.unfinished})" if found.unfinished else ""
            raise UsageError(f"{found.folder}: differs from its manifest: {told}{hint}")
    return found


def home_of(path: Path) -> Path:
    """The folder of a run that is named by itself, or by its manifest.

    Raises
    ------
    UsageError : there is none.
    """
    home = path.parent if path.is_file() and path.name in ("manifest.json", NAME) else path
    if path.is_file() and home is path:
        raise UsageError(f"{path}: is a file; name the folder of a run (its --out), or the manifest.json in it")
    if not home.is_dir():
        raise UsageError(f"{path}: there is no such folder; name the folder of a run (its --out)")
    if not any((home / name).is_file() for name in ("manifest.json", NAME)):
        raise UsageError(f"{path}: holds neither manifest.json nor {NAME}, so it is not the folder of a run")
    return home


def verb_of(manifest: Mapping[str, Any]) -> str:
    """The verb that wrote a manifest."""
    if "recipe" in manifest:
        return "compare"
    arguments = manifest.get("volatile", {}).get("arguments", {}).get("argv") or ["?"]
    return str(arguments[0])


def opened(path: Path) -> Run:
    """A run, without a warning where it is not finished; raises as `read` does."""
    home = home_of(path)
    manifest = manifest_of(home / "manifest.json") if (home / "manifest.json").is_file() else {}
    if not (home / NAME).is_file():
        raise UsageError(
            f"{home}: holds a run of {verb_of(manifest)}, not a comparison; its tables are plain files: "
            f"{', '.join(sorted(name for name in manifest['outputs'] if name.endswith('.csv')))}"
        )
    then = begun(home)
    if manifest and manifest.get("study") != then.study:
        raise UsageError(f"{home}: manifest.json and {NAME} tell of different studies; name a folder that holds one")
    try:
        labels = Labels.told(then.labels) if then.labels else None
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{home / NAME}: is damaged: labels: {type(error).__name__}: {error}") from error
    count = manifest.get("replications", 0)
    if not isinstance(count, int):
        raise UsageError(f"{home / 'manifest.json'}: is damaged: replications: {count!r}")
    whole = manifest.get("finished") is True and count >= then.recipe.replications
    there = finished(home, then.study, count, labels) if whole else gathered(home, then.study, labels)
    if not there.count:
        raise UsageError(f"{home}: no replication is finished; go on with: bufferstock resume {home}")
    of = "" if then.recipe.aim else f" of {then.recipe.replications}"
    lacking = "" if whole else f"not finished: the first {there.count}{of} replications are read"
    lacking += f"; go on with: bufferstock resume {home}" if lacking else ""
    return Run(home, then.recipe, manifest, there.count, lacking, then, there)


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        made = pd.read_csv(path, dtype=str, keep_default_na=False)
        for name in made.columns.difference(WORDS):  # by Python: pandas may lose the last digit of a number
            numbers = [float(cell) if cell else np.nan for cell in made[name]]
            made[name] = np.asarray(numbers, dtype=int if name == "n" else float)
    except (OSError, ValueError) as error:
        hint = f"it is written again by: bufferstock resume {path.parent}"
        raise UsageError(f"{path}: cannot be read: {error}; {hint}") from error
    for name in made.columns.intersection(WORDS):  # without what keeps a spreadsheet from taking text for a formula
        made[name] = made[name].str.replace(GUARD, "", regex=True)
    return made


def _long(table: Any, first: int) -> pd.DataFrame:
    """One row for each day of a table that holds all days of a series in one."""
    values = table.column("value").combine_chunks()
    days, rows = values.type.list_size, table.num_rows
    keys = table.drop_columns(["value"])
    for place, name in enumerate(keys.column_names[1:], 1):
        keys = keys.set_column(place, name, keys.column(name).dictionary_encode())
    made = keys.to_pandas().loc[np.repeat(np.arange(rows), days)].reset_index(drop=True)
    made["day"] = np.tile(np.arange(first, first + days), rows)
    made["value"] = values.flatten().to_numpy()
    return made
