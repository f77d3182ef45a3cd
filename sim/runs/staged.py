"""Finished chunks on disk before their block is whole: one file each, its content's hash in its name."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from sim.runs.folder import write_atomic
from sim.studies.montecarlo import Chunk
from sim.studies.reduction import Piece

FOLDER = "staged"


def keep(folder: Path, chunk: Chunk) -> Path:
    """Write a chunk; its file.

    Raises
    ------
    UsageError : the disk refuses.
    """
    arrays: dict[str, Any] = {
        "numbers": np.asarray(chunk.numbers, dtype=np.int64),
        "measures": chunk.measures,
        "around": chunk.around,
        "first": np.asarray([piece.first for piece in chunk.pieces], dtype=np.int64),
        "count": np.asarray([piece.count for piece in chunk.pieces], dtype=np.int64),
    }
    if chunk.pieces:
        arrays["mean"] = np.stack([piece.mean for piece in chunk.pieces])
        arrays["squares"] = np.stack([piece.squares for piece in chunk.pieces])
    arrays |= {name: value for name, value in (("items", chunk.items), ("trace", chunk.trace)) if value is not None}
    content = io.BytesIO()
    np.savez(content, **arrays)
    mark = hashlib.sha256(content.getvalue()).hexdigest()[:16]
    path = folder / FOLDER / f"chunk-{chunk.numbers[0]:08d}-{len(chunk.numbers)}-{mark}.npz"
    write_atomic(path, content.getvalue())
    return path


def kept(folder: Path) -> list[tuple[Path, Chunk | None]]:
    """All chunks there, in order; None in place of one whose content is not what was written."""
    return [(path, _read(path)) for path in sorted((folder / FOLDER).glob("chunk-*.npz"))]


def _read(path: Path) -> Chunk | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest()[:16] != path.stem.rpartition("-")[2]:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        pieces = tuple(
            Piece(int(first), int(count), found["mean"][place], found["squares"][place])
            for place, (first, count) in enumerate(zip(found["first"], found["count"], strict=True))
        )
        return Chunk(
            tuple(found["numbers"].tolist()),
            found["measures"],
            found["around"],
            pieces,
            found.get("items"),
            found.get("trace"),
        )


def clear(folder: Path) -> None:
    """Remove all chunks, and the folder with them."""
    for path in (folder / FOLDER).glob("*"):
        path.unlink(missing_ok=True)
    if (folder / FOLDER).is_dir():
        (folder / FOLDER).rmdir()
