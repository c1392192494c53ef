"""`smartsenegal procedures`: files in and out."""

import pytest

from smartsenegal.onestop.procedures import cli, files, queries
from tests.onestop.procedures.samples import small

pytestmark = pytest.mark.django_db


def test_what_is_exported_can_be_imported(catalogue, tmp_path, capsys):
    assert cli.main(["export", str(tmp_path)]) == 0
    exported = sorted(tmp_path.glob("*.yaml"))
    assert len(exported) == 18
    assert cli.main(["check", *map(str, exported)]) == 0
    assert cli.main(["import", *map(str, exported)]) == 0
    for path in exported:
        assert queries.draft_of(path.stem).definition == queries.published_revision(path.stem).definition
    assert "révision 2 en brouillon" in capsys.readouterr().out


def test_a_file_is_published(catalogue, tmp_path):
    path = tmp_path / "peche.yaml"
    path.write_text(files.to_yaml(small()), "utf-8")
    assert cli.main(["import", "--publish", str(path)]) == 0
    assert queries.published_revision("licence-de-peche").note == "Importée de peche.yaml"


def test_faults_name_the_file_and_the_place(catalogue, tmp_path, capsys):
    wrong = tmp_path / "faux.yaml"
    wrong.write_text(files.to_yaml(small(circuit=())), "utf-8")
    assert cli.main(["check", str(wrong), str(tmp_path / "absent.yaml")]) == 1
    told = capsys.readouterr().err
    assert f"{wrong}\u00a0: circuit\u00a0: il manque une étape de décision" in told
    assert "absent.yaml\u00a0: le fichier ne peut pas être lu" in told
    assert cli.main(["import", "--publish", str(wrong)]) == 1
    assert queries.published_revision("licence-de-peche") is None


def test_a_file_that_is_no_text_is_refused(catalogue, tmp_path, capsys):
    wrong = tmp_path / "image.yaml"
    wrong.write_bytes(b"\xff\xfe\x00")
    assert cli.main(["import", str(wrong)]) == 1
    assert "UTF-8" in capsys.readouterr().err


def test_a_wrong_command_says_how_to_write_it(catalogue, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["importer"])
    assert stopped.value.code == 2
    assert "export" in capsys.readouterr().err
