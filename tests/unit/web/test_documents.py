"""YAML documents: every scalar is text, and what would mean more than it shows is refused."""

import httpx
import pytest
import yaml

from shared.web import yaml_document
from shared.web.yaml_document import DocumentWrong, parse_yaml


def test_every_scalar_is_text() -> None:
    text = b"country: NO\ndate: 2025-03-14\nrate: 1.50\nnone: ~\nlist: [yes, 0x10]\n"
    assert parse_yaml(text) == {
        "country": "NO",
        "date": "2025-03-14",
        "rate": "1.50",
        "none": "~",
        "list": ["yes", "0x10"],
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (b"a: 1\nb: *other\n", 2, "aliases"),
        (b"a: &x 1\n", 1, "aliases"),
        (b"a: 1\nb:\n  - &x {}\n", 3, "aliases"),
        (b"a: 1\nb: 2\na: 3\n", 3, "there already"),
        (b"a:\n  b: 1\n  b: 2\n", 3, "there already"),
        (b"a: 1\n---\nb: 2\n", 2, "one document"),
        (b"? [a]\n: 1\n", 1, "key must be text"),
        (b"a: 1\n  b: 2\n", 2, "not allowed"),
        (b"a: [1\n", 2, "expected"),
        (b"a: 1\nb: \x00\n", 2, "character"),
        (b"a: 1\nb: \x1b\n", 2, "character"),
        (b"a: 1\nb: \xff\n", 2, "UTF-8"),
        (b"a: 1\nb: \xed\xa0\x80\n", 2, "UTF-8"),
        (b'a: 1\nb: "\\0"\n', 2, "NUL"),
        (b'a: 1\nb: "\\ud800"\n', 2, "(surrogate|Unicode)"),
        (b'a: 1\n"\\0": 1\n', 2, "NUL"),
        (b"a: !!python/object:os.system x\n", 1, "tags are not taken"),
        (b"a: 1\nb: !custom x\n", 2, "tags are not taken"),
        (b"", 1, "empty"),
        (b"# nothing\n", 1, "empty"),
        (b"[" * 51 + b"]" * 51, 1, "deeper than 50"),
        (b"{a: " * 51 + b"1" + b"}" * 51, 1, "deeper than 50"),
        (b"[" * 60_000, 1, "deeper than 50"),
        (b"- " * 30_000, 1, "deeper than 50"),
        (b"a: " + b"x" * 65_536, 1, "longer than an entry"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: bytes, line: int, said: str) -> None:
    with pytest.raises(DocumentWrong, match=f"^line {line}: .*{said}"):
        parse_yaml(text)


def test_a_document_nested_50_deep_is_read() -> None:
    assert str(parse_yaml(b"[" * 50 + b"x" + b"]" * 50)).count("[") == 50


def test_a_merge_key_in_quotes_is_a_key_like_any_other() -> None:
    assert parse_yaml(b'"<<": {a: 1}\nb: 2\n') == {"<<": {"a": "1"}, "b": "2"}


@pytest.mark.parametrize("loader", [yaml.BaseLoader, yaml_document._LOADER])  # noqa: SLF001 - both are used somewhere
def test_the_parser_in_python_reads_what_the_one_in_c_reads(
    loader: type[yaml.BaseLoader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_document, "_LOADER", loader)
    assert parse_yaml(b"a:\n- 1\n- b: |\n    c\n") == {"a": ["1", {"b": "c\n"}]}
    with pytest.raises(DocumentWrong, match=r"^line 2: this key"):
        parse_yaml(b"a: 1\na: 2\n")


def test_tabs_line_ends_and_letters_of_every_language_are_kept() -> None:
    assert parse_yaml('a: "\\t\\n"\r\nb: Guantánamo 監獄\r\n'.encode()) == {
        "a": "\t\n",
        "b": "Guantánamo 監獄",
    }


async def sent(client: httpx.AsyncClient, body: bytes, kind: str) -> httpx.Response:
    headers = {"idempotency-key": "a", "content-type": kind}
    return await client.post("/v1/documents", content=body, headers=headers)


@pytest.mark.parametrize("kind", ["application/yaml", "application/yaml; charset=utf-8"])
async def test_an_endpoint_takes_a_document(client: httpx.AsyncClient, kind: str) -> None:
    response = await sent(client, b"a: [1, 2]\n", kind)
    assert response.status_code == 201
    assert response.json()["document"] == {"a": ["1", "2"]}


async def test_a_wrong_document_is_400_and_names_the_line(client: httpx.AsyncClient) -> None:
    response = await sent(client, b"a: 1\na: 2\n", "application/yaml")
    assert response.status_code == 400
    assert "line 2" in response.json()["detail"]


async def test_a_document_of_another_type_is_415(client: httpx.AsyncClient) -> None:
    assert (await sent(client, b"{}", "application/json")).status_code == 415
