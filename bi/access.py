"""Roles, and who sees which companies; pushed over REST, since a bundle holds neither."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from bi import bundle
from bi.api import Superset
from bi.settings import ASSETS, home
from warehouse.errors import PaidnetError

_RLS_PREFIX = "Companies of "


@cache
def _roles_file() -> dict:
    return bundle.read(ASSETS / "access.yaml")


def removed() -> list[dict]:
    """Return the removed assets: kind, uuid and name."""
    return bundle.read(ASSETS / "removed.yaml")["removed"]


def companies_of_roles() -> dict[str, list[str]]:
    """Return the companies each limited role sees, from `companies.yaml` in Superset's folder.

    `$PAIDNET_BI_COMPANIES` names another file.
    """
    file = Path(os.environ.get("PAIDNET_BI_COMPANIES") or home() / "companies.yaml")
    try:
        found = (yaml.load(file.read_text(), yaml.CSafeLoader) if file.exists() else None) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise _unusable(file, " ".join(str(error).split())) from None
    if not isinstance(found, dict):
        raise _unusable(file, str(found))
    for role, companies in found.items():
        plain = isinstance(companies, list) and all(isinstance(one, str) for one in companies)
        if not plain or not companies or role in {"Admin", *_roles_file()["roles"]}:
            raise _unusable(file, f"{role}: {companies}")
    return found


def _unusable(file: Path, found: str) -> PaidnetError:
    return PaidnetError(
        f"{file} cannot be used",
        found=found,
        expected="the name of a new role and the ids of its companies,"
        " such as `risk_north: [alder, birch]`",
        fix="correct the line",
    )


def errors() -> Iterator[str]:
    """Yield the errors in the roles: rights to write, unknown datasets, companies not limited."""
    for role, grants in _roles_file()["roles"].items():
        for permission, views in grants.items():
            for view in views:
                # Of charts and dashboards Superset lets a user change their own alone.
                if permission == "can_write" and view in {"Database", "Dataset"}:
                    yield f"role {role} may change {view}"
    for name in _roles_file()["without_company"]:
        if f"{name}.yaml" not in {path.name for path in bundle.files("datasets")}:
            yield f"without_company names {name}, which is not a dataset"
    for path, dataset in bundle.datasets().items():
        has_company = any(c["column_name"] == "company_id" for c in dataset["columns"])
        if not has_company and path.stem not in _roles_file()["without_company"]:
            yield f"{path.stem} has no company_id: a limited user would see all of it"


def push_roles(superset: Superset) -> None:
    """Give each role exactly its permissions; a limited role has those of `risk`."""
    known = {
        (item["permission"]["name"], item["view_menu"]["name"]): item["id"]
        for item in superset.pages("/api/v1/security/permissions-resources/")
    }
    # A database is known by name and local number: [Warehouse].(id:1).
    local_names = {view.split(".(id:")[0]: view for _, view in known if ".(id:" in view}
    ids = {role["name"]: role["id"] for role in superset.pages("/api/v1/security/roles/")}
    wanted = dict(_roles_file()["roles"])
    wanted |= dict.fromkeys(companies_of_roles(), wanted["risk"])
    for role, grants in wanted.items():
        pairs = [
            (grant, local_names.get(view, view))
            for grant, views in grants.items()
            for view in views
        ]
        unknown = [pair for pair in pairs if pair not in known]
        if unknown:
            raise PaidnetError(
                f"role {role} has permissions that Superset does not know",
                found=str(unknown),
                expected="permissions of this version",
                fix="correct superset/assets/access.yaml",
            )
        if role not in ids:
            made = superset.call("post", "/api/v1/security/roles/", json={"name": role})
            ids[role] = made["id"]
        superset.call(
            "post",
            f"/api/v1/security/roles/{ids[role]}/permissions",
            json={"permission_view_menu_ids": sorted(known[pair] for pair in pairs)},
        )


def push_limits(superset: Superset) -> None:
    """Give each limited role a row filter on every dataset that has companies."""
    roles = {role["name"]: role["id"] for role in superset.pages("/api/v1/security/roles/")}
    local = superset.ids("dataset")
    tables = [
        local[bundle.read(path)["uuid"]]
        for path in bundle.files("datasets")
        if path.stem not in _roles_file()["without_company"]
    ]
    path = "/api/v1/rowlevelsecurity/"
    present = {one["name"]: one["id"] for one in superset.pages(path)}
    limits = companies_of_roles()
    for role, companies in limits.items():
        quoted = ", ".join("'" + company.replace("'", "''") + "'" for company in companies)
        body = {
            "name": f"{_RLS_PREFIX}{role}",
            "description": "Set by `python -m bi push` from data/superset/companies.yaml",
            "filter_type": "Regular",
            "tables": tables,
            "roles": [roles[role]],
            "clause": f"company_id in ({quoted})",
        }
        if body["name"] in present:
            superset.call("put", f"{path}{present[body['name']]}", json=body)
        else:
            superset.call("post", path, json=body)
    for name, number in present.items():
        if name.startswith(_RLS_PREFIX) and name.removeprefix(_RLS_PREFIX) not in limits:
            # Its role goes first: a role without its limit would see every company.
            role = name.removeprefix(_RLS_PREFIX)
            if role in roles:
                superset.call("delete", f"/api/v1/security/roles/{roles[role]}")
            superset.call("delete", f"{path}{number}")


def push_user(superset: Superset, username: str, role: str, password: str) -> None:
    """Make a user with one role, unless there is one of that name."""
    path = "/api/v1/security/users/"
    if any(user["username"] == username for user in superset.pages(path)):
        return
    roles = {one["name"]: one["id"] for one in superset.pages("/api/v1/security/roles/")}
    superset.call(
        "post",
        path,
        json={
            "username": username,
            "first_name": username.capitalize(),
            "last_name": "Paidnet",
            "email": f"{username}@paidnet.invalid",
            "active": True,
            "password": password,
            "roles": [roles[role]],
        },
    )
