"""Write tests/testdata/gemma-goldens/generation.json.gz: what reference
implementations generate from gemma-tiny-chat, greedily.

    python tests/reference/gemma_goldens.py

prompts[]        name, ids (with <bos>), text where the ids come from one
fp32[], int4[], int4_embedding[]  by prompt, in their order:
  tokens         up to 64 new tokens, greedy; the end token is the last if it came
  logprobs       of each of tokens, natural logarithm, float32
  margin         the smallest lead in logits of a chosen token over the next one
  top            at steps 0, 1, 2, 10, 40: the eight best ids with their logits and
                 log probabilities
endless[]        by prompt, fp32 with both end tokens forbidden (logits of -infinity, in
                 logprobs too), so always 64 tokens; null for the short prompts
fp32 comes from transformers on the checkpoint, the others from onnxruntime-genai on
tests/testdata/gemma-int4, whose cache for local layers is short, and on
gemma-int4-embedding. agreement says how often onnxruntime-genai on the committed
fp32 graph gives transformers' tokens.
"""

import gzip
import json
import random

import numpy as np
import onnxruntime
import onnxruntime_genai as genai
import torch
import transformers
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM

from gemma_corpus import Conversations, rendered
from gemma_tokenizer_goldens import OUT
from gemma_train import CHECKPOINT
from paths import GEMMA, TESTDATA

NEW, STEPS, END = 64, (0, 1, 2, 10, 40), (1, 106)
# Around the window of 32 and chunk borders, and several windows long.
LENGTHS = (31, 32, 33, 63, 64, 65, 95, 96, 127, 128, 129, 200, 255, 256, 257, 320, 400, 511, 512, 513, 600)


def prompts(tokenizer):
    r, maker = random.Random(4), Conversations(123)

    def ids(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    out = [{"name": "only <bos>", "ids": [2]}, {"name": "one token", "ids": [tokenizer.token_to_id("\u2581the")]},
           {"name": "plain text", "text": "<bos>The capital of", "ids": ids("<bos>The capital of")}]
    kinds = ("remember", "repeat", "reverse", "sums", "capital", "number", "listing", "json", "opinion", "greeting", "code", "story", "persona")
    for name in kinds + ("remember",) * 6 + ("json",) * 2 + ("repeat",) * 3:
        turns = getattr(maker, name)()
        text = "<bos>" + rendered(turns[:-1]) + "<start_of_turn>model\n"
        out.append({"name": f"{name} {len(out)}", "text": text, "ids": ids(text)})
    for length in LENGTHS:
        # A long chat, cut at the front to the very length, asked at the end.
        turns = maker.remember()
        tail = ids(rendered(turns[:-1]) + "<start_of_turn>model\n")
        chat = []
        while len(chat) < length:
            chat += ids(rendered(maker.draw()))
        out.append({"name": f"length {length}", "ids": [2] + (chat[: max(0, length - 1 - len(tail))] + tail)[-(length - 1):]})
    for length in (40, 150):
        out.append({"name": f"random {length}", "ids": [2] + [r.randrange(494, 2560) for _ in range(length - 1)]})
    return out


def row(logits):
    logits = np.asarray(logits, np.float32)
    wide = logits.astype(np.float64)
    logs = wide - wide.max() - np.log(np.exp(wide - wide.max()).sum())
    best = np.argsort(-logits, kind="stable")[:8]
    return best, logits, logs


def record(steps):
    """steps: logits by step, greedy."""
    out = {"tokens": [], "logprobs": [], "margin": float("inf"), "top": {}}
    for i, logits in enumerate(steps):
        best, logits, logs = row(logits)
        out["tokens"].append(int(best[0]))
        out["logprobs"].append(float(np.float32(logs[best[0]])))
        out["margin"] = min(out["margin"], float(logits[best[0]] - logits[best[1]]))
        if i in STEPS:
            out["top"][str(i)] = [[int(b), float(logits[b]), float(np.float32(logs[b]))] for b in best]
    return out


@torch.no_grad()
def with_transformers(model, ids, endless=False):
    made = model.generate(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.int64), do_sample=False,
                          max_new_tokens=NEW, eos_token_id=list(END), suppress_tokens=list(END) if endless else None, output_scores=True, return_dict_in_generate=True)
    out = record([step[0].numpy() for step in made.scores])
    assert out["tokens"] == made.sequences[0, len(ids):].tolist()
    return out


def with_genai(model, ids):
    params = genai.GeneratorParams(model)
    params.set_search_options(do_sample=False, max_length=len(ids) + NEW, temperature=1.0, top_k=1)
    generator = genai.Generator(model, params)
    generator.append_tokens(np.array([ids], np.int32))
    steps = []
    while len(steps) < NEW:
        steps.append(np.array(generator.get_logits(), np.float32).reshape(-1, 2560)[-1])
        generator.generate_next_token()
        if int(generator.get_next_tokens()[0]) in END or generator.is_done():
            break
    out = record(steps)
    own = [int(t) for t in generator.get_sequence(0)[len(ids):]]  # without the end token
    assert own == out["tokens"][: len(own)] and len(own) >= len(out["tokens"]) - 1
    return out


def main():
    torch.set_num_threads(2)
    chosen = prompts(Tokenizer.from_file(str(GEMMA / "tokenizer.json")))
    model = Gemma3ForCausalLM.from_pretrained(CHECKPOINT, dtype=torch.float32).eval()
    fp32 = [with_transformers(model, p["ids"]) for p in chosen]
    endless = [with_transformers(model, p["ids"], True) if p["name"].startswith(("length", "random", "story")) else None for p in chosen]
    whole = genai.Model(str(GEMMA))
    again = [with_genai(whole, p["ids"]) for p in chosen]
    same = sum(a["tokens"] == b["tokens"] for a, b in zip(fp32, again))
    pairs = [(a, b) for a, b in zip(fp32, again) if a["tokens"] == b["tokens"]]
    furthest = max(abs(x - y) for a, b in pairs for x, y in zip(a["logprobs"], b["logprobs"]))
    quantized = (genai.Model(str(TESTDATA / name)) for name in ("gemma-int4", "gemma-int4-embedding"))
    int4, embedding = ([with_genai(m, p["ids"]) for p in chosen] for m in quantized)
    data = {"made_by": "tests/reference/gemma_goldens.py", "transformers": transformers.__version__, "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__, "onnxruntime_genai": genai.__version__, "max_new_tokens": NEW,
            "agreement": {"prompts": len(chosen), "same_tokens": same, "largest_logprob_difference": furthest},
            "prompts": chosen, "fp32": fp32, "endless": endless, "int4": int4, "int4_embedding": embedding}
    with gzip.GzipFile(OUT / "generation.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    print(data["agreement"], "int4 as fp32:", sum(a["tokens"] == b["tokens"] for a, b in zip(fp32, int4)))
    print("smallest margins: fp32", sorted(a["margin"] for a in fp32)[:5], "int4", sorted(a["margin"] for a in int4)[:5])
    print("ended by themselves:", sum(a["tokens"][-1] in END for a in fp32), "of", len(chosen), "distinct tokens:", len({t for a in fp32 for t in a["tokens"]}))


if __name__ == "__main__":
    main()
