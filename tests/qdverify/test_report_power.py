import json

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill
from qdverify.finding import Layer
from qdverify.report.plots_power import kill_plot, kill_table, kills_document
from qdverify.suite import Scope, all_checks


def made_up():
    """Return a kill table in which the first check of each layer catches all faults of that layer but one."""
    first = {layer: next(check.id for check in all_checks() if check.layer is layer) for layer in Layer}
    kills = [Kill(fault, (first[fault.layer],), at_home=True) for fault in all_faults()]
    return [Kill(kills[0].fault, (), at_home=False), *kills[1:]]


def test_the_plot_counts_what_slips_through():
    """A fault that nothing catches stands in the table as such, and is not counted as caught."""
    kills = made_up()
    document = kills_document(kills, {check.id: check.layer for check in all_checks()}, Scope(seed=7))
    plot = kill_plot(json.loads(json.dumps(document)))
    assert f"{len(kills) - 1} of {len(kills)} deliberately wrong implementations" in plot.caption
    assert plot.rows[0][3] == "none"
    assert all(row[3] != "none" for row in plot.rows[1:])
    assert all(kill.fault.name in plot.svg for kill in kills)
    assert len(plot.svg) < 400_000


def test_without_a_shipped_table_there_is_no_plot(monkeypatch):
    """What has not been measured is not drawn."""
    monkeypatch.setattr("qdverify.report.plots_power.FILE", "nosuch.json")
    assert kill_table({}) is None
