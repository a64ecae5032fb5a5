"""The profile in one breath: We win best with … where … and …; we do not pursue … ."""

from icp_workbench.spec.statement.sentences import statement_of
from icp_workbench.spec.statement.slots import SLOTS

__all__ = ["SLOTS", "statement_of"]
