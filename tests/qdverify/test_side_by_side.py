from dataclasses import replace
from html.parser import HTMLParser

from click.testing import CliRunner
from report_samples import sample_report

from qdverify.interfaces.cli import main
from qdverify.report.side_by_side import codes_of, columns_of, render_codes
from qdverify.run.verify import verify
from qdverify.suite.finding import Verdict


def documents():
    return [sample_report(faulty=faulty, trials=4).document() for faulty in (False, True)]


def test_the_order_of_the_codes_changes_no_cell():
    """Nobody is the reference: swapping two reports swaps their rows."""
    one, two = documents()
    forth, back = codes_of([one, two]), codes_of([two, one])
    assert [code.cells for code in forth] == [code.cells for code in reversed(back)]
    assert columns_of([one, two]) == columns_of([two, one])


def test_a_cell_holds_the_worst_verdict_and_counts_what_was_judged():
    """A failure among passes shows, blocked findings are not counted, and what was not tried is empty."""
    good, faulty = codes_of(documents())
    place = columns_of(documents()).index(("transitions", "transitions"))
    assert good.cells[place].verdict is Verdict.PASS
    assert good.cells[place].passed == good.cells[place].judged
    assert faulty.cells[place].verdict is Verdict.FAIL
    assert faulty.cells[place].passed < faulty.cells[place].judged
    only_spin = sample_report(trials=4)
    only_spin = replace(only_spin, findings=[item for item in only_spin.findings if item.suite == "spin"])
    (_, code) = codes_of([documents()[0], only_spin.document()])
    assert code.cells[place].verdict is None


def test_codes_of_one_name_are_told_apart():
    """The same code twice has two rows of different names."""
    one, _ = documents()
    assert [code.name for code in codes_of([one, one])] == ["sample 1.2", "sample 1.2 (2)"]


class Nested(HTMLParser):
    """Counts elements that are open."""

    def __init__(self, text):
        super().__init__()
        self.open, self.broken = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)


def test_one_page_shows_all_codes_with_their_errors_in_one_frame(tmp_path):
    """The command writes it from report files; it is well formed and names every code, class and floor."""
    files = []
    for name, seed in (("one", 0), ("two", 1)):
        report = verify("builtin", checks=["stationary.matrix-tree", "rates.*"], seed=seed)
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(report.to_json())
    page = tmp_path / "codes.html"
    run = CliRunner().invoke(main, ["report", *map(str, files), "--out", str(page)])
    assert run.exit_code == 0, run.output
    text = page.read_text()
    assert Nested(text).broken == []
    assert "2 codes side by side" in text
    assert text.count("Class full") >= 2
    assert 'id="plot-accuracy"' in text
    assert "crosses" in text


def test_what_is_no_report_is_refused_in_one_line(tmp_path):
    """Status 2 with the file and the rule."""
    (tmp_path / "no.json").write_text("{}")
    run = CliRunner().invoke(main, ["report", str(tmp_path / "no.json")])
    assert run.exit_code == 2
    assert "must be a report" in run.output


def test_an_implementation_cannot_write_markup_into_the_page():
    """Names and tasks are text."""
    document = documents()[0]
    document["implementation"]["name"] = "<script>alert(1)</script>"
    assert "<script>" not in render_codes([document])
