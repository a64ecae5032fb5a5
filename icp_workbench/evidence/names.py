"""What a verdict and a strength may be called. No library is imported here: a spec is read by these alone."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["better", "worse", "similar", "unclear", "too_few", "none"]
StrengthName = Literal["confirmed", "suggestive", "assumption", "contradicted"]
