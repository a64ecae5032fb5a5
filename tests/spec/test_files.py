"""Spec files: round trips, and everything a file can be that is no spec."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.documents.tree import toml_tree, yaml_tree
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.digest import digest_note, digest_of, verify_digest, with_digest
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.migration import STEPS
from icp_workbench.spec.model import SCHEMA_VERSION, IdealCustomerProfile, content_of
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.writing import toml_text, yaml_text
from tests.spec.examples import BITING, GOLDEN, criterion, mutated_specs, profile, profiles


def problems_of(text: str) -> str:
    """What a YAML text is refused for."""
    with pytest.raises(WorkbenchError) as refused:
        profile_of(yaml_tree(text))
    return refused.value.what_happened


def round_trip(written: IdealCustomerProfile) -> str:
    """Written and read in both formats, nothing is another: what `dev.py bench spec` does ten thousand times.
    The YAML text.

    Contents are compared, since a section with nothing in it is left out of the file.
    """
    text = yaml_text(written)
    from_yaml = profile_of(yaml_tree(text))
    from_toml = profile_of(toml_tree(toml_text(written)))
    assert content_of(from_yaml) == content_of(from_toml) == content_of(written)
    assert digest_of(from_yaml) == digest_of(from_toml) == digest_of(written)
    assert from_yaml == from_toml
    return text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_yaml_and_toml_carry_the_same_content(written: IdealCustomerProfile) -> None:
    round_trip(written)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_any_other_yaml_reader_sees_the_same_texts(written: IdealCustomerProfile) -> None:
    read = yaml.safe_load(yaml_text(written))
    assert read["statement"].get("text") == written.statement.text
    assert [one.get("reason", "") for one in read["criteria"]] == [one.reason for one in written.criteria]
    assert content_of(written)["fields"].keys() == read["fields"].keys()


@pytest.mark.parametrize("text", BITING)
def test_a_text_that_looks_like_something_else_stays_text(text: str) -> None:
    written = profile(criterion("it", FieldTest("industry", "in", (text,))))
    assert profile_of(yaml_tree(yaml_text(written))) == written
    assert yaml.safe_load(yaml_text(written))["criteria"][0]["when"]["in"] == [text]


def test_golden_files_of_every_shape_open_for_ever() -> None:
    files = sorted(GOLDEN.glob("*.icp.*"))
    profiles = {path.name: read_spec(path) for path in files}
    assert {one.schema_version for one in profiles.values()} == {*STEPS, SCHEMA_VERSION}
    assert all(verify_digest(one) for one in profiles.values())
    for name in ("acme-core-3.0.0", "acme-core-3.1.0"):
        assert profiles[f"{name}.icp.yaml"] == profiles[f"{name}.icp.toml"]


@pytest.mark.parametrize("suffix", ["yaml", "toml"])
def test_a_file_of_the_newest_shape_is_written_as_it_always_was(suffix: str, tmp_path: Path) -> None:
    golden = GOLDEN / f"acme-core-3.1.0.icp.{suffix}"
    write_spec(read_spec(golden), tmp_path / golden.name)
    assert (tmp_path / golden.name).read_text("utf-8") == golden.read_text("utf-8")


def test_every_file_tells_an_editor_where_its_schema_is() -> None:
    assert yaml_text(profile()).splitlines()[0] == "# yaml-language-server: $schema=icp.schema.json"
    assert toml_text(profile()).splitlines()[0] == "#:schema ./icp.schema.json"


def test_a_spec_is_read_whichever_way_yaml_is_written() -> None:
    text = yaml_text(profile(criterion("it", FieldTest("industry", "in", ("NO", "1.10")))))
    by_hand = text.replace('"NO"', "NO").replace('"1.10"', "1.10")
    assert by_hand != text
    assert profile_of(yaml_tree(by_hand)).criteria[0].when == FieldTest("industry", "in", ("NO", "1.10"))


def test_scalars_are_typed_by_the_fields_section() -> None:
    text = yaml_text(profile())
    text = text.replace("{field: industry, in: [SaaS]}", "{all: [{field: employees, between: [40, 1.5e2]}, "
                        "{field: hiring, is: true}, {field: industry, is: 2025-06-01}]}")  # fmt: skip
    when = profile_of(yaml_tree(text)).criteria[0].when
    assert when == AllOf(
        (
            FieldTest("employees", "between", (40, 150.0)),
            FieldTest("hiring", "is", True),
            FieldTest("industry", "is", "2025-06-01"),
        )
    )


def test_a_changed_value_is_evident() -> None:
    written = with_digest(profile())
    assert digest_note(profile_of(yaml_tree(yaml_text(written)))) is None
    changed = yaml_text(written).replace("points: 50", "points: 51")
    assert "changed after it was saved" in (digest_note(profile_of(yaml_tree(changed))) or "")


def test_keys_of_others_are_kept_and_unknown_ones_refused() -> None:
    text = yaml_text(profile()).replace("  name: acme", "  name: acme\n  x-owner: NO")
    read = profile_of(yaml_tree(text))
    assert "x-owner" in yaml_text(read)
    assert profile_of(yaml_tree(yaml_text(read))) == read
    told = problems_of(yaml_text(profile()).replace("  name: acme", "  name: acme\n  versoin: 1"))
    assert "metadata.versoin" in told and "`version`" in told
    newer = (
        yaml_text(profile())
        .replace('schema: "1.0"', 'schema: "1.7"')
        .replace("  name: acme", "  name: acme\n  new: 1")
    )
    assert "new" in yaml_text(profile_of(yaml_tree(newer)))


def test_every_problem_is_told_at_once_with_its_path() -> None:
    text = yaml_text(
        profile(
            criterion("one", FieldTest("industry", "in", ("A",))),
            criterion("two", FieldTest("employees", "at_least", 4)),
        )
    )
    text = (
        text.replace("at_least: 4", "at_least: many")
        .replace("in: [A]", "inn: [A]")
        .replace("signal: fit", "signal: fitt")
    )
    text = text.replace("created: 2026-11-22T10:42:00+00:00", "created: yesterday").replace(
        "rows: 40", "rows: -1"
    )
    told = problems_of(text)
    for path in (
        "criteria[0].when",
        "criteria[1].when",
        "criteria[0].signal",
        "criteria[1].signal",
        "metadata.created",
        "data.files[0].rows",
    ):
        assert path in told, (path, told)
    assert "many" in told and "fitt" in told and "yesterday" in told


def test_an_id_is_given_once() -> None:
    twice = yaml_text(
        profile(
            criterion("a", FieldTest("industry", "is", "A")), criterion("b", FieldTest("industry", "is", "B"))
        )
    )
    assert "criteria[1].id" in problems_of(twice.replace("id: b", "id: a"))


def test_a_field_that_is_not_described_is_refused() -> None:
    text = yaml_text(profile()).replace("{field: industry, in: [SaaS]}", "{field: industri, in: [SaaS]}")
    assert "did you mean `industry`" in problems_of(text)


def refusals(*paths: Path) -> list[list[str]]:
    """What happened and what to do of each file, as another process says, which is ended if it hangs."""
    code = """
