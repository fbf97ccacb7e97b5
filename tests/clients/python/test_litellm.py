"""LiteLLM, as it is, by its providers for servers with OpenAI's API."""

import json
import unittest

import litellm
from pydantic import BaseModel

from support import ANSWER, CHAT_MODEL, QUESTION, URL

litellm.suppress_debug_info = True

MESSAGES = [{"role": "user", "content": QUESTION}]
PROVIDERS = {
    "openai/" + CHAT_MODEL: URL + "/v1",
    "hosted_vllm/" + CHAT_MODEL: URL + "/v1",
    "azure_ai/" + CHAT_MODEL: URL,
}


class City(BaseModel):
    large: bool
    level: int


class LiteLLM(unittest.TestCase):
    def each(self, **options):
        """The same request by each provider."""
        for model, base in PROVIDERS.items():
            yield {"model": model, "api_base": base, "api_key": "none", "num_retries": 0, "messages": MESSAGES,
                   "temperature": 0, "max_tokens": 60, **options}

    def test_an_answer(self):
        for asked in self.each():
            got = litellm.completion(**asked)
            self.assertEqual(got.choices[0].message.content, ANSWER)
            self.assertGreater(got.usage.completion_tokens, 0)

    def test_a_stream(self):
        for asked in self.each(stream=True, stream_options={"include_usage": True}):
            chunks = list(litellm.completion(**asked))
            whole = litellm.stream_chunk_builder(chunks, messages=MESSAGES)
            self.assertEqual(whole.choices[0].message.content, ANSWER)
            self.assertGreater(whole.usage.completion_tokens, 0)

    def test_an_answer_can_be_sent_back(self):
        for asked in self.each():
            answer = litellm.completion(**asked).choices[0].message
            for turn in answer, answer.model_dump():
                asked["messages"] = [*MESSAGES, turn, {"role": "user", "content": "And of Italy?"}]
                self.assertTrue(litellm.completion(**asked).choices[0].message.content)

    def test_structured_output(self):
        for asked in self.each(response_format=City):
            City.model_validate_json(litellm.completion(**asked).choices[0].message.content)

    def test_tools(self):
        parameters = {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}}, "required": ["city"]}
        tools = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
        choice = {"type": "function", "function": {"name": "weather"}}
        for asked in self.each(tools=tools, allowed_openai_params=["tool_choice"]):  # which it wouldn't send to a model that it doesn't know
            message = litellm.completion(**asked, tool_choice=choice).choices[0].message
            chunks = list(litellm.completion(**asked, tool_choice=choice, stream=True))
            streamed = litellm.stream_chunk_builder(chunks, messages=MESSAGES).choices[0].message
            for turn in message, streamed:
                [call] = turn.tool_calls
                self.assertIn(json.loads(call.function.arguments)["city"], ("Paris", "Rome"))
                asked["messages"] = [*MESSAGES, turn, {"role": "tool", "tool_call_id": call.id, "content": "fine"}]
                self.assertTrue(litellm.completion(**asked).choices)

    def test_text_completion(self):
        asked = {"model": "text-completion-openai/" + CHAT_MODEL, "api_base": URL + "/v1", "api_key": "none", "max_tokens": 5, "temperature": 0}
        alone = [litellm.text_completion(**asked, prompt=prompt).choices[0].text for prompt in ("What is", "Once")]
        together = litellm.text_completion(**asked, prompt=["What is", "Once"])
        self.assertEqual([choice.text for choice in together.choices], alone)
        streamed = "".join(chunk.choices[0].text or "" for chunk in litellm.text_completion(**asked, prompt="What is", stream=True))
        self.assertEqual(streamed, alone[0])

    def test_errors_have_their_classes(self):
        for asked in self.each():
            long = [{"role": "user", "content": "word " * 3000}]
            for stream in False, True:
                with self.assertRaises(litellm.ContextWindowExceededError):
                    litellm.completion(**{**asked, "messages": long, "stream": stream})
            with self.assertRaises(litellm.BadRequestError):
                litellm.completion(**{**asked, "temperature": 3})
            with self.assertRaises(litellm.NotFoundError):
                litellm.completion(**{**asked, "model": asked["model"] + "-other"})
