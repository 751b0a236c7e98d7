"""`manifest schema`."""

import json

import pytest
from affectory_protocol.cli.schema import SCHEMAS, describe_schema


def test_schema_of_a_record_is_the_default(manifest):
    assert manifest("schema").ok().stdout == manifest("schema", "record").ok().stdout


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_json_of_its_dialect(name):
    assert json.loads(describe_schema(name))["$schema"].endswith("2020-12/schema")


def test_command_prints_the_schema(manifest):
    assert manifest("schema", "text").ok().stdout.decode() == describe_schema("text") + "\n"


def test_unknown_schema_is_a_usage_error_with_the_list(manifest):
    done = manifest("schema", "skeleton")
    assert done.status == 2
    assert all(name in done.stderr for name in SCHEMAS)
