"""NVIDIA's client of KServe's protocol, as it is: binary tensors by default."""

import unittest

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

from support import CLASSIFIER, URL

TEXTS = ["This is great!", "This was a terrible waste of time.", "naïve café 😀"]
HOST = URL.removeprefix("http://")


def texts(values, shape=None, binary=True, kind=http):
    array = np.array(values, dtype=np.object_).reshape(shape or [len(values)])
    tensor = kind.InferInput("text", list(array.shape), "BYTES")
    tensor.set_data_from_numpy(array, binary_data=binary)
    return tensor


def labels(result):
    return [label.decode() if isinstance(label, bytes) else label for label in result.as_numpy("label").flatten()]


class Triton(unittest.TestCase):
    def setUp(self):
        self.client = http.InferenceServerClient(HOST)
        self.addCleanup(self.client.close)

    def test_server_and_model_are_described(self):
        self.assertTrue(self.client.is_server_live() and self.client.is_server_ready())
        self.assertTrue(self.client.is_model_ready(CLASSIFIER) and self.client.is_model_ready(CLASSIFIER, "1"))
        self.assertFalse(self.client.is_model_ready("other"))
        self.assertIn("binary_tensor_data", self.client.get_server_metadata()["extensions"])
        model = self.client.get_model_metadata(CLASSIFIER)
        self.assertEqual([(t["name"], t["datatype"]) for t in model["inputs"]], [("text", "BYTES")])
        self.assertEqual([(t["name"], t["datatype"]) for t in model["outputs"]], [("label", "BYTES"), ("score", "FP32"), ("scores", "FP32")])

    def test_every_way_of_sending_gives_the_same(self):
        want = self.client.infer(CLASSIFIER, [texts(TEXTS)])
        self.assertEqual(labels(want)[:2], ["POSITIVE", "NEGATIVE"])
        scores = want.as_numpy("scores")
        self.assertEqual((scores.shape, scores.dtype), ((3, 2), np.dtype(np.float32)))
        np.testing.assert_array_equal(scores.max(axis=1), want.as_numpy("score"))
        for binary_in in True, False:
            for binary_out in True, False, None:
                for packed in None, "gzip", "deflate":
                    with self.subTest(binary_in=binary_in, binary_out=binary_out, packed=packed):
                        outputs = None if binary_out is None else [
                            http.InferRequestedOutput(name, binary_data=binary_out) for name in ("scores", "label")]
                        got = self.client.infer(
                            CLASSIFIER, [texts(TEXTS, [3, 1], binary_in)], model_version="1", outputs=outputs, request_id="7",
                            request_compression_algorithm=packed, response_compression_algorithm=packed, timeout=10_000_000)
                        self.assertEqual(labels(got), labels(want))
                        np.testing.assert_array_equal(got.as_numpy("scores").reshape(3, 2), scores)
                        self.assertEqual(got.get_response()["id"], "7")

    def test_one_output_in_binary_and_one_not(self):
        got = self.client.infer(CLASSIFIER, [texts(TEXTS)], outputs=[
            http.InferRequestedOutput("label", binary_data=False), http.InferRequestedOutput("score")])
        self.assertEqual(labels(got)[:2], ["POSITIVE", "NEGATIVE"])
        self.assertEqual(got.as_numpy("score").shape, (3,))
        self.assertIsNone(got.as_numpy("scores"))

    def test_errors_have_their_text(self):
        for message, call in [
            ("there is no model", lambda: self.client.infer("other", [texts(TEXTS)])),
            ("texts are BYTES", lambda: self.client.infer(CLASSIFIER, [self.numbers()])),
            ("parameters.priority is not supported", lambda: self.client.infer(CLASSIFIER, [texts(TEXTS)], priority=1)),
            ("parameters.classification is not supported", lambda: self.client.infer(
                CLASSIFIER, [texts(TEXTS)], outputs=[http.InferRequestedOutput("scores", class_count=1)])),
            ("is not UTF-8", lambda: self.client.infer(CLASSIFIER, [texts([b"\xff"])])),
            ("there is no route", lambda: self.client.get_model_config(CLASSIFIER)),
            ("there is no route", lambda: self.client.get_model_repository_index()),
        ]:
            with self.subTest(message), self.assertRaises(InferenceServerException) as caught:
                call()
            self.assertIn(message, caught.exception.message())
            self.assertNotIn("an exception occurred in the client", caught.exception.message())

    def numbers(self):
        tensor = http.InferInput("text", [1], "FP32")
        tensor.set_data_from_numpy(np.zeros([1], dtype=np.float32))
        return tensor


class AsyncTriton(unittest.IsolatedAsyncioTestCase):
    async def test_the_asyncio_client(self):
        async with aio.InferenceServerClient(HOST) as client:
            got = await client.infer(CLASSIFIER, [texts(TEXTS, kind=aio)])
            self.assertEqual(labels(got)[:2], ["POSITIVE", "NEGATIVE"])
            with self.assertRaises(InferenceServerException) as caught:
                await client.infer("other", [texts(TEXTS, kind=aio)])
            self.assertIn("there is no model", caught.exception.message())
