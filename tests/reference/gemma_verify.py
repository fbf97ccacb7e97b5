"""Runs ONNX Runtime on the committed Gemma graphs that the CPU can run alone, over
the golden prompts and answers, and compares the log probabilities with fp32's.

    python tests/reference/gemma_verify.py
"""

import gzip
import json

import numpy as np
import onnxruntime

from gemma_tokenizer_goldens import OUT
from paths import GEMMA, TESTDATA

GRAPHS = {"gemma-tiny-chat": (GEMMA / "model.onnx", 1e-3), "gemma-decomposed": (TESTDATA / "gemma-decomposed" / "onnx" / "model.onnx", 1e-3),
          "gemma-fp16": (TESTDATA / "gemma-fp16" / "model.onnx", 0.05)}


def logprobs(session, prompt, tokens):
    """In two steps: all of the prompt but its last token, then the rest over a past."""
    ids, past, logits = prompt + tokens[:-1], None, None
    for low, high in ((0, len(prompt) - 1), (len(prompt) - 1, len(ids))):
        if low == high:
            continue
        feed = {}
        for value in session.get_inputs():
            if value.name.startswith("past"):
                kind = np.float16 if "float16" in value.type else np.float32
                feed[value.name] = np.zeros((1, 1, 0, 32), kind) if past is None else past[value.name]
            else:
                feed[value.name] = {"input_ids": np.array([ids[low:high]]), "attention_mask": np.ones((1, high), np.int64),
                                    "position_ids": np.arange(low, high)[None]}[value.name]
        made = session.run(None, feed)
        past = {o.name.replace("present", "past_key_values"): v for o, v in zip(session.get_outputs(), made)}
        logits = made[0][0].astype(np.float64)
    logits -= logits.max(-1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return logs[np.arange(len(tokens)), tokens], logs.argmax(-1)


def main():
    golden = json.loads(gzip.decompress((OUT / "generation.json.gz").read_bytes()))
    for name, (path, allowed) in GRAPHS.items():
        session, worst, differ = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]), 0.0, 0
        for prompt, answer in zip(golden["prompts"], golden["fp32"]):
            got, best = logprobs(session, prompt["ids"], answer["tokens"])
            worst = max(worst, float(np.abs(got - answer["logprobs"]).max()))
            differ += int((best != answer["tokens"]).sum())
        print(f"{name}: largest difference of a log probability {worst:.2e}, {differ} tokens not the best")
        if worst > allowed:
            raise SystemExit("the graph does not give the golden log probabilities")


if __name__ == "__main__":
    main()