import json, sys
from pathlib import Path
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.files import read_spec
told = []
for name in sys.argv[1:]:
    try:
        read_spec(Path(name))
    except WorkbenchError as error:
        told.append([error.what_happened, error.what_to_do])
    else:
        told.append(["", ""])
print(json.dumps(told))
"""
    command = [sys.executable, "-c", code, *map(str, paths)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return list(json.loads(finished.stdout))


def test_hostile_files_are_one_error_each_and_none_hangs(real_data: Callable[[str], Path]) -> None:
    files = sorted(real_data("hostile/bad_specs").iterdir())
    assert len(files) > 15
    for path, (what_happened, what_to_do) in zip(files, refusals(*files), strict=True):
        assert what_happened and what_to_do, path.name
        if path.name == "newer.yaml":
            assert "icp/v999" in what_happened


@pytest.mark.parametrize(
    "text",
    [
        "a.b" + ".c" * 400_000 + "=1",
        "a=" + "{b=" * 30_000,
        "[" + "a." * 100_000 + "b]",
        "a = 1\na = 2",
        "a = '",
        "a=" + "9" * 900_000,
    ],
    ids=["dotted key", "inline tables", "header", "twice", "unclosed", "long number"],
)  # fmt: skip
def test_hostile_toml_is_one_error_too(text: str, tmp_path: Path) -> None:
    path = tmp_path / "it.toml"
    path.write_text(text, "utf-8")
    assert all(refusals(path)[0])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "nothing"),
        (b"a" * 1_000_001, "1 MB"),
        (b"\xff\xfea\0", "NUL"),
        (b"caf\xe9: 1", "0xe9"),
        (b"- a\n- b\n", "mapping"),
    ],
)
def test_what_is_no_text_is_said(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "it.icp.yaml"
    path.write_bytes(content)
    with pytest.raises(WorkbenchError, match=told):
        read_spec(path)


@settings(max_examples=300, deadline=None)
@given(mutated_specs())
def test_a_mutated_spec_is_read_or_one_error(found: tuple[str, str]) -> None:
    read_or_refused(*found)


def read_or_refused(suffix: str, text: str) -> bool:
    """Whether a text is read as a spec; else it is one error that says what happened and what to do."""
    try:
        profile_of(toml_tree(text) if suffix == "toml" else yaml_tree(text))
    except WorkbenchError as error:
        assert error.what_happened and error.what_to_do
        return False
    return True


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.yaml", tmp_path):
        with pytest.raises(WorkbenchError):
            read_spec(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "it.icp.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + yaml_text(profile()).encode())
    assert read_spec(path) == profile()


def test_a_version_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "it.icp.yaml"
    write_spec(profile(), path)
    before = path.read_bytes()
    with pytest.raises(WorkbenchError, match="never overwritten"):
        write_spec(with_digest(profile()), path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


class Killed(BaseException):
    """The process died here."""


@pytest.mark.parametrize("step", ["fsync", "link", "unlink", "open"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_the_file_is_whole_or_not_there(
    step: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(os, step)

    def dies(*arguments: object, **options: object) -> object:
        if after:
            real(*arguments, **options)
        raise Killed

    path = tmp_path / "it.icp.yaml"
    monkeypatch.setattr(os, step, dies)
    with pytest.raises(Killed):
        write_spec(profile(), path)
    monkeypatch.undo()
    if path.exists():
        assert read_spec(path) == profile()
    else:
        write_spec(profile(), path)  # nothing that was left behind is in the way
        assert read_spec(path) == profile()


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_disk_that_fails_leaves_nothing_behind(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fails)
    if step == "link":
        monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(WorkbenchError, match="No space left"):
        write_spec(profile(), tmp_path / "it.icp.yaml")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_or_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("nowhere", "file"):
        with pytest.raises(WorkbenchError, match="Cannot write"):
            write_spec(profile(), tmp_path / folder / "it.icp.yaml")


@pytest.mark.parametrize("suffix", ["yaml", "toml"])
def test_a_file_that_is_printed_obeys_nothing_and_hides_nothing(tmp_path: Path, suffix: str) -> None:
    text = (
        "[/] \x1b[31m \x9b31m \u202egpj.exe \u2028 \u200b \x7f \U000e0001 日本語 \U0001f468\u200d\U0001f469"
    )
    written = profile(criterion("it", FieldTest("industry", "in", (text,)), reason=text))
    path = tmp_path / f"it.icp.{suffix}"
    write_spec(written, path)
    raw = path.read_text("utf-8")
    assert not [c for c in raw if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c not in "\n\u200d"]
    assert "日本語" in raw and read_spec(path) == written


def test_what_could_not_be_read_back_is_refused_and_nothing_written(tmp_path: Path) -> None:
    many = profile(criterion("it", FieldTest("industry", "in", tuple(f"{at:09}" for at in range(90_000)))))
    with pytest.raises(WorkbenchError, match="1 MB"):
        write_spec(many, tmp_path / "many.icp.yaml")
    half = profile(criterion("it", FieldTest("industry", "is", "\ud800")))
    with pytest.raises(WorkbenchError, match="surrogate"):
        write_spec(half, tmp_path / "half.icp.yaml")
    unknown = profile(criterion("it", FieldTest("nowhere", "is", "x")))
    with pytest.raises(WorkbenchError, match="nowhere"):
        write_spec(unknown, tmp_path / "unknown.icp.yaml")
    assert list(tmp_path.iterdir()) == []


def test_half_a_character_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="surrogate"):
        write_spec(profile(criterion("it", FieldTest("industry", "is", "\ud800"))), tmp_path / "it.icp.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_value_of_several_kinds_is_named_by_its_own_path() -> None:
    text = yaml_text(profile()).replace("accounts: 12", 'accounts: "<6"')
    told = problems_of(text)
    assert "criteria[0].evidence.accounts: found `<6`" in told and "constrained" not in told
