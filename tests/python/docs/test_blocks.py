"""No command of the documentation escapes the tests: each block has a language or a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..conftest import PROJECT
from . import blocks, place

PAGE = """
Text, and then:

```sh
exit 3
```

<!-- not run: it would ask for a password -->

```bash
su
```

<!-- not run: -->
```sql
select 1
```

```
make build
```

```shell
make build
```

<!-- not run: too far away -->

Text between.

```python
print(1)
```

```sh
! false
true
```

```sh
! false
```

    make build
"""


def test_no_block_of_the_documentation_escapes() -> None:
    errors = [error for page in blocks.pages() for error in blocks.errors(page)]
    assert not errors, "\n".join(errors)


def test_the_pages_are_found_that_readers_start_from() -> None:
    found = {blocks.name_of(page) for page in blocks.pages()}
    start = {"README.md", "docs/contributing.md", "docs/dashboards.md", "ingestion/README.md"}
    assert found >= start
    assert not any(name.startswith((".venv", "data/")) for name in found)


def test_each_way_to_escape_is_reported_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert [error.split(";")[0] for error in blocks.errors(page)] == [
        "page.md:15: not run, without a reason: <!-- not run: the reason -->",
        "page.md:19: a block without a language",
        "page.md:23: unknown language 'shell'",
        "page.md:35: bash minds `! command` in a block's last line only",
        "page.md:44: code without a fence",
        "page.md:27: a mark that is not right above a command block",
    ]
    assert [block.line for block in blocks.blocks(page) if block.is_run] == [4, 31, 35, 40]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> place.Place:
    """A place without a copy of the project in it."""
    monkeypatch.setattr(place.Place, "_copy", lambda self: self.root.mkdir())
    made = place.Place(tmp_path / "paidnet")
    (made.root / ".venv").symlink_to(PROJECT / ".venv")
    yield made
    made.close()


def block(language: str, text: str) -> blocks.Block:
    return blocks.Block("page.md", 10, language, text)


def test_a_command_that_fails_is_reported_with_line_and_output(bare: place.Place) -> None:
    output = bare.shell(block("sh", "echo hello\n(cd nowhere)\necho never\n"))
    assert output.startswith("page.md:12: ")
    assert "cd nowhere" in output
    assert "hello" in output
    assert "No such file or directory" in output
    assert "never" not in output.splitlines()
    assert "exit 3" in bare.shell(block("sh", "exit 3\n"))
    assert "unbound" in bare.shell(block("sh", "echo $nothing\n"))
    assert "page.md:11" in bare.shell(block("sh", "false | cat\n"))
    assert bare.shell(block("sh", "echo fine > here\n")) is None
    assert bare.shell(block("sh", "grep fine here\n")) is None


def test_python_and_sql_that_fail_are_reported(bare: place.Place) -> None:
    assert bare.python(block("python", "import json\n")) is None
    assert "line 12" in bare.python(block("python", "import json\njson.nothing\n"))
    assert "page.md:10: IO Error" in bare.sql(block("sql", "select 1"))


def test_what_a_page_started_ends_with_it(bare: place.Place) -> None:
    left = "(trap '' TERM; sleep 300) > /dev/null &\nsetsid sleep 300 &\n"
    assert bare.shell(block("sh", left)) is None
    assert len(bare._left()) >= 2
    bare.close()
    assert bare._left() == []


def test_a_command_that_does_not_end_is_reported(
    bare: place.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "SECONDS", 1)
    assert "still running after 1 s" in bare.shell(block("sh", "sleep 300\n"))
