"""Older shapes rewritten step by step: the same content, a copy kept, lineage kept, twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.changes.comparing import compare_specs, effect_of
from icp_workbench.spec.digest import digest_note, digest_of, digests_of, verify_digest, with_digest
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.migration import STEPS, migrate_file, migrated
from icp_workbench.spec.model import SCHEMA_VERSION, IdealCustomerProfile, Parent, content_of
from icp_workbench.spec.writing import yaml_text
from tests.spec.examples import GOLDEN, profile, profiles

OLD = ("acme-core-3.0.0.icp.yaml", "acme-core-3.0.0.icp.toml", "derived-1.0.0.icp.yaml")


def copied(name: str, folder: Path) -> Path:
    """A golden file in a folder where it may be rewritten."""
    path = folder / name
    path.write_bytes((GOLDEN / name).read_bytes())
    return path


@pytest.mark.parametrize("name", OLD)
def test_a_golden_file_of_each_older_shape_becomes_the_same_for_ever(name: str, tmp_path: Path) -> None:
    path = copied(name, tmp_path)
    before = read_spec(path)
    copy = migrate_file(path)
    assert copy == path.with_name(f"{name}.{before.schema_version}.bak")
    assert copy.read_bytes() == (GOLDEN / name).read_bytes()
    assert path.read_bytes() == (GOLDEN / "migrated" / name).read_bytes()
    assert verify_digest(read_spec(path)) is True and read_spec(path).schema_version == SCHEMA_VERSION
    assert effect_of(before, read_spec(path)) is None


def test_twice_is_once(tmp_path: Path) -> None:
    path = copied(OLD[0], tmp_path)
    migrate_file(path)
    after = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert migrate_file(path) is None
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == after


def test_the_steps_lead_from_every_shape_to_the_newest() -> None:
    at = "1.0"
    seen = []
    while at in STEPS:
        seen.append(at)
        at = STEPS[at]({"schema": at})["schema"]
    assert at == SCHEMA_VERSION and seen == list(STEPS)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_nothing_is_lost_or_added_but_the_shape(written: IdealCustomerProfile) -> None:
    rewritten = migrated(written)
    assert migrated(rewritten) is rewritten
    old, new = content_of(written), content_of(rewritten)
    for one in (old, new):
        one.pop("schema")
        for key in ("migrated", "digest"):
            one["metadata"].pop(key, None)
    assert old == new
    assert digest_of(written) in digests_of(rewritten)


def test_a_later_version_still_finds_its_parent() -> None:
    old = read_spec(GOLDEN / OLD[0])
    about = old.metadata.model_copy(
        update={"version": "3.0.1", "parent": Parent(version="3.0.0", digest=digest_of(old))}
    )
    child = with_digest(old.model_copy(update={"metadata": about}))
    assert compare_specs(old, child).notes == () == compare_specs(migrated(old), child).notes
    assert digest_of(old) != digest_of(migrated(old))


def test_a_file_changed_by_hand_is_not_rewritten(tmp_path: Path) -> None:
    path = copied(OLD[0], tmp_path)
    path.write_text(path.read_text("utf-8").replace("points: 60", "points: 61"), "utf-8")
    before = path.read_bytes()
    with pytest.raises(WorkbenchError, match="digest"):
        migrate_file(path)
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_copy_of_something_else_is_not_overwritten(tmp_path: Path) -> None:
    path = copied(OLD[0], tmp_path)
    other = tmp_path / f"{path.name}.1.0.bak"
    other.write_text("something else", "utf-8")
    assert migrate_file(path) == tmp_path / f"{path.name}.1.0.bak-2"
    assert other.read_text("utf-8") == "something else"


@pytest.mark.parametrize(
    ("changed", "needed"),
    [(("apiVersion: icp/v1", "apiVersion: icp/v2"), "icp/v2"), (('schema: "1.0"', 'schema: "2.0"'), "`2.0`")],
)
def test_a_newer_major_version_is_refused_with_what_it_needs_and_nothing_written(
    changed: tuple[str, str], needed: str, tmp_path: Path
) -> None:
    path = tmp_path / "it.icp.yaml"
    text = yaml_text(profile()).replace(*changed)
    assert changed[1] in text
    path.write_text(text, "utf-8")
    for act in (read_spec, migrate_file):
        with pytest.raises(WorkbenchError) as refused:
            act(path)
        assert needed in refused.value.what_happened and needed in refused.value.what_to_do
    assert path.read_text("utf-8") == text and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", ["yaml", "toml"])
def test_what_a_newer_minor_version_added_is_kept_on_rewrite(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "newer.icp.yaml"
    path.write_text(
        yaml_text(with_digest(profile()))
        .replace('schema: "1.0"', 'schema: "1.9"')
        .replace("  name: acme", "  name: acme\n  tone: {plain: true, of: [1, 2.50]}\n  x-team: NO")
        .replace("    missing: unknown", "    missing: unknown\n    weight: 012"),
        "utf-8",
    )
    read = read_spec(path)
    assert migrated(read) is read and "newer than" in (digest_note(read) or "")
    copy = tmp_path / f"copy.icp.{suffix}"
    write_spec(read, copy)
    again = read_spec(copy)
    assert again == read and again.schema_version == "1.9"
    content = content_of(again)
    assert content["metadata"]["tone"] == {"plain": "true", "of": ["1", "2.50"]}
    assert content["metadata"]["x-team"] == "NO" and content["criteria"][0]["weight"] == "012"
