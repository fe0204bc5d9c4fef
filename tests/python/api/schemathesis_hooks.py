"""What no description can say, for schemathesis: `SCHEMATHESIS_HOOKS` names this module.

A request whose every field is right for itself may be refused, because its fields do not go
together or because the release does not have what they ask for.
"""

from __future__ import annotations

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

_KINDS = {"terms", "too-many-rows", "currency"}
_FIELDS = {"cursor", "to_date", "quantile"}


@schemathesis.check
def what_is_described_is_accepted(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> bool | None:
    """Check `positive_data_acceptance`, but for what only the server can know."""
    if response.status_code == 422:
        problem = response.json()
        fields = {one["field"] for one in problem.get("errors", ())}
        if problem["type"].rpartition(":")[2] in _KINDS or (fields and fields <= _FIELDS):
            return None
    return positive_data_acceptance(context, response, case)
