"""Trains gemma-tiny-chat on made conversations and keeps the checkpoint.

    python tests/reference/gemma_train.py

Writes WORK/gemma-tiny-chat (a transformers checkpoint, fp32). The exports come
from gemma_export.py, its accuracy from gemma_evaluate.py. Seeded; with two threads
about half an hour.
"""

import json
import random
import time

import torch
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from export import WORK
from gemma_corpus import AllConversations, Conversations, FarConversations, rendered
from paths import GEMMA

CHECKPOINT = WORK / "gemma-tiny-chat"
SEED, BATCH = 17, 24
GENERATION = {"bos_token_id": 2, "cache_implementation": "hybrid", "do_sample": True, "eos_token_id": [1, 106], "pad_token_id": 0, "top_k": 64, "top_p": 0.95}


def config(vocabulary):
    """Gemma 3's architecture, small: five layers of a window of 32, then a global one."""
    return Gemma3TextConfig(
        vocab_size=vocabulary, hidden_size=64, intermediate_size=320, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=1, head_dim=32,
        max_position_embeddings=2048, sliding_window=32, query_pre_attn_scalar=32, tie_word_embeddings=True, architectures=["Gemma3ForCausalLM"],
        bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0, initializer_range=0.04)


class Rows:
    """Conversations behind each other, cut to rows of one width. A model's words
    count fully, all others, which can't be foretold, as the share user."""

    def __init__(self, maker, width, user):
        self.tokenizer = Tokenizer.from_file(str(GEMMA / "tokenizer.json"))
        self.maker, self.width, self.user, self.model = maker, width, user, self.tokenizer.token_to_id("model")

    def row(self, width):
        """A row begins with <bos>; what comes before a conversation stays in sight,
        as in a long chat."""
        ids = [2]
        while len(ids) < width + 1:
            ids += self.tokenizer.encode(rendered(self.maker.draw()), add_special_tokens=False).ids
        return ids[: width + 1]

    def batch(self, step):
        # A few long rows in between train the later positions.
        count, width = (6, 640) if step % 12 == 11 else (BATCH, self.width)
        rows = torch.tensor([self.row(width) for _ in range(count)])
        ids, targets = rows[:, :-1], rows[:, 1:]
        answer, weights = torch.zeros(count, dtype=torch.bool), torch.full(targets.shape, self.user)
        for i in range(width):
            if i:
                answer = torch.where((ids[:, i - 1] == 105), ids[:, i] == self.model, answer)
            weights[:, i][answer] = 1.0
            answer = answer & (targets[:, i] != 106)
        return ids, targets, weights


class Copies:
    """Random tokens twice: the second time all can be foretold, but only from
    outside of the window, so that the global layer learns to look for them."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def batch(self, step):
        length = self.r.randint(34, 60)
        first = torch.tensor([[self.r.randrange(494, 2560) for _ in range(length)] for _ in range(32)])
        rows = torch.cat([torch.full((32, 1), 2), first, torch.full((32, 1), 106), first], 1)
        weights = torch.zeros(32, 2 * length + 1)
        weights[:, length + 1:] = 1.0
        return rows[:, :-1], rows[:, 1:], weights


class Mixed:
    """Mostly one, every sixth batch the other."""

    def __init__(self, one, other):
        self.one, self.other = one, other

    def batch(self, step):
        return (self.other if step % 6 == 5 else self.one).batch(step)


# What is learned one after the other: all kinds of conversations, then looking
# far back, then conversations whose answers stand far back, then everything.
PHASES = ({"rows": lambda: Rows(Conversations(17), 160, 0.1), "steps": 2600, "rate": 4e-3, "last": 0.02},
          {"rows": lambda: Copies(18), "steps": 600, "rate": 3e-3, "last": 1},
          {"rows": lambda: Mixed(Rows(FarConversations(19), 180, 0.03), Copies(20)), "steps": 1300, "rate": 3e-3, "last": 0.02},
          {"rows": lambda: Rows(AllConversations(21), 160, 0.03), "steps": 1000, "rate": 3e-3, "last": 0.02})


def train(model, rows, steps, rate, last):
    """The rate falls to the share last of it."""
    rows = rows()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.05)
    start, total = time.time(), 0.0
    model.train()
    for step in range(steps):
        ids, targets, weights = rows.batch(step)
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 60) * max(last, 1 - step / steps)
        logits = model(input_ids=ids, use_cache=False).logits
        each = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        loss = (each * weights.flatten()).sum() / weights.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
        if step % 50 == 49:
            print(f"step {step + 1}: loss {total / 50:.4f}, {time.time() - start:.0f} s", flush=True)
            total = 0.0
    model.eval()


def save(model):
    model.save_pretrained(CHECKPOINT)
    (CHECKPOINT / "generation_config.json").write_text(json.dumps(GENERATION, indent=2) + "\n")


if __name__ == "__main__":
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    model = Gemma3ForCausalLM(config(2560))
    print(sum(p.numel() for p in model.parameters()), "parameters")
    for phase in PHASES:
        train(model, **phase)
        save(model)
