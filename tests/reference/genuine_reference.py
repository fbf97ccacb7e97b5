"""What transformers (fp32) and onnxruntime-genai (int4) write after the prompts of
`make genuine`, greedily.

    python tests/reference/genuine_reference.py FOLDER [--threads 2]

FOLDER is what genuine_convert.py made. Writes to FOLDER/reference:

prompts.json  {"versions", "new_tokens", "prompts": [{"name", "text" or "messages", "ids"}]}
fp32.jsonl    a line for each prompt, in any order: {"prompt", "tokens", "logprobs", "rivals", "seconds"}
int4.jsonl    as many, by onnxruntime-genai, which reads a prompt as a whole
int4-chunks.jsonl  the same, reading 64 tokens at once, as the scorer does

prompt is the index, rivals are the second best of each step, [id, log probability].
An end token is the last if it came. What is there already for the same prompts is kept, so that a run that was broken off goes on.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime_genai as genai
import torch
from transformers import AutoTokenizer, Gemma3ForCausalLM

from genuine_prompts import CHATS, prompts
from versions import versions

NEW, END = 16, (1, 106)
CHUNK = 64
CAPACITY = 4096  # of onnxruntime-genai; its short caches need more than the window


class Steps:
    """Collects a text's steps from their logits."""

    def __init__(self):
        self.tokens, self.logprobs, self.rivals, self.start = [], [], [], time.perf_counter()

    def add(self, logits):
        """Returns whether the text goes on."""
        logits = torch.as_tensor(logits, dtype=torch.float64)
        best, second = logits.topk(2).indices.tolist()
        logs = logits - logits.logsumexp(-1)
        self.tokens.append(best)
        self.logprobs.append(round(float(logs[best]), 6))
        self.rivals.append([second, round(float(logs[second]), 6)])
        return best not in END and len(self.tokens) < NEW

    def line(self):
        return {"tokens": self.tokens, "logprobs": self.logprobs, "rivals": self.rivals, "seconds": round(time.perf_counter() - self.start, 3)}


@torch.no_grad()
def with_transformers(model, ids):
    steps, past, given = Steps(), None, torch.tensor([ids])
    while True:
        out = model(input_ids=given, past_key_values=past, use_cache=True, logits_to_keep=1)
        past = out.past_key_values
        if not steps.add(out.logits[0, -1]):
            return steps.line()
        given = torch.tensor([steps.tokens[-1:]])


def with_genai(model, ids, chunk):
    parameters = genai.GeneratorParams(model)
    parameters.set_search_options(do_sample=False, max_length=CAPACITY)
    generator = genai.Generator(model, parameters)
    for start in range(0, len(ids), chunk):
        generator.append_tokens(np.array([ids[start:start + chunk]], np.int32))
    steps = Steps()
    while steps.add(np.asarray(generator.get_logits(), np.float32).reshape(-1)):
        generator.generate_next_token()
        assert int(generator.get_next_tokens()[0]) == steps.tokens[-1]
    return steps.line()


def write(path, todo, generate):
    """All kinds of prompts come early, so that what a broken-off run has is of use."""
    done = {json.loads(line)["prompt"] for line in path.read_text().splitlines()} if path.exists() else set()
    order = sorted(range(len(todo)), key=lambda i: i * 73 % len(todo))
    with path.open("a") as out:
        for i in order:
            if i not in done:
                out.write(json.dumps({"prompt": i} | generate(todo[i]["ids"])) + "\n")
                out.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = AutoTokenizer.from_pretrained(options.folder / "hf")
    todo = prompts(tokenizer.backend_tokenizer)
    for name, messages in CHATS.items():
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=False)
        todo.append({"name": f"chat: {name}", "messages": messages, "ids": list(ids)})
    out = options.folder / "reference"
    out.mkdir(exist_ok=True)
    head = json.dumps({"versions": versions(), "new_tokens": NEW, "prompts": todo}, ensure_ascii=False) + "\n"
    index = out / "prompts.json"
    if not index.exists() or index.read_text() != head:
        for old in out.glob("*.jsonl"):
            old.unlink()
        index.write_text(head)
    model = Gemma3ForCausalLM.from_pretrained(options.folder / "hf", dtype=torch.float32).eval()
    write(out / "fp32.jsonl", todo, lambda ids: with_transformers(model, ids))
    del model
    config = genai.Config(str(options.folder / "int4"))
    config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": options.threads}}}}))
    int4 = genai.Model(config)
    write(out / "int4.jsonl", todo, lambda ids: with_genai(int4, ids, len(ids)))
    write(out / "int4-chunks.jsonl", todo, lambda ids: with_genai(int4, ids, CHUNK))


if __name__ == "__main__":
    main()
