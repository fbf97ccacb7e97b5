"""OpenAI's client for Python, as it is."""

import unittest

import openai

from support import ANSWER, CHAT_MODEL, QUESTION, URL

MESSAGES = [{"role": "user", "content": QUESTION}]
ASKED = {"model": CHAT_MODEL, "messages": MESSAGES, "max_completion_tokens": 24, "temperature": 0}


class OpenAI(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
        self.addCleanup(self.client.close)

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
