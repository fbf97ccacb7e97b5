"""Clients through a gateway that does as Azure's: by the endpoint's address, with its
key as their API key. Statuses other than 200 arrive as 424."""

import unittest

import numpy as np
import openai
import tritonclient.http as triton
from azure.ai.inference import ChatCompletionsClient
from azure.ai.inference.models import UserMessage
from azure.core.credentials import AzureKeyCredential
from huggingface_hub import InferenceClient
from pydantic import BaseModel

from support import ANSWER, CHAT_MODEL, CLASSIFIER, GATEWAY_KEY, GATEWAY_URL, QUESTION

MESSAGES = [{"role": "user", "content": QUESTION}]
ASKED = {"model": CHAT_MODEL, "messages": MESSAGES, "max_completion_tokens": 24, "temperature": 0}
MODEL_STATUS = "ms-azureml-model-error-statuscode"


class City(BaseModel):
    large: bool
    level: int


class OpenAI(unittest.TestCase):
    def client(self, base_url=GATEWAY_URL + "/v1", **options):
        client = openai.OpenAI(**{"base_url": base_url, "api_key": GATEWAY_KEY, "max_retries": 0, **options})
        self.addCleanup(client.close)
        return client

    def test_answers_come_whole_and_streamed(self):
        for base_url in GATEWAY_URL + "/v1", GATEWAY_URL + "/v1/":
            client = self.client(base_url)
            self.assertEqual([model.id for model in client.models.list()], [CHAT_MODEL])
            self.assertEqual(client.models.retrieve("google/" + CHAT_MODEL).id, CHAT_MODEL)
            self.assertEqual(client.chat.completions.create(**ASKED).choices[0].message.content, ANSWER)
            chunks = list(client.chat.completions.create(**ASKED, stream=True))
            self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), ANSWER)
            self.assertGreaterEqual(len(chunks), 3)  # the role, the text, the end
            self.assertTrue(client.completions.create(model=CHAT_MODEL, prompt="The capital of", max_tokens=4).choices[0].text)
            parsed = client.chat.completions.parse(**{**ASKED, "max_completion_tokens": 60}, response_format=City)
            self.assertIsInstance(parsed.choices[0].message.parsed, City)

    def test_a_deployment_is_named(self):
        answer = self.client().chat.completions.with_raw_response.create(**ASKED, extra_headers={"azureml-model-deployment": "blue"})
        self.assertEqual(answer.headers["azureml-model-deployment"], "blue")
        with self.assertRaises(openai.NotFoundError):  # the gateway's own
            self.client().chat.completions.create(**ASKED, extra_headers={"azureml-model-deployment": "green"})

    def test_errors_say_what_is_wrong(self):
        """Not by their class, which goes by the status, but by all else."""
        for change, status, code, param, words in [
            ({"model": "gpt-4o"}, "404", "model_not_found", "model", "gpt-4o"),
            ({"temperature": 3}, "400", "invalid_value", "temperature", "temperature is 3"),
            ({"max_completion_tokens": 1 << 20}, "400", "context_length_exceeded", "messages", "tokens"),
        ]:
            for stream in False, True:
                with self.subTest(change, stream=stream), self.assertRaises(openai.APIStatusError) as caught:
                    self.client().chat.completions.create(**{**ASKED, **change}, stream=stream)
                error = caught.exception
                self.assertEqual((type(error), error.status_code, error.response.headers[MODEL_STATUS]), (openai.APIStatusError, 424, status))
                self.assertEqual((error.code, error.param), (code, param))
                self.assertIn(words, str(error))

    def test_another_key_is_refused(self):
        with self.assertRaises(openai.AuthenticationError):
            self.client(api_key="another").models.list()

    def test_what_passes_by_itself_is_tried_again(self):
        """The client tries 429 and 503 again, but not 424, unless the answer says so."""
        endless = {**ASKED, "max_completion_tokens": 1500, "logit_bias": {"1": -100, "106": -100}, "stream": True}
        held = [self.client().chat.completions.create(**endless, extra_headers={"x-caller": "a"}) for _ in range(2)]
        for stream in held:
            next(iter(stream))
        seen = []

        def answered(response):
            seen.append((response.status_code, response.headers.get(MODEL_STATUS)))
            for stream in held:
                stream.close()

        client = self.client(max_retries=4, http_client=openai.DefaultHttpxClient(event_hooks={"response": [answered]}))
        got = client.chat.completions.create(**ASKED, extra_headers={"x-caller": "a"})
        self.assertEqual(got.choices[0].message.content, ANSWER)
        self.assertEqual((seen[0], seen[-1]), ((424, "429"), (200, None)))


class Others(unittest.TestCase):
    def test_hugging_face(self):
        client = InferenceClient(GATEWAY_URL, token=GATEWAY_KEY)
        self.assertEqual([element.label for element in client.text_classification("This is great!")], ["POSITIVE", "NEGATIVE"])
        self.assertTrue(client.text_generation("The capital of", max_new_tokens=4))
        self.assertTrue("".join(client.text_generation("The capital of", max_new_tokens=4, stream=True)))
        self.assertEqual(client.chat_completion(MESSAGES, max_tokens=24, temperature=0).choices[0].message.content, ANSWER)

    def test_triton(self):
        """As Azure's samples call Triton: the key is a header of each call."""
        client, key = triton.InferenceServerClient(GATEWAY_URL.removeprefix("http://")), {"Authorization": "Bearer " + GATEWAY_KEY}
        self.addCleanup(client.close)
        self.assertTrue(client.is_server_ready(headers=key) and client.is_model_ready(CLASSIFIER, "1", key))
        tensor = triton.InferInput("text", [1], "BYTES")
        tensor.set_data_from_numpy(np.array(["This is great!"], dtype=np.object_))
        self.assertEqual(client.infer(CLASSIFIER, [tensor], headers=key).as_numpy("label")[0], b"POSITIVE")

    def test_azure_ai_inference(self):
        with ChatCompletionsClient(GATEWAY_URL, AzureKeyCredential(GATEWAY_KEY)) as client:
            self.assertEqual(client.get_model_info().model_name, CHAT_MODEL)
            self.assertEqual(client.complete(messages=[UserMessage(QUESTION)], temperature=0).choices[0].message.content, ANSWER)
