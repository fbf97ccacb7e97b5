"""Trains the bundled model on made reviews and writes its folder.

Prints and records the accuracy on held-out made sentences and on the
hand-written ones of plain_sentences.tsv. Takes about four minutes on two idle cores.
"""

import json
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import DistilBertConfig, DistilBertForSequenceClassification

from export import WORK, export_hub, write_config
from paths import BUNDLED
from reviews import NEGATIVE, POSITIVE, Maker

LABELS = {NEGATIVE: "NEGATIVE", POSITIVE: "POSITIVE"}
SEED, TRAINING, HELD_OUT, EPOCHS, BATCH, RATE = 7, 80000, 4000, 4, 64, 1.2e-3
PLAIN = Path(__file__).with_name("plain_sentences.tsv")


def batches(encoded, rng):
    """Batches of near lengths in random order: rows of ids and opinions."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]) + rng.random() * 4)
    groups = [order[i:i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(groups)
    return [[encoded[i] for i in group] for group in groups]


def joined(encoded, rng, count):
    """Long texts: reviews of one opinion behind each other, up to 512 tokens,
    so that the later positions are trained too."""
    sides = {label: [ids for ids, l in encoded if l == label] for label in LABELS}
    out = []
    for _ in range(count):
        label, length, ids = rng.choice((NEGATIVE, POSITIVE)), rng.randrange(100, 511), []
        while len(ids) < length:
            ids += rng.choice(sides[label])[1:-1]
        cls, sep = encoded[0][0][0], encoded[0][0][-1]
        out.append(([cls, *ids[:length], sep], label))
    return out


def tensors(rows):
    """Padded ids, attention mask and opinions of rows."""
    width = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([row + [0] * (width - len(row)) for row, _ in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row, _ in rows])
    return ids, mask, torch.tensor([label for _, label in rows])


def train(model, encoded, unknown):
    rng = random.Random(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    loss_function = torch.nn.CrossEntropyLoss(label_smoothing=0.02)
    per_epoch = -(-len(encoded) // BATCH)
    steps, step = EPOCHS * per_epoch, 0
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / 200, max(0.02, 1 - s / steps)))
    model.train()
    for epoch in range(EPOCHS):
        start, total = time.time(), 0.0
        for rows in batches(encoded, rng):
            if step % 40 == 39:
                rows = joined(encoded[: 4000], rng, 8)
            ids, mask, labels = tensors(rows)
            # Some words unknown, so that the opinion does not hang on one word.
            unknowns = (torch.rand(ids.shape) < 0.03) & (ids > 4)
            ids = torch.where(unknowns, unknown, ids)
            loss = loss_function(model(input_ids=ids, attention_mask=mask).logits, labels)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, step = total + loss.item(), step + 1
        print(f"epoch {epoch + 1}: loss {total / per_epoch:.4f}, {time.time() - start:.0f} s", flush=True)
    model.eval()


def accuracy(model, tokenizer, labeled, show=False):
    right = 0
    for i in range(0, len(labeled), 100):
        rows = [(tokenizer.encode(text).ids[:512], label) for text, label in labeled[i:i + 100]]
        ids, mask, labels = tensors(rows)
        with torch.no_grad():
            found = model(input_ids=ids, attention_mask=mask).logits.argmax(-1)
        right += int((found == labels).sum())
        if show:
            for (text, label), f in zip(labeled[i:i + 100], found.tolist()):
                if f != label:
                    print(f"  wrong: {text!r} is {LABELS[label]}")
    return right / len(labeled)


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    labeled = Maker(SEED).reviews(TRAINING, held=False)
    held = Maker(SEED + 1).reviews(HELD_OUT, held=True)
    ids = {label: number for number, label in LABELS.items()}
    plain = [(text, ids[label]) for label, text in (line.split("\t") for line in PLAIN.read_text().splitlines())]
    # Another pairing can give the same words; such texts are not held out.
    training_texts = {text.lower() for text, _ in labeled}
    held = [(text, label) for text, label in held if text.lower() not in training_texts]
    known = sum(text.lower() in training_texts for text, _ in plain)

    config = DistilBertConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=512, n_layers=2, n_heads=2, dim=128, hidden_dim=512,
        dropout=0.1, attention_dropout=0.1, seq_classif_dropout=0.2, pad_token_id=0,
        id2label=LABELS, label2id=ids, architectures=["DistilBertForSequenceClassification"])
    model = DistilBertForSequenceClassification(config)
    train(model, [(tokenizer.encode(text).ids, label) for text, label in labeled], tokenizer.token_to_id("[UNK]"))
    record = {
        "training_texts": len(labeled), "held_out_texts": len(held), "hand_written_texts": len(plain),
        "hand_written_texts_met_in_training": known,
        "held_out_accuracy": round(accuracy(model, tokenizer, held), 4),
        "hand_written_accuracy": round(accuracy(model, tokenizer, plain, show=True), 4),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
    print(json.dumps(record, indent=2))
    model.save_pretrained(WORK / "bundled")
    write_config(config, BUNDLED)
    export_hub(WORK / "bundled", BUNDLED / "onnx" / "model.onnx", opset=14)
    Path(__file__).with_name("bundled_accuracy.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
