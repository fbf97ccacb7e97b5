"""OpenAI's client for Python, as it is."""

import json
import unittest

import openai
from pydantic import BaseModel

from support import ANSWER, CHAT_MODEL, QUESTION, URL

MESSAGES = [{"role": "user", "content": QUESTION}]
ASKED = {"model": CHAT_MODEL, "messages": MESSAGES, "max_completion_tokens": 24, "temperature": 0}


class City(BaseModel):
    large: bool
    level: int


class OpenAI(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
        self.addCleanup(self.client.close)

    def test_models_are_listed_and_described(self):
        self.assertEqual([model.id for model in self.client.models.list()], [CHAT_MODEL])
        for name in CHAT_MODEL, "google/" + CHAT_MODEL:
            self.assertEqual(self.client.models.retrieve(name).id, CHAT_MODEL)
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.models.retrieve("openai/gpt-4o")
        self.assertEqual(caught.exception.code, "model_not_found")

    def test_a_streamed_answer_is_the_whole_one(self):
        whole = self.client.chat.completions.create(**ASKED)
        self.assertEqual(whole.choices[0].message.content, ANSWER)
        streamed, usage = "", None
        for chunk in self.client.chat.completions.create(**ASKED, stream=True, stream_options={"include_usage": True}):
            usage = chunk.usage or usage
            for choice in chunk.choices:
                streamed += choice.delta.content or ""
        self.assertEqual(streamed, ANSWER)
        self.assertEqual(usage.completion_tokens, whole.usage.completion_tokens)

    def test_the_clients_stream_helper_gathers_the_answer(self):
        with self.client.chat.completions.stream(**ASKED) as stream:
            deltas = [event.delta for event in stream if event.type == "content.delta"]
            final = stream.get_final_completion()
        self.assertEqual("".join(deltas), ANSWER)
        self.assertEqual(final.choices[0].message.content, ANSWER)

    def test_every_answer_can_be_sent_back(self):
        """As the object that came, as its dict, and as its JSON."""
        whole = self.client.chat.completions.create(**ASKED).choices[0].message
        with self.client.chat.completions.stream(**ASKED) as stream:
            gathered = stream.get_final_completion().choices[0].message
        parsed = self.client.chat.completions.parse(**{**ASKED, "max_completion_tokens": 60}, response_format=City).choices[0].message
        for message in whole, gathered, parsed:
            for turn in message, message.model_dump(), json.loads(message.model_dump_json()), message.to_dict():
                again = self.client.chat.completions.create(
                    **{**ASKED, "messages": [*MESSAGES, turn, {"role": "user", "content": "What is the capital of Italy?"}]})
                self.assertTrue(again.choices[0].message.content)

    def test_an_answer_is_parsed_by_its_model(self):
        got = self.client.chat.completions.parse(**{**ASKED, "max_completion_tokens": 60}, response_format=City)
        self.assertIsInstance(got.choices[0].message.parsed, City)

    def test_options_that_clients_send_by_default(self):
        got = self.client.chat.completions.create(
            **ASKED, n=1, logit_bias={}, tools=[], tool_choice="none", parallel_tool_calls=True, service_tier="auto",
            store=False, metadata={"a": "b"}, user="u", safety_identifier="s", prompt_cache_key="k", verbosity="low",
            reasoning_effort="low", modalities=["text"], stop=[], top_p=0, frequency_penalty=0, presence_penalty=0.0,
            logprobs=False, top_logprobs=0, seed=7, response_format={"type": "text"}, stream=False)
        self.assertEqual(got.choices[0].message.content, ANSWER)

    def test_several_prompts_have_several_choices(self):
        prompts = ["What is", "The capital of"]
        alone = [self.client.completions.create(model=CHAT_MODEL, prompt=p, max_tokens=5, temperature=0).choices[0].text for p in prompts]
        together = self.client.completions.create(model=CHAT_MODEL, prompt=prompts, max_tokens=5, temperature=0)
        self.assertEqual([choice.text for choice in together.choices], alone)
        streamed = ["", ""]
        for chunk in self.client.completions.create(model=CHAT_MODEL, prompt=prompts, max_tokens=5, temperature=0, stream=True, stream_options={"include_usage": True}):
            for choice in chunk.choices:
                self.assertIsNone(chunk.usage)
                streamed[choice.index] += choice.text
        self.assertEqual(streamed, alone)
        self.assertEqual(chunk.usage, together.usage.model_copy(update={"prompt_tokens_details": chunk.usage.prompt_tokens_details}))

    def test_as_many_prompts_as_may_wait(self):
        got = self.client.completions.create(model=CHAT_MODEL, prompt=["What is"] * 48, max_tokens=2, temperature=0)
        self.assertEqual([choice.index for choice in got.choices], list(range(48)))
        self.assertEqual(len({choice.text for choice in got.choices}), 1)
        with self.assertRaises(openai.APIStatusError) as caught:
            self.client.completions.create(model=CHAT_MODEL, prompt=["What is"] * 49, max_tokens=2)
        self.assertEqual((caught.exception.status_code, caught.exception.param), (413, "prompt"))

    def test_errors_have_their_classes(self):
        for change, kind, code, param in [
            ({"model": "gpt-4o"}, openai.NotFoundError, "model_not_found", "model"),
            ({"temperature": 3}, openai.BadRequestError, "invalid_value", "temperature"),
            ({"max_completion_tokens": 1 << 20}, openai.BadRequestError, "context_length_exceeded", "messages"),
            ({"tools": [{"type": "web_search"}]}, openai.BadRequestError, "unsupported_parameter", "tools[0].type"),
            ({"extra_body": {"temprature": 1}}, openai.BadRequestError, "unknown_parameter", "temprature"),
        ]:
            for stream in False, True:
                with self.subTest(change, stream=stream), self.assertRaises(kind) as caught:
                    self.client.chat.completions.create(**{**ASKED, **change}, stream=stream)
                error = caught.exception
                self.assertEqual((error.code, error.param, error.type), (code, param, "invalid_request_error"))


    def test_tools(self):
        """A call, whole, streamed and parsed, its result sent back, and an answer to that."""
        tools = [openai.pydantic_function_tool(City, name="city", description="Describes a city"), {"type": "function", "function": {"name": "now", "strict": True}}]
        called = {**ASKED, "max_completion_tokens": 80, "tools": tools, "tool_choice": {"type": "function", "function": {"name": "city"}}}
        whole = self.client.chat.completions.create(**called).choices[0]
        parsed = self.client.chat.completions.parse(**called).choices[0]
        with self.client.chat.completions.stream(**called) as stream:
            done = [event for event in stream if event.type == "tool_calls.function.arguments.done"]
            streamed = stream.get_final_completion().choices[0]
        for choice in whole, parsed, streamed:
            self.assertEqual(choice.finish_reason, "tool_calls")
            [call] = choice.message.tool_calls
            self.assertEqual((call.type, call.function.name), ("function", "city"))
            City.model_validate_json(call.function.arguments)
            result = {"role": "tool", "tool_call_id": call.id, "content": "Paris"}
            for turn in choice.message, choice.message.model_dump(), choice.message.to_dict():
                again = self.client.chat.completions.create(**{**ASKED, "messages": [*MESSAGES, turn, result], "tools": tools})
                self.assertIn(again.choices[0].finish_reason, ("stop", "length"))
        self.assertIsInstance(parsed.message.tool_calls[0].function.parsed_arguments, City)
        self.assertEqual(done[0].parsed_arguments, parsed.message.tool_calls[0].function.parsed_arguments)
        several = self.client.chat.completions.create(**{**called, "tool_choice": "required", "parallel_tool_calls": False})
        self.assertEqual(len(several.choices[0].message.tool_calls), 1)
        none = self.client.chat.completions.create(**{**called, "tool_choice": "none"}).choices[0].message
        self.assertEqual((none.content, none.tool_calls), (ANSWER, None))

    def test_responses(self):
        """An answer, its stream, an object, and a call whose result is sent back, all without a memory."""
        asked = {"model": CHAT_MODEL, "input": QUESTION, "temperature": 0, "max_output_tokens": 80}
        whole = self.client.responses.create(**asked)
        self.assertEqual((whole.output_text, whole.status), (ANSWER, "completed"))
        with self.client.responses.stream(**asked) as stream:
            events = list(stream)
            final = stream.get_final_response()
        self.assertEqual("".join(event.delta for event in events if event.type == "response.output_text.delta"), ANSWER)
        self.assertEqual((final.output_text, final.usage), (ANSWER, whole.usage.model_copy(update={"input_tokens_details": final.usage.input_tokens_details})))
        parsed = self.client.responses.parse(**asked, text_format=City)
        self.assertIsInstance(parsed.output_parsed, City)
        turns = [{"role": "user", "content": QUESTION}, *whole.output, {"role": "user", "content": "What is the capital of Italy?"}]
        self.assertEqual(self.client.responses.create(**{**asked, "input": turns}, instructions="Be brief.", store=False).output_text, "The capital of Italy is Rome.")
        tools = [openai.pydantic_function_tool(City, name="city")["function"] | {"type": "function"}]
        called = {**asked, "tools": tools, "tool_choice": {"type": "function", "name": "city"}}
        with self.client.responses.stream(**called) as stream:
            list(stream)
            final = stream.get_final_response()
        for response in self.client.responses.parse(**called), final:
            [call] = response.output
            self.assertEqual((call.type, call.name), ("function_call", "city"))
            City.model_validate_json(call.arguments)
            result = {"type": "function_call_output", "call_id": call.call_id, "output": "Paris"}
            self.assertTrue(self.client.responses.create(**{**asked, "input": [turns[0], call, result], "tools": tools}).output)
        for change, field in ({"store": True}, "store"), ({"previous_response_id": whole.id}, "previous_response_id"):
            with self.assertRaises(openai.BadRequestError) as caught:
                self.client.responses.create(**asked, **change)
            self.assertEqual((caught.exception.code, caught.exception.param), ("unsupported_parameter", field))

    def test_several_answers(self):
        got = self.client.chat.completions.create(**{**ASKED, "temperature": 1}, n=3, seed=1)
        again = self.client.chat.completions.create(**{**ASKED, "temperature": 1}, seed=3)
        self.assertEqual([choice.index for choice in got.choices], [0, 1, 2])
        self.assertEqual(got.choices[2].message.content, again.choices[0].message.content)
        self.assertEqual(got.usage.prompt_tokens, again.usage.prompt_tokens)

    def test_an_answer_is_continued(self):
        begun = {"role": "assistant", "content": "The capital of France"}
        got = self.client.chat.completions.create(**{**ASKED, "messages": [*MESSAGES, begun]}, extra_body={"continue_final_message": True, "add_generation_prompt": False})
        self.assertEqual(begun["content"] + got.choices[0].message.content, ANSWER)


class AsyncOpenAI(unittest.IsolatedAsyncioTestCase):
    async def test_many_at_once(self):
        import asyncio

        async with openai.AsyncOpenAI(base_url=URL + "/v1", api_key="none", max_retries=0) as client:
            answers = await asyncio.gather(*(client.chat.completions.create(**ASKED) for _ in range(8)))
        self.assertEqual({answer.choices[0].message.content for answer in answers}, {ANSWER})
