"""The contract is valid by the standards it claims, complete, and says what is really published and accepted."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import orjson
import pytest
from referencing import Registry, Resource

from gateway.broker.topology import EXCHANGES, WORK
from gateway.contract.asyncapi import asyncapi
from gateway.contract.export import files, write
from gateway.contract.schemas import HEADERS, bodies, documents, headers
from gateway.domain.cloud_event import cloud_event
from gateway.domain.reply import AnsweredDocument, Interchange, Reason, Reply, outcome_of
from translators.canonical import NAMES

OFFICIAL = Path(__file__).parents[2] / "fixtures/asyncapi/asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(files()["asyncapi.json"])


@pytest.fixture(scope="module")
def official() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(OFFICIAL.read_text()))


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(one) for one in value.values()))
    return set().union(*(references(one) for one in value)) if isinstance(value, list) else set()


class TestAsyncApi:
    def test_it_is_valid_by_the_official_schema(self, document: Any, official: jsonschema.Draft7Validator) -> None:
        assert [error.message for error in official.iter_errors(document)] == []

    @pytest.mark.parametrize("spoiled", [{"asyncapi": "2.6.0"}, {"channels": {"x": {"adress": "y"}}}, {"info": {"title": "x"}}])
    def test_the_official_schema_would_complain(self, document: Any, official: jsonschema.Draft7Validator, spoiled: Any) -> None:
        assert list(official.iter_errors({**document, **spoiled}))

    def test_every_reference_leads_somewhere(self, document: Any) -> None:
        for reference in references(document):
            if reference.startswith("./"):
                assert reference.removeprefix("./") in files()
                continue
            place = document
            for step in reference.removeprefix("#/").split("/"):
                place = place[step.replace("~1", "/").replace("~0", "~")]
            assert place

    def test_every_exchange_is_in_it_but_that_of_wake_ups(self, document: Any) -> None:
        told = {
            channel["bindings"]["amqp"].get("exchange", {}).get("name")
            for channel in document["channels"].values()
            if "bindings" in channel
        }
        assert told - {None} == {exchange.name for exchange in EXCHANGES} - {WORK}

    def test_addresses_are_routing_keys_with_their_words_explained(self, document: Any) -> None:
        channels = document["channels"]
        assert channels["edi.canonical"]["address"] == "{document}.{direction}.{partner}"
        for channel in channels.values():
            words = set(re.findall(r"\{(\w+)\}", channel["address"] or ""))
            assert words == channel.get("parameters", {}).keys()

    def test_every_canonical_document_is_read_and_published(self, document: Any) -> None:
        assert set(document["channels"]["edi.canonical"]["messages"]) == set(NAMES)
        assert set(document["channels"]["edi.outbound"]["messages"]) == {f"{name}_for_partner" for name in NAMES}

    def test_a_publication_is_answered_where_its_reply_to_says(self, document: Any) -> None:
        reply = document["operations"]["takeDocument"]["reply"]
        assert reply["address"]["location"] == "$message.header#/reply_to"
        assert reply["channel"] == {"$ref": "#/channels/reply"}

    def test_a_new_document_is_a_new_message(self) -> None:
        assert "waybill" in asyncapi(["waybill/1"])["channels"]["edi.canonical"]["messages"]


class TestSchemas:
    @pytest.mark.parametrize("path", [path for path in files() if path != "asyncapi.json"])
    def test_each_is_a_schema_that_says_its_version(self, path: str) -> None:
        schema = json.loads(files()[path])
        jsonschema.Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"urn:edi-gateway:[a-z_/:]+:\d+", schema["$id"])

    def test_ids_are_distinct_and_resolve(self) -> None:
        schemas = [json.loads(content) for path, content in files().items() if path != "asyncapi.json"]
        registry: Any = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas)
        assert len(registry) == len(schemas)

    def test_all_of_it_is_written(self, tmp_path: Path) -> None:
        write(tmp_path / "new" / "folder")
        written = {path.relative_to(tmp_path / "new/folder").as_posix() for path in tmp_path.rglob("*.json")}
        expected = 1 + len(documents()) + len(bodies()) + len(headers())
        assert written == files().keys()
        assert len(written) == expected

    def test_a_line_is_no_longer_than_people_read(self) -> None:
        content = files()["documents/purchase_order.1.json"].decode()
        assert '{"type": "string"}' in content, "short things stand in one line"
        assert json.loads(content) == documents()["purchase_order/1"]


class TestHeaders:
    @pytest.mark.parametrize("kind", HEADERS)
    def test_attributes_are_named_once_and_explained(self, kind: str) -> None:
        names = [attribute.name for attribute in HEADERS[kind]]
        assert len(names) == len(set(names))
        assert all(attribute.meaning.endswith(".") for attribute in HEADERS[kind])

    @pytest.mark.parametrize("kind", [kind for kind in HEADERS if kind != "given_up"])
    def test_names_are_those_that_cloud_events_allows(self, kind: str) -> None:
        """CloudEvents 1.0, naming conventions: lower-case letters and digits."""
        assert all(re.fullmatch(r"[a-z0-9]{1,20}", attribute.name) for attribute in HEADERS[kind])
        required = {attribute.name for attribute in HEADERS[kind] if attribute.always}
        assert {"specversion", "id", "source", "type"} <= required

    def test_a_value_that_is_none_is_left_out(self) -> None:
        made = cloud_event(
            uuid4(), source="dc", kind="publication.accepted", subject="m-1", time=datetime(2026, 11, 21, tzinfo=UTC),
            correlation=uuid4(), cause="m-1", schema="reply/1",
            more={"partner": "bigbox", "outcome": "accepted", "test": "false", "configuration": "d", "traceparent": None},
        )  # fmt: skip
        assert "traceparent" not in made
        assert made["dataschema"] == "urn:edi-gateway:reply:1"
        checker = jsonschema.Draft202012Validator(headers()["reply"], format_checker=jsonschema.FormatChecker())
        assert list(checker.iter_errors(made)) == []
        assert list(checker.iter_errors({**made, "outcome": "perhaps"}))


class TestReply:
    REASON = Reason("agreement-missing", "error", "No agreement.", "Add one.", 4)

    def test_it_is_what_its_schema_says(self) -> None:
        way = Interchange(uuid4(), "x12", "000000007")
        taken = AnsweredDocument(uuid4(), "invoice", "R-1", "accepted", way)
        refused = AnsweredDocument(uuid4(), None, "", "refused", reasons=(self.REASON,))
        reply = Reply(outcome_of((taken, refused)), "m-1", uuid4(), (taken, refused), (self.REASON,))
        assert reply.outcome == "partly_accepted"
        value = json.loads(orjson.dumps(reply))
        assert list(jsonschema.Draft202012Validator(bodies()["reply/1"]).iter_errors(value)) == []
        del value["outcome"]
        assert list(jsonschema.Draft202012Validator(bodies()["reply/1"]).iter_errors(value))

    @pytest.mark.parametrize(
        ("states", "outcome"),
        [
            ((), "refused"), (("refused",), "refused"), (("accepted",), "accepted"), (("duplicate",), "accepted"),
            (("duplicate", "refused"), "partly_accepted"), (("accepted", "duplicate"), "accepted"),
        ],
    )  # fmt: skip
    def test_the_outcome_follows_from_the_documents(self, states: tuple[Any, ...], outcome: str) -> None:
        assert outcome_of(tuple(AnsweredDocument(uuid4(), "invoice", "", state) for state in states)) == outcome
