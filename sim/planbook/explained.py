"""The first page of a plan's workbook: what it is, and how to edit it."""

from __future__ import annotations

from sim.plan import Plan
from sim.planbook.columns import COLUMNS
from sim.planbook.summary import total, unexplained
from sim.planbook.written import Head
from sim.scenario import Scenario


def readme(plan: Plan, scenario: Scenario, head: Head, date: str) -> list[tuple[str, str]]:
    """Rows of two cells."""
    from sim.planbook.contents import plan_hash

    whole, open_changes = total(plan, scenario), unexplained(plan)
    rows = [
        (f"Plan {plan.posture}", f"of {scenario.title or scenario.name}"),
        (
            "What",
            "For each item and warehouse: policy, safety stock, reorder point, order-up-to level, and the reason for them. "
            "It is made from what is known on the morning of day 0; no random number of the simulation is in it, so it "
            "does not depend on a seed.",
        ),
        ("When", date or "the scenario has no calendar, and no date was given"),
        ("Scenario", f"{scenario.name}, hash {head.scenario_hash}"),
        ("Plan", f"posture {plan.posture}, hash {plan_hash(plan, scenario)}, bufferstock {head.version}"),
        ("Lines", f"{whole.lines}, buffers worth {whole.buffer_value:,.0f} {scenario.currency} at standard cost"),
        *(("In-sample", why) for why in scenario.judged_in_sample),
        *(("Note", note) for note in plan.notes),
    ]
    if open_changes:
        rows.append(
            ("Changed without a reason", "; ".join(open_changes[:20]) + (" …" if len(open_changes) > 20 else ""))
        )
    rows += [
        (
            "How to edit",
            "On the sheet Plan, change cells of the yellow columns and write who, when and why in the same row. Grey "
            "columns say how the line came about and are not to be edited. You may sort, filter, move columns and save; a "
            "changed cell turns orange, and Why turns red until it is filled in. Delete no row: every item the scenario "
            "stocks needs one. A row for an item that is new to the scenario may be added below the last.",
        ),
        (
            "What moves together",
            "Safety stock is part of the level (order-up-to level of base_stock, reorder point of s_S and r_nQ). Edit only "
            "the safety stock, and reorder point and order-up-to level move by as much. Edit only the level, and it is "
            "taken as written and the safety stock follows. Edit both, and they must move by as much. Change the policy, "
            "and the safety stock stays. Under r_nQ the order-up-to level is reorder point + order quantity.",
        ),
        (
            "How to test it",
            f"bufferstock compare {scenario.name} --postures jit,jic,{plan.posture},plan.xlsx (with the name of this file)",
        ),
        (
            "Later",
            "bufferstock plan with this file as its --posture writes the edited plan anew, with your changes on the sheet "
            "Changes. A reason that was left out can be filled in there, or under Why.",
        ),
        ("Column", "Meaning"),
    ]
    for column in COLUMNS:
        rows.append((column.label, column.about + (" (may be edited)" if column.editable else "")))
    return rows
