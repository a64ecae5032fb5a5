"""Records that were set aside → a file a person can mend and bring back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from icp_workbench.book.raw import SetAside
from icp_workbench.documents.files import write_new
from icp_workbench.errors import WorkbenchError

HEADER = ("line", "kind", "reason", "text")


def write_set_aside(path: Path, table_name: str, headers: Sequence[str], items: Iterable[SetAside]) -> int:
    """Write the records of a table that were set aside as CSV (RFC 4180, UTF-8); returns how many.

    Four columns: line, kind, reason, text, the last being the record as found. `headers` are the table's: the
    line before the records holds them in the same form, so that a mended text has its header at hand.
    WorkbenchError where the file is there already or cannot be written, or there is nothing to write.
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(HEADER)
    names = io.StringIO()
    csv.writer(names, lineterminator="").writerow(headers)
    writer.writerow((0, "header", f"The header of {table_name}.", names.getvalue()))
    count = 0
    for item in items:
        writer.writerow((item.line, item.kind, item.reason, item.text))
        count += 1
    if not count:
        raise WorkbenchError(
            "Nothing set aside",
            f"Every record of `{table_name}` was loaded as it stands.",
            "There is nothing to save.",
        )
    try:
        write_new(path, held.getvalue().encode("utf-8"))
    except FileExistsError:
        raise WorkbenchError(
            "File exists", f"There is a file `{path}` already.", "Choose another name, or delete that file."
        ) from None
    except OSError as error:
        reason = error.strerror or "an input/output error"
        raise WorkbenchError(
            "Cannot write file",
            f"`{path}` could not be written: {reason}.",
            "Check the folder and its permissions.",
        ) from None
    return count
