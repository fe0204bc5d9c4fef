"""What is fitted, watched."""

from __future__ import annotations

import pytest

from forecasting.revenue import company
from forecasting.revenue.backtest import Window
from forecasting.revenue.company import Task
from forecasting.run import Run


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The companies that are fitted, one entry per fit."""
    seen: list[str] = []
    real = company.run_task

    def watched(task: Task, run: Run) -> Window:
        seen.append(task.series.company_id)
        return real(task, run)

    monkeypatch.setattr(company, "run_task", watched)
    return seen
