"""Azure's client for its model inference API, azure-ai-inference, as it is."""

import json
import unittest

from azure.ai.inference import ChatCompletionsClient, load_client
from azure.ai.inference.models import (
    AssistantMessage, ChatCompletionsNamedToolChoice, ChatCompletionsNamedToolChoiceFunction, ChatCompletionsToolDefinition, FunctionDefinition, JsonSchemaFormat,
    SystemMessage, TextContentItem, ToolMessage, UserMessage,
)
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from support import ANSWER, CHAT_MODEL, QUESTION, URL

KEY = AzureKeyCredential("none")


class ChatCompletions(unittest.TestCase):
    def setUp(self):
        self.client = ChatCompletionsClient(URL, KEY)
        self.addCleanup(self.client.close)

    def ask(self, **change):
        return self.client.complete(**{"messages": [UserMessage(QUESTION)], "max_tokens": 24, "temperature": 0, **change})

    def test_the_model_is_described(self):
        info = self.client.get_model_info()
        self.assertEqual((info.model_name, info.model_type), (CHAT_MODEL, "chat_completion"))
        self.assertTrue(info.model_provider_name)

    def test_the_client_is_chosen_by_the_model(self):
        with load_client(URL + "/", KEY) as client:
            self.assertIsInstance(client, ChatCompletionsClient)
            self.assertEqual(client.complete(messages=[UserMessage(QUESTION)], temperature=0).choices[0].message.content, ANSWER)

    def test_a_streamed_answer_is_the_whole_one(self):
        whole = self.ask()
        self.assertEqual(whole.choices[0].message.content, ANSWER)
        self.assertEqual(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens)
        self.assertEqual("".join(c.delta.content or "" for update in self.ask(stream=True) for c in update.choices), ANSWER)

    def test_the_base_url_may_have_the_version(self):
        with ChatCompletionsClient(URL + "/v1", KEY, model=CHAT_MODEL) as client:
            self.assertEqual(client.complete(messages=[UserMessage(QUESTION)], temperature=0).choices[0].message.content, ANSWER)

    def test_a_conversation(self):
        answer = self.ask().choices[0].message
        for turn in answer, AssistantMessage(answer.content), AssistantMessage(tool_calls=[]):
            got = self.ask(messages=[
                SystemMessage("Be brief."), UserMessage([TextContentItem(text=QUESTION)]), turn, UserMessage("What is the capital of Italy?")])
            self.assertTrue(got.choices[0].message.content)

    def test_an_answer_meets_its_schema(self):
        schema = {"type": "object", "properties": {"large": {"type": "boolean"}}, "required": ["large"], "additionalProperties": False}
        form = JsonSchemaFormat(name="city", schema=schema, description="A city", strict=True)
        self.assertIn(self.ask(response_format=form).choices[0].message.content.replace(" ", ""), ['{"large":true}', '{"large":false}'])
        self.assertTrue(self.ask(response_format="json_object", max_tokens=100).choices[0].message.content.startswith("{"))

    def test_extra_parameters(self):
        """They are passed through by default; unknown ones are refused, or dropped if that was asked for."""
        self.assertEqual(self.ask(model_extras={"top_k": 1, "min_p": 0}).choices[0].message.content, ANSWER)
        with self.assertRaises(HttpResponseError) as caught:
            self.ask(model_extras={"safe_mode": True})
        self.assertEqual((caught.exception.status_code, caught.exception.error.code), (400, "unknown_parameter"))
        body = {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0, "safe_mode": True}
        got = self.client.complete(body, headers={"extra-parameters": "drop"})
        self.assertEqual(got.choices[0].message.content, ANSWER)

    def test_tools(self):
        tools = [ChatCompletionsToolDefinition(function=FunctionDefinition(name="f", parameters={"type": "object", "properties": {"n": {"type": "integer", "maximum": 9}}}))]
        choice = ChatCompletionsNamedToolChoice(function=ChatCompletionsNamedToolChoiceFunction(name="f"))
        message = self.ask(tools=tools, tool_choice=choice, max_tokens=80).choices[0].message
        json.loads(message.tool_calls[0].function.arguments)
        result = ToolMessage("one", tool_call_id=message.tool_calls[0].id)
        self.assertTrue(self.ask(tools=tools, messages=[UserMessage(QUESTION), AssistantMessage(tool_calls=message.tool_calls), result]).choices)

    def test_errors(self):
        with self.assertRaises(HttpResponseError) as caught:
            self.ask(temperature=3)
        self.assertIn("temperature is 3: it can be 0 to 2", caught.exception.message)
        with self.assertRaises(ResourceNotFoundError):
            self.ask(model="gpt-4o", stream=True)
