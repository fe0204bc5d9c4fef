"""The stack of containers: it parses, nothing runs as root or on defaults, and images are whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bi import keys
from warehouse import fingerprint

from ...support.images import copied
from ..conftest import PROJECT

STACK = yaml.safe_load((PROJECT / "infrastructure/docker-compose.yml").read_text())
SERVICES = STACK["services"]
DOCKERFILES = sorted((PROJECT / "infrastructure").glob("*.Dockerfile"))
SCRIPTS = ("compose", "docker-compose.yml", "secrets.sh")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the scripts need, with no secrets yet."""
    (tmp_path / "infrastructure").mkdir()
    for name in SCRIPTS:
        shutil.copy(PROJECT / "infrastructure" / name, tmp_path / "infrastructure" / name)
    return tmp_path


def run(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(folder / "infrastructure" / script), *arguments],
        env={k: v for k, v in os.environ.items() if not k.startswith("PAIDNET_")},
        capture_output=True,
        text=True,
        check=False,
    )


def has_compose() -> bool:
    if shutil.which("docker-compose"):
        return True
    asked = ["docker", "compose", "version"]
    return (
        bool(shutil.which("docker")) and not subprocess.run(asked, capture_output=True).returncode
    )


def test_docker_compose_reads_the_file(copy: Path) -> None:
    if not has_compose():
        if os.environ.get("PAIDNET_REQUIRE_SERVICES"):
            pytest.fail("there is no docker-compose; .ci/run installs it")
        pytest.skip("there is no docker-compose here; .ci/run installs it")
    assert run(copy, "secrets.sh").returncode == 0
    done = run(copy, "compose", "config")
    assert done.returncode == 0, done.stderr
    read = yaml.safe_load(done.stdout)
    assert set(read["services"]) >= {"build", "scheduler", "superset", "postgres", "redis", "api"}
    assert set(SERVICES) == {*read["services"], "puller"}
    assert set(read["volumes"]) == {"data", "superset", "metadata", "cache"}
    assert "variable is not set" not in done.stderr
    for file in (copy / "secrets").iterdir():
        assert file.read_text() not in done.stdout


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["logging"]["options"]["max-size"]
    assert not any("docker.sock" in str(volume) for volume in service["volumes"])
    if name == "build":
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_runs_a_pinned_image_and_not_as_root(name: str) -> None:
    service = SERVICES[name]
    # A name and a version, down to the patch; a variable may name another.
    assert re.search(r":-([a-z]+:)?\d+\.\d+[.\d]*(-bookworm)?}$", service["image"])
    if "build" in service:
        lines = (PROJECT / service["build"]["dockerfile"]).read_text().splitlines()
        users = [line.split()[1] for line in lines if line.startswith("USER ")]
        assert users[-1:] == ["paidnet"]
        python = service["build"]["args"]["PYTHON_IMAGE"]
        assert re.search(r":-python:3\.11\.\d+-slim-bookworm", python)
    else:
        assert service["user"] == name


def test_no_secret_is_in_an_environment() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "SECRET" in key:
                assert key.endswith("_FILE"), f"{name}: {key}"
                secret = str(value).removeprefix("/run/secrets/")
                assert secret in service["secrets"]
    named = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert named == set(STACK["secrets"])


def test_only_the_pages_and_the_api_are_reached_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {
        "superset": ["${PAIDNET_BI_BIND:-127.0.0.1}:${PAIDNET_BI_PORT:-8088}:8088"],
        "api": ["${PAIDNET_API_BIND:-127.0.0.1}:${PAIDNET_API_PORT:-8089}:8089"],
    }
    assert STACK["networks"]["back"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["back"]
    for name in ("build", "scheduler"):
        assert SERVICES[name]["network_mode"] == "none"
    # A way out, and to no other service.
    others = [name for name, one in SERVICES.items() if "out" in one.get("networks", ())]
    assert others == ["puller"]
    assert SERVICES["puller"]["networks"] == ["out"]


def test_the_puller_only_pulls_and_the_scheduler_never_does() -> None:
    times = ("PAIDNET_WEEKLY", "PAIDNET_NIGHTLY", "PAIDNET_CHECK", "PAIDNET_MONTHLY")
    scheduler, puller = ([SERVICES[name]["environment"][time] for time in times]
                         for name in ("scheduler", "puller"))  # fmt: skip
    assert [bool(time) for time in scheduler] == [False, True, True, True]
    assert [bool(time) for time in puller] == [True, False, False, False]


def test_superset_reads_releases_and_cannot_write_them() -> None:
    assert "data:/data:ro" in SERVICES["superset"]["volumes"]
    assert "data:/data" in SERVICES["build"]["volumes"]


def test_services_start_when_what_they_need_is_healthy() -> None:
    assert SERVICES["superset"]["depends_on"] == {
        "build": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }


def test_images_are_named_after_the_version() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    for name in ("build", "scheduler", "puller", "api", "superset"):
        assert SERVICES[name]["image"].endswith(f"${{PAIDNET_TAG:-{version}}}")


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_what_an_image_copies_is_there_and_let_through(dockerfile: Path) -> None:
    let_through = [
        line[1:]
        for line in (PROJECT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    sources = copied(dockerfile)
    assert sources
    for source in sources:
        assert (PROJECT / source).exists()
        assert any(source == known or source.startswith(f"{known}/") for known in let_through)


def test_the_image_of_the_warehouse_holds_all_that_a_build_is_made_from() -> None:
    (dockerfile,) = (path for path in DOCKERFILES if "warehouse" in path.name)
    assert set(fingerprint.MADE_FROM) <= copied(dockerfile)
    stages = {path.parent.name for path in PROJECT.glob("*/__main__.py")}
    # Dashboards have an image of their own, notebooks are opened where people work.
    assert stages - {"bi", "simulation", "notebooks"} <= copied(dockerfile)


def test_every_service_variable_of_the_config_is_set_for_superset() -> None:
    environment: dict[str, Any] = SERVICES["superset"]["environment"]
    for name in (*keys.KEYS, *keys.PASSWORDS, *keys.SERVICES):
        assert f"{name}_FILE" in environment


def test_secrets_are_made_once_strong_and_for_the_owner_alone(copy: Path) -> None:
    first = run(copy, "secrets.sh")
    assert first.returncode == 0, first.stderr
    folder = copy / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert {f"./secrets/{name}" for name in made} == {
        secret["file"] for secret in STACK["secrets"].values()
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(set(made.values())) == len(made)
    for name, value in made.items():
        keys.check(keys.KEYS[0] if name.startswith("superset_") else "PASSWORD", value, name)
        assert (folder / name).stat().st_mode & 0o777 == 0o444
    second = run(copy, "secrets.sh")
    assert second.stdout == ""
    assert {path.name: path.read_text() for path in folder.iterdir()} == made


@pytest.mark.parametrize("spoil", ["empty", "folder"])
def test_what_is_no_secret_is_reported(copy: Path, spoil: str) -> None:
    assert run(copy, "secrets.sh").returncode == 0
    file = copy / "secrets" / "redis_password"
    file.unlink()
    if spoil == "folder":
        file.mkdir()
    else:
        file.touch()
    done = run(copy, "secrets.sh")
    assert done.returncode == 1
    assert "secrets/redis_password is no secret" in done.stderr
