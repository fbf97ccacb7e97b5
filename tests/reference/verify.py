"""Compares ONNX Runtime on every committed model with its golden logits."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from paths import BUNDLED, TESTDATA


def check(folder, path):
    """Runs the folder's graph on the golden texts, one at a time."""
    golden = json.loads(path.read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(golden["max_length"])
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"))
    names = [value.name for value in session.get_inputs()]
    worst, tops = 0.0, set()
    for record in golden["texts"]:
        ids = np.array([tokenizer.encode(record["text"]).ids], dtype=np.int64)
        if ids.shape[1] != record["tokens"]:
            raise SystemExit(f"{folder}: {record['text'][:40]!r} has {ids.shape[1]} tokens, the golden record {record['tokens']}")
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = session.run(None, {name: inputs[name] for name in names})[0][0]
        worst = max(worst, float(np.abs(logits - np.array(record["logits"], dtype=np.float32)).max()))
        tops.add(record["scores"][0]["label"])
    print(f"{folder.name}: {len(golden['texts'])} texts, inputs {names}, best labels {sorted(tops)}, largest difference of a logit {worst:.2e}")
    if worst > 1e-4:
        raise SystemExit("the export does not give the golden logits")


if __name__ == "__main__":
    for path in sorted((TESTDATA / "classification").glob("*.json")):
        folder = BUNDLED if path.stem == BUNDLED.name else TESTDATA / path.stem
        if (folder / "onnx" / "model.onnx.data").exists() or path.stem != "distilbert-base-random":
            check(folder, path)
        elif len(sys.argv) > 1:
            check(Path(sys.argv[1]), path)  # where `go run ./tests/realsize/cmd/realsize -o` wrote it
