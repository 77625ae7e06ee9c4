import json
import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner
from report_samples import sample_report

from qdverify.interfaces.cli import main
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.page_folder import earlier_report, read_report, write_folder


def test_the_folder_holds_page_data_and_junit(tmp_path):
    """All three say the same run; nothing half-written is left beside them."""
    report = sample_report(trials=2)
    page = write_folder(report, tmp_path / "new" / "folder")
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "index.html",
        "junit.xml",
        "plots.json",
        "report.json",
    ]
    assert read_report(page.parent / "report.json") == json.loads(report.to_json())
    assert ET.parse(page.parent / "junit.xml").getroot().tag == "testsuites"
    assert "that applied" in page.read_text(encoding="utf-8")


def test_a_second_run_is_held_against_the_first(tmp_path):
    """The page of a run shows what changed since the one that the folder held."""
    assert earlier_report(tmp_path) is None
    assert 'id="changes"' not in write_folder(sample_report(trials=2), tmp_path).read_text("utf-8")
    text = write_folder(sample_report(trials=2, faulty=True), tmp_path, earlier_report(tmp_path)).read_text("utf-8")
    assert "<h3>Broke</h3>" in text


def test_what_is_no_report_in_the_folder_does_not_stop_a_run(tmp_path):
    """A broken file left behind counts as none."""
    (tmp_path / "report.json").write_text("{")
    assert earlier_report(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [("{", "must be JSON"), ("[]", "must be a report"), ('{"schema": "qdverify-report/2"}', "breaks its schema")],
)
def test_what_is_no_report_is_refused_where_it_is_asked_for(tmp_path, text, rule):
    """The message names the file and the rule."""
    path = tmp_path / "old.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=rule) as refusal:
        read_report(path)
    assert "old.json" in str(refusal.value)


def test_a_report_of_the_first_schema_is_read(tmp_path):
    """Its stages were called layers: it reads as the same report written today."""
    today = sample_report(trials=2).document()
    first = json.loads(
        json.dumps(today).replace('"stage"', '"layer"').replace("qdverify-report/2", "qdverify-report/1")
    )
    (tmp_path / "first.json").write_text(json.dumps(first))
    assert read_report(tmp_path / "first.json") == json.loads(json.dumps(today))
    outcome = CliRunner().invoke(main, ["compare", str(tmp_path / "first.json"), str(tmp_path / "first.json")])
    assert outcome.exit_code == 0, outcome.output
