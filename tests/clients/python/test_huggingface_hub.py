"""Hugging Face's InferenceClient, as it is, by the scorer's base URL."""

import asyncio
import json
import unittest

from huggingface_hub import AsyncInferenceClient, InferenceClient
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, ValidationError

from support import ANSWER, QUESTION, URL

MESSAGES = [{"role": "user", "content": QUESTION}]
LABELS = ["POSITIVE", "NEGATIVE"]
PROMPT = "The capital of"


class Classification(unittest.TestCase):
    def test_all_labels_come_back(self):
        for url in URL, URL + "/", URL + "/predict", URL + "/predict/":
            with self.subTest(url):
                got = InferenceClient(url).text_classification("This is great!")
                self.assertEqual([element.label for element in got], LABELS)
                self.assertAlmostEqual(sum(element.score for element in got), 1, places=5)

    def test_parameters_are_kept(self):
        for url in URL, URL + "/predict":
            client = InferenceClient(url)
            self.assertEqual([element.label for element in client.text_classification("This is great!", top_k=1)], LABELS[:1])
            logits = client.text_classification("This is great!", function_to_apply="none")
            self.assertEqual([element.label for element in logits], LABELS)
            self.assertGreater(logits[0].score, 1)

    def test_errors_have_their_text(self):
        for url in URL, URL + "/predict":
            with self.subTest(url), self.assertRaises(BadRequestError) as caught:
                InferenceClient(url).text_classification("This is great!", top_k=0)
            self.assertIn("parameters.top_k is 0", str(caught.exception))

    def test_other_tasks_are_refused(self):
        client = InferenceClient(URL + "/predict")
        for call in [
            lambda: client.zero_shot_classification("This is great!", ["good", "bad"]),
            lambda: client.sentence_similarity("a", other_sentences=["b", "c"]),
            lambda: client.question_answering(question="What?", context="This."),
            lambda: client.feature_extraction("a", normalize=True),
        ]:
            with self.assertRaises(BadRequestError):
                call()


class Generation(unittest.TestCase):
    def setUp(self):
        self.client = InferenceClient(URL)

    def test_chats(self):
        whole = self.client.chat_completion(MESSAGES, max_tokens=24, temperature=0)
        self.assertEqual(whole.choices[0].message.content, ANSWER)
        streamed = "".join(
            chunk.choices[0].delta.content or "" for chunk in self.client.chat_completion(MESSAGES, max_tokens=24, temperature=0, stream=True))
        self.assertEqual(streamed, ANSWER)
        self.assertEqual(self.client.chat.completions.create(messages=MESSAGES, max_tokens=24, temperature=0).choices[0].message.content, ANSWER)

    def test_answers_keep_to_a_schema(self):
        schema = {"type": "object", "properties": {"large": {"type": "boolean"}}, "required": ["large"], "additionalProperties": False}
        got = self.client.chat_completion(
            MESSAGES, max_tokens=40, temperature=0, response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": schema}})
        self.assertRegex(got.choices[0].message.content, r'^\{\s*"large"\s*:\s*(true|false)\s*\}$')

    def test_tools(self):
        tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}}}]
        message = self.client.chat_completion(MESSAGES, tools=tools, tool_choice={"function": {"name": "f"}}, max_tokens=60, temperature=0).choices[0].message
        [call] = message.tool_calls
        self.assertEqual(call.function.name, "f")
        self.assertIn(json.loads(call.function.arguments)["n"], (1, 2))
        result = {"role": "tool", "tool_call_id": call.id, "content": "fine"}
        self.assertTrue(self.client.chat_completion([*MESSAGES, message, result], tools=tools, max_tokens=20, temperature=0).choices)

    def test_texts_are_continued(self):
        asked = {"max_new_tokens": 8, "stream": False}
        whole = self.client.text_generation(PROMPT, **asked)
        self.assertTrue(whole)
        self.assertEqual(self.client.text_generation(PROMPT, max_new_tokens=8), whole)
        self.assertEqual("".join(self.client.text_generation(PROMPT, max_new_tokens=8, stream=True)), whole)
        self.assertEqual(self.client.text_generation(PROMPT, return_full_text=True, **asked), PROMPT + whole)
        detailed = self.client.text_generation(PROMPT, details=True, **asked)
        self.assertEqual(detailed.generated_text, whole)
        self.assertEqual(len(detailed.details.tokens), detailed.details.generated_tokens)
        *_, last = self.client.text_generation(PROMPT, details=True, max_new_tokens=8, stream=True)
        self.assertEqual((last.generated_text, last.details.generated_tokens), (whole, detailed.details.generated_tokens))

    def test_errors_have_their_classes(self):
        for stream in False, True:
            with self.assertRaises(ValidationError) as caught:
                text = self.client.text_generation(PROMPT, max_new_tokens=0, stream=stream)
                "".join(text)
            self.assertIn("max_new_tokens is 0", str(caught.exception))
        with self.assertRaises(HfHubHTTPError) as caught:
            self.client.chat_completion(MESSAGES, temperature=3)
        self.assertIn("temperature is 3", str(caught.exception))


class Others(unittest.TestCase):
    def test_the_endpoint_is_described(self):
        client = InferenceClient(URL, provider="hf-inference")  # only then has it these
        self.assertTrue(client.health_check())
        self.assertEqual(client.get_endpoint_info()["model"]["task"], "text-classification")

    def test_the_asyncio_client(self):
        async def ask():
            async with AsyncInferenceClient(URL) as client:
                return await asyncio.gather(
                    client.text_classification("This is great!"), client.chat_completion(MESSAGES, max_tokens=24, temperature=0),
                    client.text_generation(PROMPT, max_new_tokens=4))
        labels, chat, text = asyncio.run(ask())
        self.assertEqual([element.label for element in labels], LABELS)
        self.assertEqual(chat.choices[0].message.content, ANSWER)
        self.assertTrue(text)
