"""The digest of a spec: changes are evident, though anyone can hash again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from typing import Any

from icp_workbench.spec.model import SCHEMA_VERSION, IdealCustomerProfile, content_of, is_newer


def digest_of(profile: IdealCustomerProfile) -> str:
    """`sha256:…` of the content as JSON: sorted keys, no blanks, NFC, UTF-8, whole numbers without a
    fraction, without metadata.digest. The same for YAML and TOML."""
    content = content_of(profile)
    content["metadata"].pop("digest", None)
    text = json.dumps(_canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_digest(profile: IdealCustomerProfile) -> IdealCustomerProfile:
    """The profile with its own digest written into its metadata."""
    metadata = profile.metadata.model_copy(update={"digest": digest_of(profile)})
    return profile.model_copy(update={"metadata": metadata})


def verify_digest(profile: IdealCustomerProfile) -> bool | None:
    """Whether the content is what was hashed when it was written; None where there is no digest."""
    written = profile.metadata.digest
    return None if written is None else written == digest_of(profile)


def digests_of(profile: IdealCustomerProfile) -> tuple[str, ...]:
    """Every digest by which others may name this version: that of its content, and those it had before it
    was rewritten in a newer shape."""
    return digest_of(profile), *(before.digest for before in profile.metadata.migrated)


def digest_note(profile: IdealCustomerProfile) -> str | None:
    """A sentence for the reader where the content is not what was hashed; None where all is well."""
    if is_newer(profile.schema_version) and not verify_digest(profile):
        # Of keys we do not know we do not know the types either, and the digest is of them too.
        return (
            f"The spec is written as schema {profile.schema_version}, newer than {SCHEMA_VERSION}: whether "
            "it was changed by hand cannot be told."
        )
    match verify_digest(profile):
        case None:
            return "The spec has no digest: whether it was changed by hand cannot be told."
        case False:
            return (
                "The spec was changed after it was saved: its content does not have the digest it names. "
                "A changed spec should be a new version."
            )
    return None


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {_canonical(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
