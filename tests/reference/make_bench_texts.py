"""Makes the texts that `make bench-peers` sends, and transformers' answers to them.

Each 49 texts have every length from 3 to 50 tokens once, in an order of their own, and
one of 80 to 400 tokens: 2 % long ones, however few of the texts a run gets through.
Words are tokens of the vocabulary, each a word of its own.
"""

import json
import random

import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification, DistilBertTokenizerFast

from make_goldens import classify, write_json
from make_real_size import LABELS, fill
from paths import REAL_SIZE, TESTDATA
from versions import versions

ROUNDS = 5
GOLDEN = 0.6180339887498949  # spreads the long ones evenly, however many there are


def lengths(r):
    """Of the texts, in tokens, [CLS] and [SEP] included."""
    for i in range(ROUNDS):
        some = list(range(3, 51)) + [80 + round(320 * ((0.5 + i * GOLDEN) % 1))]
        r.shuffle(some)
        yield from some


def main():
    torch.set_num_threads(2)
    model = DistilBertForSequenceClassification(DistilBertConfig(id2label=LABELS, label2id={label: i for i, label in LABELS.items()})).eval()
    fill(model)
    vocabulary = json.loads((REAL_SIZE / "tokenizer.json").read_text())["model"]["vocab"]
    words = sorted(w for w in vocabulary if len(w) > 2 and w.isascii() and w.isalpha() and w.islower())
    r = random.Random(2026)
    wanted = list(lengths(r))
    texts = [" ".join(r.choices(words, k=n - 2)) for n in wanted]
    records = classify(model, DistilBertTokenizerFast.from_pretrained(REAL_SIZE), texts, model.config.max_position_embeddings)
    assert [record["tokens"] for record in records] == wanted
    write_json(TESTDATA / "bench-texts.json", {"made_by": "tests/reference/make_bench_texts.py", "versions": versions(), "texts": records})


if __name__ == "__main__":
    main()
