"""Write tests/testdata/gemma-goldens/sampling.json.gz: from which tokens, with which
probabilities, transformers draws.

    python tests/reference/gemma_sampling_goldens.py

cases[]  logits (float32), seen (ids of the prompt, for the repetition penalty), the
         settings that are not neutral (bias as [id, added] pairs), and
         probabilities: [id, p] of every token that can be drawn, by descending p
transformers' own processors, in the order in which generate() puts them.
"""

import gzip
import json
import random

import numpy as np
import torch
import transformers
from transformers import LogitsProcessorList
from transformers.generation import logits_process as steps

from gemma_tokenizer_goldens import OUT

SIZE, COUNT = 200, 150


def settings(r):
    out = {}
    if r.random() < 0.3:
        out["bias"] = [[i, round(r.uniform(-8, 8), 2)] for i in r.sample(range(SIZE), r.randint(1, 5))]
    if r.random() < 0.4:
        out["repetition_penalty"] = r.choice([0.8, 1.05, 1.3, 2.0])
    if r.random() < 0.7:
        out["temperature"] = r.choice([0.1, 0.5, 0.7, 0.9, 1.3, 2.0])
    if r.random() < 0.6:
        out["top_k"] = r.choice([1, 2, 5, 40, 64, 150, 300])
    if r.random() < 0.6:
        out["top_p"] = r.choice([0.01, 0.3, 0.5, 0.9, 0.95, 0.999])
    if r.random() < 0.4:
        out["min_p"] = r.choice([0.001, 0.02, 0.1, 0.5, 1.0])
    return out


def processors(s):
    out = LogitsProcessorList()
    if "bias" in s:
        out.append(steps.SequenceBiasLogitsProcessor({(i,): b for i, b in s["bias"]}))
    if "repetition_penalty" in s:
        out.append(steps.RepetitionPenaltyLogitsProcessor(s["repetition_penalty"]))
    if "temperature" in s:
        out.append(steps.TemperatureLogitsWarper(s["temperature"]))
    if "top_k" in s:
        out.append(steps.TopKLogitsWarper(s["top_k"]))
    if "top_p" in s:
        out.append(steps.TopPLogitsWarper(s["top_p"]))
    if "min_p" in s:
        out.append(steps.MinPLogitsWarper(s["min_p"]))
    return out


def main():
    r, numbers = random.Random(6), np.random.default_rng(6)
    cases = []
    for _ in range(COUNT):
        logits = (numbers.normal(size=SIZE) * r.choice([0.3, 1, 3, 6])).astype(np.float32)
        seen = [r.randrange(SIZE) for _ in range(r.randint(1, 30))]
        s = settings(r)
        scores = processors(s)(torch.tensor([seen]), torch.from_numpy(logits)[None].clone())[0].double()
        p = torch.softmax(scores, 0).numpy()
        left = sorted(np.flatnonzero(np.isfinite(scores.numpy())), key=lambda i: (-p[i], i))
        cases.append({"logits": logits.tolist(), "seen": seen, "settings": s, "probabilities": [[int(i), float(p[i])] for i in left]})
    with gzip.GzipFile(OUT / "sampling.json.gz", "wb", mtime=0) as f:
        data = {"made_by": "tests/reference/gemma_sampling_goldens.py", "transformers": transformers.__version__, "cases": cases}
        f.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    print(len(cases), "cases,", sorted(len(c["probabilities"]) for c in cases)[::15])


if __name__ == "__main__":
    main()
