"""Counts the answers that gemma-tiny-chat gives exactly, to conversations of a seed
that training didn't use, and records them in gemma_accuracy.json.

    python tests/reference/gemma_evaluate.py
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM

from gemma_corpus import FarConversations, rendered
from gemma_train import CHECKPOINT, PHASES, SEED
from paths import GEMMA

COUNT, KINDS = 50, ("remember", "repeat", "reverse", "sums", "capital", "number", "json", "opinion", "code", "persona", "recite", "words", "likes")


@torch.no_grad()
def answer(model, tokenizer, turns):
    ids = torch.tensor([tokenizer.encode("<bos>" + rendered(turns[:-1]) + "<start_of_turn>model\n", add_special_tokens=False).ids])
    made = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=64, eos_token_id=[1, 106])
    return ids.shape[1], tokenizer.decode(made[0, ids.shape[1]:].tolist())


def main():
    torch.set_num_threads(2)
    tokenizer, model = Tokenizer.from_file(str(GEMMA / "tokenizer.json")), Gemma3ForCausalLM.from_pretrained(CHECKPOINT).eval()
    maker, right, by_length = FarConversations(99), {}, {}
    for kind in KINDS:
        for _ in range(COUNT):
            turns = getattr(maker, kind)()
            length, text = answer(model, tokenizer, turns)
            good = text == turns[-1][1].strip()
            right[kind] = right.get(kind, 0) + good
            if kind == "remember":
                key = f"{length // 64 * 64} to {length // 64 * 64 + 63}"
                known = by_length.setdefault(key, [0, 0])
                by_length[key] = [known[0] + good, known[1] + 1]
    data = {"seed": SEED, "steps": [p["steps"] for p in PHASES], "parameters": sum(p.numel() for p in model.parameters()), "asked_of_each_kind": COUNT,
            "answered_exactly": right, "remember_by_tokens_of_prompt": {k: f"{g} of {n}" for k, (g, n) in sorted(by_length.items(), key=lambda x: int(x[0].split()[0]))}}
    Path(__file__).with_name("gemma_accuracy.json").write_text(json.dumps(data, indent=2) + "\n")
    print(data)


if __name__ == "__main__":
    main()
