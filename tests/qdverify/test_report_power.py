import json

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill, document
from qdverify.report.figures.power import kill_plot, kill_table
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.finding import Stage
from qdverify.suite.kill_table import shipped


def made_up():
    """Return a kill table in which the first check of each stage catches all faults of that stage but one."""
    first = {stage: next(check.id for check in all_checks() if check.stage is stage) for stage in Stage}
    kills = [Kill(fault, (first[fault.stage],), at_home=True) for fault in all_faults()]
    return [Kill(kills[0].fault, (), at_home=False), *kills[1:]]


def test_the_plot_counts_what_slips_through():
    """A fault that nothing catches stands in the table as such, and is not counted as caught."""
    kills = made_up()
    plot = kill_plot(json.loads(json.dumps(document(kills, {}, all_checks(), Scope(seed=7)))))
    assert f"{len(kills) - 1} of {len(kills)} deliberately wrong implementations" in plot.caption
    assert plot.rows[0][3] == "none"
    assert all(row[3] != "none" for row in plot.rows[1:])
    assert all(kill.fault.name in "".join(plot.panels) for kill in kills)
    assert sum(map(len, plot.panels)) < 400_000


def test_the_shipped_table_is_drawn():
    """Every fault of the shipped table is a row of the plot."""
    assert [row[0] for row in kill_table({}).rows] == [kill["fault"] for kill in shipped()["kills"]]
