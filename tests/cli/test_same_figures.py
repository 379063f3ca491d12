"""The same quantity is printed alike by every command."""

import re

import pytest

LEADER, OTHERS = "sovereign_partnership", ("overt_support", "limited_leverage", "rupture", "other")
SHORT = "Sovereign partnership"
HELD = ("--set", "us_withdrawal=full")


def figure(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, (pattern, text)
    return found[1]


@pytest.mark.parametrize("as_of", ["2025-11-30", "2026-01-28"])
def test_the_leader_at_the_horizon_is_printed_alike(call, as_of: str) -> None:
    asked = ("syria-russia", "--as-of", as_of)
    run = call("run", *asked, "--quiet").out
    name = figure(r"“([^”]+)” will be in force", run)
    shown = figure(r"[Oo]ur (?:own )?estimate[^0-9<>]*([<>]?\d+%)", run)
    band = figure(r"90% interval (\S+%)", run)
    doubts = call("sensitivity", *asked, "--quiet").out
    told = {
        "tornado": figure(r"most \((\S+%) as things stand", call("tornado", *asked).out),
        "tipping": figure(r"with (\S+%);", call("tipping", *asked, "--quiet").out),
        "whatif": figure(
            rf"“{re.escape(name)}” (?:leads|falls|rises)[^%]*?(\d+%)",
            call("whatif", *asked, *HELD).out,
        ),
        "sensitivity": figure(r"\[(\S+%), 90%", doubts),
    }
    assert set(told.values()) == {shown}, told
    assert band in doubts


def test_now_is_printed_alike(call) -> None:
    asked = ("syria-russia", "--as-of", "2025-12-31")
    table = call("run", *asked).out
    now = figure(r"Sovereignty in exchange for partnership +(\d+%)", table)
    explained = call("explain", *asked, "--quiet").out
    assert figure(r"to (\d+%) on", explained) == now
    assert f"{SHORT} {now} (" in call("whatif", *asked, *HELD).out


def test_the_column_at_the_horizon_is_that_of_the_watch_list(call) -> None:
    asked = ("syria-russia",)
    table = call("run", *asked).out
    watched = call("watch", *asked).out
    rows = {"Overt support": r"Overt, wide support[^%]+%[^%]*%\)\s+(\S+%)"}
    shown = figure(rows["Overt support"], table)
    assert re.search(rf"Overt support +{shown} ", watched)


def test_holding_one_driver_comes_to_the_same_in_whatif_and_tornado(call) -> None:
    asked = ("syria-russia", "--as-of", "2025-11-30", "--scenario", "overt_support")
    tornado = call("tornado", *asked).out
    for driver, level, label in (
        ("us_withdrawal", "full", "full"),
        ("state_control", "weak", "weak"),
        ("ukraine_war", "ended", "ended"),
    ):
        whatif = call("whatif", *asked[:3], "--set", f"{driver}={level}").out
        row = figure(r"(Overt support.*)", whatif.split("At the horizon")[1])
        held = re.findall(r"([<>]?\d+%) \(", row)[1]
        assert f"{label} " in tornado
        assert re.search(rf"{label}[^\n%]* {re.escape(held)} ", tornado), (held, tornado)
