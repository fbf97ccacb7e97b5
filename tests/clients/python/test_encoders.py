"""Clients of models that embed, compare texts or find entities, as they are. What they give
is compared with what transformers gave."""

import json
import math
import unittest
from pathlib import Path

import numpy as np
import openai
import tritonclient.http as http
from huggingface_hub import InferenceClient
from langchain_openai import OpenAIEmbeddings

from support import EMBEDDER_URL, NLI_URL, TAGGER_URL

DATA = Path(__file__).resolve().parents[2] / "testdata" / "architectures"


def golden(name):
    return json.loads((DATA / name / "golden.json").read_text())


def unit(vector):
    length = math.sqrt(sum(v * v for v in vector))
    return [v / length for v in vector]


class Embeddings(unittest.TestCase):
    def setUp(self):
        self.texts = [t for t in golden("bert-embed")["texts"] if t["text"].strip()]

    def close(self, got, want):
        self.assertEqual(len(got), len(want))
        for a, b in zip(got, want):
            self.assertAlmostEqual(float(a), b, places=4)

    def test_openai(self):
        client = openai.OpenAI(base_url=EMBEDDER_URL + "/v1", api_key="none", max_retries=0)
        plain = [t for t in self.texts if not t["prompt"]]
        for encoding in ("float", openai.NOT_GIVEN):  # which asks for base64
            got = client.embeddings.create(model="bert-embed", input=[t["text"] for t in plain], encoding_format=encoding)
            for one, text in zip(got.data, plain, strict=True):
                self.close(one.embedding, unit(text["vector"]))
        self.assertEqual(got.usage.total_tokens, sum(len(t["ids"]) for t in plain))
        self.assertEqual([m.id for m in client.models.list()], ["bert-embed"])

        for encoding in ("float", openai.NOT_GIVEN):
            got = client.embeddings.create(model="bert-embed", input=plain[1]["text"], dimensions=8, encoding_format=encoding)
            self.close(got.data[0].embedding, unit(plain[1]["vector"][:8]))

    def test_langchain(self):
        embeddings = OpenAIEmbeddings(model="bert-embed", base_url=EMBEDDER_URL + "/v1", api_key="none", check_embedding_ctx_length=False)
        text = next(t for t in self.texts if not t["prompt"])
        self.close(embeddings.embed_query(text["text"]), unit(text["vector"]))

    def test_token_ids_are_refused(self):
        client = openai.OpenAI(base_url=EMBEDDER_URL + "/v1", api_key="none", max_retries=0)
        with self.assertRaisesRegex(openai.BadRequestError, "check_embedding_ctx_length=False"):
            client.embeddings.create(model="bert-embed", input=[[2028, 374]])  # as LangChain sends a text by default

    def test_tritonclient(self):
        client = http.InferenceServerClient(EMBEDDER_URL.removeprefix("http://"))
        self.addCleanup(client.close)
        self.assertEqual([(t["name"], t["shape"]) for t in client.get_model_metadata("bert-embed")["outputs"]], [("embedding", [-1, 32])])
        plain = [t for t in self.texts if not t["prompt"]]
        tensor = http.InferInput("text", [len(plain)], "BYTES")
        tensor.set_data_from_numpy(np.array([t["text"] for t in plain], dtype=np.object_))
        for row, text in zip(client.infer("bert-embed", [tensor]).as_numpy("embedding"), plain, strict=True):
            self.close(row, unit(text["vector"]))

    def test_huggingface_hub(self):
        client = InferenceClient(EMBEDDER_URL)
        for text in self.texts:
            got = client.feature_extraction(text["text"], normalize=True, prompt_name=text["prompt"] or None, truncate=True)
            self.close(got[0], unit(text["vector"]))


class Classification(unittest.TestCase):
    def test_zero_shot(self):
        client = InferenceClient(NLI_URL)
        for record in golden("bert-nli")["zero_shot"]:
            parameters = record["parameters"]
            if isinstance(parameters["candidate_labels"], str):
                continue
            got = client.zero_shot_classification(record["text"], **parameters)
            self.assertEqual([e.label for e in got], record["output"]["labels"])
            for element, score in zip(got, record["output"]["scores"]):
                self.assertAlmostEqual(element.score, score, places=4)

    def test_entities(self):
        client = InferenceClient(TAGGER_URL)
        for record in golden("bert-tag")["texts"]:
            if not record["text"]:
                continue
            for strategy, entities in record["entities"].items():
                got = client.token_classification(record["text"], aggregation_strategy=strategy)
                self.assertEqual([(e.entity or e.entity_group, e.word, e.start, e.end) for e in got],
                                 [(e.get("entity") or e["entity_group"], e["word"], e["start"], e["end"]) for e in entities])
