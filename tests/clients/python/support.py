"""What the tests share. SCORER_URL says where the scorer is, which serves the
bundled classifier and the bundled chat model; ../clients_test.go sets it."""

import os

URL = os.environ["SCORER_URL"]
GATEWAY_URL = os.environ["GATEWAY_URL"]  # an endpoint of Azure's with another such scorer
GATEWAY_KEY = os.environ["GATEWAY_KEY"]
# Scorers of models of tests/testdata/architectures.
EMBEDDER_URL, NLI_URL, TAGGER_URL = (os.environ[name] for name in ("EMBEDDER_URL", "NLI_URL", "TAGGER_URL"))
CHAT_MODEL = "gemma-tiny-chat"
CLASSIFIER = "distilbert-tiny-sentiment"
QUESTION = "What is the capital of France?"
ANSWER = "The capital of France is Paris."  # as the small model learned it
