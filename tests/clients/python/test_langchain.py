"""LangChain's integration of OpenAI, langchain-openai, as it is."""

import unittest

import openai
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAI
from langchain_openai.chat_models.base import OpenAIContextOverflowError
from pydantic import BaseModel, Field

from support import ANSWER, CHAT_MODEL, QUESTION, URL


class City(BaseModel):
    """A city."""

    large: bool = Field(description="Whether it has over a million people")
    level: int


class LangChain(unittest.TestCase):
    def setUp(self):
        self.llm = ChatOpenAI(base_url=URL + "/v1", api_key="none", model=CHAT_MODEL, temperature=0, max_tokens=60, max_retries=0)

    def test_an_answer(self):
        got = self.llm.invoke(QUESTION)
        self.assertEqual(got.content, ANSWER)
        self.assertGreater(got.usage_metadata["output_tokens"], 0)
        self.assertEqual(got.response_metadata["finish_reason"], "stop")

    def test_a_stream(self):
        chunks = list(self.llm.stream(QUESTION, stream_usage=True))
        self.assertEqual("".join(chunk.content for chunk in chunks), ANSWER)
        whole = sum(chunks[1:], chunks[0])
        self.assertGreater(whole.usage_metadata["output_tokens"], 0)
        self.assertEqual(whole.response_metadata["finish_reason"], "stop")

    def test_a_conversation(self):
        answer = self.llm.invoke(QUESTION)
        for turn in answer, AIMessage(""), AIMessage([{"type": "text", "text": "Paris."}]):
            got = self.llm.invoke([SystemMessage("Be brief."), HumanMessage(QUESTION), turn, HumanMessage([{"type": "text", "text": "And of Italy?"}])])
            self.assertTrue(got.content)

    def test_structured_output(self):
        for method, strict in ("json_schema", True), ("json_schema", None):
            got = self.llm.with_structured_output(City, method=method, strict=strict).invoke(QUESTION)
            self.assertIsInstance(got, City)
        raw = self.llm.with_structured_output(City, method="json_schema", include_raw=True).invoke(QUESTION)
        self.assertIsNone(raw["parsing_error"])
        again = self.llm.invoke([HumanMessage(QUESTION), raw["raw"], HumanMessage(QUESTION)])
        self.assertTrue(again.content)
        streamed = list(self.llm.with_structured_output(City, method="json_schema").stream(QUESTION))
        self.assertIsInstance(streamed[-1], City)

    def test_json_mode(self):
        llm = ChatOpenAI(base_url=URL + "/v1", api_key="none", model=CHAT_MODEL, temperature=1, seed=5, max_tokens=200, max_retries=0)
        got = llm.with_structured_output(None, method="json_mode").invoke("Answer in JSON.")
        self.assertIsInstance(got, dict)

    def test_a_batch(self):
        self.assertEqual([got.content for got in self.llm.batch([QUESTION] * 3)], [ANSWER] * 3)

    def test_log_probabilities(self):
        got = self.llm.bind(logprobs=True, top_logprobs=2).invoke(QUESTION)
        self.assertTrue(all(len(token["top_logprobs"]) == 2 for token in got.response_metadata["logprobs"]["content"]))

    def test_completions_of_several_prompts(self):
        llm = OpenAI(base_url=URL + "/v1", api_key="none", model=CHAT_MODEL, temperature=0, max_tokens=5, max_retries=0)
        prompts = ["What is", "The capital of", "Once"]
        self.assertEqual([g[0].text for g in llm.generate(prompts).generations], [llm.invoke(p) for p in prompts])
        self.assertEqual("".join(llm.stream("What is")), llm.invoke("What is"))

    def test_tools(self):
        for choice in "City", "required":
            llm = self.llm.bind_tools([City], tool_choice=choice, parallel_tool_calls=False)
            called = llm.invoke(QUESTION)
            chunks = list(llm.stream(QUESTION))
            for message in called, sum(chunks[1:], chunks[0]):
                self.assertEqual([call["name"] for call in message.tool_calls], ["City"])
                City.model_validate(message.tool_calls[0]["args"])
            got = self.llm.bind_tools([City]).invoke([HumanMessage(QUESTION), called, ToolMessage("Paris", tool_call_id=called.tool_calls[0]["id"])])
            self.assertEqual(got.invalid_tool_calls, [])
        self.assertIsInstance(self.llm.with_structured_output(City, method="function_calling").invoke(QUESTION), City)

    def test_responses(self):
        llm = ChatOpenAI(base_url=URL + "/v1", api_key="none", model=CHAT_MODEL, temperature=0, max_tokens=60, max_retries=0, use_responses_api=True)
        got = llm.invoke(QUESTION)
        self.assertEqual(got.text, ANSWER)
        self.assertEqual("".join(chunk.text for chunk in llm.stream(QUESTION)), ANSWER)
        self.assertTrue(llm.invoke([HumanMessage(QUESTION), got, HumanMessage("And of Italy?")]).text)
        called = llm.bind_tools([City], tool_choice="City").invoke(QUESTION)
        City.model_validate(called.tool_calls[0]["args"])
        self.assertTrue(llm.bind_tools([City]).invoke([HumanMessage(QUESTION), called, ToolMessage("Paris", tool_call_id=called.tool_calls[0]["id"])]))

    def test_errors(self):
        with self.assertRaises(OpenAIContextOverflowError):
            self.llm.invoke("word " * 3000)
        with self.assertRaises(openai.BadRequestError):
            self.llm.bind_tools([City]).bind(tool_choice={"type": "function", "function": {"name": "Town"}}).invoke(QUESTION)
        with self.assertRaises(openai.NotFoundError):
            ChatOpenAI(base_url=URL + "/v1", api_key="none", model="gpt-4o", max_retries=0).invoke(QUESTION)
