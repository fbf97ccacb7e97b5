"""HTTP as Python's own client, requests and httpx speak it."""

import gzip
import http.client
import json
import unittest

import httpx
import requests

from support import URL

HOST = URL.removeprefix("http://")
BODY = json.dumps({"text": "This is great!"}).encode()
JSON = {"Content-Type": "application/json"}
LARGE = b"a" * (24 << 20)  # more than connections buffer


def pieces(body, size=1 << 16):
    for start in range(0, len(body), size):
        yield body[start : start + size]


class Refusals(unittest.TestCase):
    """Clients that look for an answer only when they have sent everything get it."""

    def test_too_large_by_http_client(self):
        for body in LARGE, pieces(LARGE):
            connection = http.client.HTTPConnection(HOST, timeout=30)
            self.addCleanup(connection.close)
            connection.request("POST", "/score", body, JSON, encode_chunked=not isinstance(body, bytes))
            answer = connection.getresponse()
            self.assertEqual((answer.status, json.load(answer)["error"]["code"]), (413, "payload_too_large"))

    def test_too_large_by_requests(self):
        for body in LARGE, pieces(LARGE):
            self.assertEqual(requests.post(URL + "/score", data=body, headers=JSON, timeout=30).status_code, 413)

    def test_no_route_and_another_type(self):
        self.assertEqual(requests.post(URL + "/nothing", data=LARGE, headers=JSON, timeout=30).status_code, 404)
        self.assertEqual(requests.post(URL + "/score", data=LARGE, headers={"Content-Type": "text/plain"}, timeout=30).status_code, 415)


class Forms(unittest.TestCase):
    def test_compressed_bodies(self):
        got = requests.post(URL + "/score", data=gzip.compress(BODY), headers={**JSON, "Content-Encoding": "gzip"}, timeout=30)
        self.assertEqual(got.json()[0]["label"], "POSITIVE")
        bomb = gzip.compress(json.dumps({"text": "a" * (64 << 20)}).encode())
        got = requests.post(URL + "/score", data=bomb, headers={**JSON, "Content-Encoding": "gzip"}, timeout=30)
        self.assertEqual(got.status_code, 413)

    def test_http2_by_prior_knowledge(self):
        with httpx.Client(http1=False, http2=True, base_url=URL, timeout=30) as client:
            got = client.post("/score", content=BODY, headers=JSON)
            self.assertEqual((got.http_version, got.json()[0]["label"]), ("HTTP/2", "POSITIVE"))
            self.assertEqual(client.post("/score", content=LARGE[: 6 << 20], headers=JSON).status_code, 413)
            self.assertEqual(client.get("/readyz").text, "ready")

    def test_slashes_and_methods(self):
        self.assertEqual(requests.post(URL + "//score/", data=BODY, headers={"Content-Type": "application/json; charset=utf-8"}, timeout=30).status_code, 200)
        self.assertEqual(requests.post(URL + "/score", data=pieces(BODY, 5), headers=JSON, timeout=30).status_code, 200)
        self.assertEqual(requests.head(URL + "/readyz", timeout=30).headers["Content-Length"], "5")
        options = requests.options(URL + "/score", timeout=30)
        self.assertEqual((options.status_code, options.headers["Allow"]), (204, "POST"))
