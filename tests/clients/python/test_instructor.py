"""instructor, as it is."""

import unittest
from typing import Literal, Optional

import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException
from pydantic import BaseModel, Field

from support import CHAT_MODEL, QUESTION, URL

ASKED = {"messages": [{"role": "user", "content": QUESTION}], "max_tokens": 400, "max_retries": 1}


class District(BaseModel):
    size: Literal["small", "large"]
    level: int = Field(ge=0, le=9)


class City(BaseModel):
    kind: Literal["city"]
    capital: bool
    districts: list[District] = Field(max_length=2)
    twin: Optional[District] = None


class Anything(BaseModel, extra="allow"):
    pass


class Instructor(unittest.TestCase):
    def setUp(self):
        self.openai = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
        self.addCleanup(self.openai.close)

    def test_by_schema(self):
        client = instructor.from_openai(self.openai, mode=instructor.Mode.JSON_SCHEMA)
        for seed in range(4):
            got = client.create(response_model=City, model=CHAT_MODEL, seed=seed, temperature=1, **ASKED)
            self.assertIsInstance(got, City)

    def test_by_json_mode(self):
        client = instructor.from_openai(self.openai, mode=instructor.Mode.JSON)
        finished = 0
        for seed in range(8):  # nothing but the small model itself ends a free object
            try:
                got = client.create(response_model=Anything, model=CHAT_MODEL, temperature=1, seed=seed, **ASKED)
            except IncompleteOutputException:
                continue
            self.assertIsInstance(got, Anything)
            finished += 1
        self.assertGreater(finished, 0)

    def test_by_the_providers_name(self):
        client = instructor.from_provider("openai/" + CHAT_MODEL, base_url=URL + "/v1", api_key="none", mode=instructor.Mode.JSON_SCHEMA)
        self.assertIsInstance(client.create(response_model=City, temperature=0, **ASKED), City)

    def test_a_stream_of_partial_answers(self):
        client = instructor.from_openai(self.openai, mode=instructor.Mode.JSON_SCHEMA)
        partial = list(client.create_partial(response_model=District, model=CHAT_MODEL, temperature=0, **ASKED))
        # How many there are is a matter of speed: a slow reader gets tokens together.
        whole = District.model_validate(partial[-1].model_dump())
        for some in partial:
            for name, value in some.model_dump(exclude_none=True).items():
                self.assertTrue(str(getattr(whole, name)).startswith(str(value)), some)

    def test_by_tools(self):
        for mode in instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT:
            client = instructor.from_openai(self.openai, mode=mode)
            self.assertIsInstance(client.create(response_model=City, model=CHAT_MODEL, temperature=0, **ASKED), City)
        client = instructor.from_openai(self.openai)  # which takes tools
        partial = list(client.create_partial(response_model=District, model=CHAT_MODEL, temperature=0, **ASKED))
        District.model_validate(partial[-1].model_dump())
