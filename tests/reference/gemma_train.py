"""Trains gemma-tiny-chat on made conversations and keeps the checkpoint.

    python tests/reference/gemma_train.py

Writes WORK/gemma-tiny-chat (a transformers checkpoint, fp32). The exports come
from gemma_export.py, its accuracy from gemma_evaluate.py. Seeded; with two threads
about 15 minutes.
"""

import json
import random
import time

import torch
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from export import WORK
from gemma_corpus import Conversations, rendered
from paths import GEMMA

CHECKPOINT = WORK / "gemma-tiny-chat"
SEED, BATCH, STEPS, RATE, WIDTH = 17, 24, 2600, 4e-3, 160
GENERATION = {"bos_token_id": 2, "cache_implementation": "hybrid", "do_sample": True, "eos_token_id": [1, 106], "pad_token_id": 0, "top_k": 64, "top_p": 0.95}


def config(vocabulary):
    """Gemma 3's architecture, small: five layers of a window of 32, then a global one."""
    return Gemma3TextConfig(
        vocab_size=vocabulary, hidden_size=64, intermediate_size=320, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=1, head_dim=32,
        max_position_embeddings=2048, sliding_window=32, query_pre_attn_scalar=32, tie_word_embeddings=True, architectures=["Gemma3ForCausalLM"],
        bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0, initializer_range=0.04)


class Rows:
    """Conversations behind each other, cut to rows of one width."""

    def __init__(self, seed):
        self.tokenizer = Tokenizer.from_file(str(GEMMA / "tokenizer.json"))
        self.maker, self.r = Conversations(seed), random.Random(seed)

    def row(self, width):
        """A row begins with <bos>; what comes before a conversation stays in sight,
        as in a long chat, so that the global layer learns to look far."""
        ids = [2]
        while len(ids) < width + 1:
            ids += self.tokenizer.encode(rendered(self.maker.draw()), add_special_tokens=False).ids
        return ids[: width + 1]

    def batch(self, count, width):
        rows = torch.tensor([self.row(width) for _ in range(count)])
        return rows[:, :-1], rows[:, 1:]


def weights(ids, targets):
    """A model's words count fully, the user's, which can't be foretold, little."""
    model_turn, out = torch.zeros(len(ids), dtype=torch.bool), torch.full(targets.shape, 0.1)
    for i in range(targets.shape[1]):
        if i:
            model_turn = torch.where((ids[:, i - 1] == 105), ids[:, i] == MODEL, model_turn)
        out[:, i][model_turn] = 1.0
        model_turn = model_turn & (targets[:, i] != 106)
    return out


def train(model):
    rows = Rows(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.05)
    start, total = time.time(), 0.0
    model.train()
    for step in range(STEPS):
        # A few long rows in between train the later positions.
        long = step % 12 == 11
        ids, targets = rows.batch(6, 640) if long else rows.batch(BATCH, WIDTH)
        progress = step / STEPS
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 60) * max(0.02, 1 - progress)
        logits = model(input_ids=ids, use_cache=False).logits
        each = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        w = weights(ids, targets).flatten()
        loss = (each * w).sum() / w.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
        if step % 50 == 49:
            print(f"step {step + 1}: loss {total / 50:.4f}, {time.time() - start:.0f} s", flush=True)
            total = 0.0
            save(model)
    model.eval()


def save(model):
    model.save_pretrained(CHECKPOINT)  # also on the way, to look into it
    (CHECKPOINT / "generation_config.json").write_text(json.dumps(GENERATION, indent=2) + "\n")


if __name__ == "__main__":
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(str(GEMMA / "tokenizer.json"))
    MODEL = tokenizer.token_to_id("model")
    model = Gemma3ForCausalLM(config(tokenizer.get_vocab_size()))
    print(sum(p.numel() for p in model.parameters()), "parameters")
    train(model)
    save(model)
