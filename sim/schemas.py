"""JSON Schemas of the files that people write: scenarios and postures (draft 2020-12)."""

from __future__ import annotations

from typing import Any

from sim.building import HIDDEN, TABLES
from sim.scenario import Scenario
from sim.visibility import Visibility


def posture_schema() -> dict[str, Any]:
    """JSON Schema of what a posture file may hold beside its base (draft 2020-12)."""
    from pydantic import TypeAdapter

    from sim.postures.decision import Posture

    made = TypeAdapter(Posture).json_schema(mode="validation")
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "bufferstock posture"
    return made


def schema() -> dict[str, Any]:
    """JSON Schema of a scenario file (draft 2020-12)."""
    from pydantic import TypeAdapter

    made = TypeAdapter(Scenario).json_schema(mode="validation")
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "bufferstock scenario"
    for hidden in HIDDEN:
        made["properties"].pop(hidden, None)
    for section in TABLES:
        inside = made["properties"][section]
        about = inside.pop("description", "")
        file = {"type": "string", "pattern": r"\.(csv|parquet|xlsx)(#.*)?$"}
        made["properties"][section] = {"description": about, "anyOf": [inside, file]}
    for end in ("start", "end"):
        inside = made["$defs"]["Window"]["properties"][end]
        inside["anyOf"] = [{"type": inside.pop("type")}, {"type": "number"}]
    made["properties"]["visibility"]["anyOf"].append({"enum": sorted(Visibility.named())})
    own = {
        "description": "A kind of your own, imported with --trust; its keys are the fields of the class.",
        "type": "object",
        "properties": {"kind": {"type": "string", "pattern": "^.+:.+$"}, "name": {"type": "string"}},
        "required": ["kind"],
    }
    made["$defs"].pop("OwnDisruption")
    kinds = made["properties"]["disruptions"]["items"]["anyOf"]
    kinds[:] = [own if str(kind.get("$ref", "")).endswith("/OwnDisruption") else kind for kind in kinds]
    _shorthand(made)
    return made


def _shorthand(node: Any) -> None:
    """Allow a bare number wherever a law is allowed."""
    if isinstance(node, dict):
        for union in ("oneOf", "anyOf"):
            members = node.get(union)
            if isinstance(members, list) and any(
                isinstance(member, dict) and str(member.get("$ref", "")).endswith("/Lognormal") for member in members
            ):
                members.append({"type": "number", "minimum": 0})
                if union == "oneOf":
                    node["anyOf"] = node.pop("oneOf")
                    node.pop("discriminator", None)
        for inside in list(node.values()):
            _shorthand(inside)
    elif isinstance(node, list):
        for inside in node:
            _shorthand(inside)
