"""What the roles of Superset's users may do here, and of which companies.

The roles are those of docs/security.md: what a role may not see in Superset it may not ask for.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from api import auth
from bi.access import companies_of_roles

#: Rows of orders are for those who see the rows behind a chart.
_READ = frozenset({"read:companies", "read:forecast", "read:risk"})
_READ_ROWS = _READ | {"read:transactions"}
#: Roles that see every company.
_SCOPES = {"Admin": _READ_ROWS, "analyst": _READ_ROWS, "risk": _READ}


def uploading() -> frozenset[str]:
    """Return the roles that may upload: `$PAIDNET_API_UPLOAD_ROLES`, else admins and analysts.

    A limited role that is named there uploads files of its own companies.
    """
    named = os.environ.get("PAIDNET_API_UPLOAD_ROLES")
    names = named.split(",") if named is not None else ["Admin", "analyst"]
    return frozenset(name.strip() for name in names if name.strip())


def principal(name: str, roles: Collection[str]) -> auth.Principal | None:
    """Return what a user of these roles may do now; None where none of them says.

    As in Superset, a limited role limits its user whatever other roles there are, and a user of
    two such roles sees what both see. Raises PaidnetError for a `companies.yaml` of no use.
    """
    limits = companies_of_roles()
    limited = [frozenset(limits[role]) for role in roles if role in limits]
    known = [role for role in roles if role in _SCOPES]
    if not limited and not known:
        return None
    scopes = frozenset().union(_READ if limited else (), *(_SCOPES[role] for role in known))
    if uploading().intersection({*known, *(role for role in roles if role in limits)}):
        scopes |= {"upload"}
    return auth.Principal(
        name,
        scopes,
        frozenset.intersection(*limited) if limited else None,
        f"login {name}",
    )
