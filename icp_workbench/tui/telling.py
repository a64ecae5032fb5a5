"""An app that tells things in toasts: cleaned, never read as markup."""

from __future__ import annotations

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.crash import CrashApp
from icp_workbench.tui.safe import clean_lines


class TellingApp(CrashApp):
    """The newest thing told is the one that counts: it takes the place of the others."""

    def tell(self, text: str, seconds: float = 4.0) -> None:
        """A toast."""
        if text:
            self.clear_notifications()
            self.notify(clean_lines(text), timeout=seconds, markup=False)

    def tell_error(self, error: WorkbenchError, *, beside: bool = False) -> None:
        """An error a person can act on, as a toast; `beside` what was told last."""
        text = "\n".join(clean_lines(part) for part in (error.title, error.what_happened, error.what_to_do))
        if not beside:
            self.clear_notifications()
        self.notify(text, severity="warning", timeout=8, markup=False)
