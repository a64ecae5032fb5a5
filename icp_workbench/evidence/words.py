"""The words evidence is told in: apart from what computes it, so that a spec is read without any of that."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["better", "worse", "similar", "unclear", "too_few", "none"]
StrengthName = Literal["confirmed", "suggestive", "assumption", "contradicted"]
