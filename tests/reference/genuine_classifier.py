"""Makes classifiers of the genuine MiniLM, trained on made reviews, for `make genuine`.

    python tests/reference/genuine_classifier.py MINILM INT8 OUT

MINILM is the zip of all-MiniLM-L6-v2 and INT8 the ONNX file of its int8 weights
that scripts/fetch-genuine.sh prints. The encoder stays as its makers trained it;
its pooler and a linear head are trained on reviews from the generator. What is
there already is kept. Takes about five minutes.

OUT/opinion    BertForSequenceClassification with 2 labels
OUT/topic      the same with a label for each domain of the reviews
OUT/embedding  logits are [CLS]'s last hidden state, so one label for each number
OUT/texts.jsonl     held-out reviews, 1 to about 400 tokens, with their labels
OUT/int8.jsonl      what INT8 in ONNX Runtime gives for them, with the same heads
OUT/versions.json
"""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification, BertModel

from export import export_now, write_config
from genuine_convert import made
from reviews import DOMAINS, Maker, held_out
from versions import versions

SEED, TRAINING, HELD_OUT, STEPS, BATCH, RATE = 11, 6000, 3000, 600, 256, 1e-3
LENGTHS, WEIGHTS = (1, 2, 4, 10, 25), (60, 16, 12, 8, 4)  # reviews' sentences at least
LONGEST = 400  # tokens
SHRINK = 2.0 ** -8  # where tanh is the identity to fp32's precision, near enough
LABELS = {"opinion": ["NEGATIVE", "POSITIVE"], "topic": list(DOMAINS)}
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def reviews(seed, count, held, tokenizer):
    """Different reviews as (text, {head: label}) of one side of the split."""
    maker, out, seen = Maker(seed), [], set()
    while len(out) < count:
        domain, opinion, pairings = maker.random.choice(DOMAINS), maker.random.choice((0, 1)), []
        parts = []
        for _ in range(maker.random.choices(LENGTHS, WEIGHTS)[0]):
            while True:
                of = []
                part = maker.finish(maker.sentence(domain, opinion, of), opinion)
                if of and all(held_out(pairing) == held for pairing in of):
                    break
            parts.append(part)
        text = " ".join(parts)
        if text not in seen and len(tokenizer.encode(text).ids) <= LONGEST:
            seen.add(text)
            out.append((text, {"opinion": opinion, "topic": DOMAINS.index(domain)}))
    return out


def batches(tokenizer, texts):
    """Indices and padded inputs of texts of near lengths."""
    encoded = [tokenizer.encode(text).ids for text, _ in texts]
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
    for at in range(0, len(order), 32):
        group = order[at:at + 32]
        width = max(len(encoded[i]) for i in group)
        ids = np.array([encoded[i] + [0] * (width - len(encoded[i])) for i in group], dtype=np.int64)
        mask = np.array([[1] * len(encoded[i]) + [0] * (width - len(encoded[i])) for i in group], dtype=np.int64)
        yield group, dict(zip(INPUTS, (ids, mask, np.zeros_like(ids))))


def first_states(tokenizer, texts, run):
    """[CLS]'s last hidden state of each text."""
    out = np.zeros((len(texts), 384), dtype=np.float32)
    for group, inputs in batches(tokenizer, texts):
        out[group] = run(inputs)[:, 0]
    return torch.from_numpy(out)


def in_torch(encoder):
    def run(inputs):
        with torch.no_grad():
            return encoder(**{name: torch.from_numpy(value) for name, value in inputs.items()}).last_hidden_state.numpy()
    return run


def classifier(source, labels):
    config = BertConfig.from_pretrained(source)
    config.architectures = ["BertForSequenceClassification"]
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: i for i, label in enumerate(labels)}
    model = BertForSequenceClassification(config)
    model.bert.load_state_dict(BertModel.from_pretrained(source).state_dict())
    return model.eval()


def head(model, states):
    return model.classifier(torch.tanh(model.bert.pooler.dense(states)))


def train(model, states, labels):
    parameters = [*model.bert.pooler.parameters(), *model.classifier.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    for _ in range(STEPS):
        at = torch.randint(len(labels), (BATCH,))
        loss = torch.nn.functional.cross_entropy(head(model, states[at]), labels[at], label_smoothing=0.02)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def as_embedding(model):
    """Makes the logits what goes into the pooler."""
    width = model.config.hidden_size
    with torch.no_grad():
        model.bert.pooler.dense.weight.copy_(SHRINK * torch.eye(width))
        model.bert.pooler.dense.bias.zero_()
        model.classifier.weight.copy_(torch.eye(width) / SHRINK)
        model.classifier.bias.zero_()


def save(model, source, folder):
    write_config(model.config, folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(source / name, folder / name)
    export_now(model, folder / "onnx" / "model.onnx", opset=17, dynamo=False, inputs=INPUTS)


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def make(minilm, int8, folder):
    folder.mkdir()
    source = folder / "source"
    with zipfile.ZipFile(minilm) as archive:
        archive.extractall(source)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    training, held = reviews(SEED, TRAINING, False, tokenizer), reviews(SEED + 1, HELD_OUT, True, tokenizer)
    encoder = BertModel.from_pretrained(source).eval()
    states = first_states(tokenizer, training, in_torch(encoder))
    session = onnxruntime.InferenceSession(int8, providers=["CPUExecutionProvider"])
    others = first_states(tokenizer, held, lambda inputs: session.run(None, inputs)[0])
    peer = [{"embedding": state} for state in others.tolist()]
    for name, labels in LABELS.items():
        model = classifier(source, labels)
        train(model, states, torch.tensor([label[name] for _, label in training]))
        with torch.no_grad():
            for row, logits in zip(peer, head(model, others).tolist()):
                row[name] = logits
        save(model, source, folder / name)
    model = classifier(source, [f"d{i}" for i in range(encoder.config.hidden_size)])
    as_embedding(model)
    save(model, source, folder / "embedding")
    write_lines(folder / "texts.jsonl", ({"text": text, "tokens": len(tokenizer.encode(text).ids), **labels} for text, labels in held))
    write_lines(folder / "int8.jsonl", peer)
    (folder / "versions.json").write_text(json.dumps(versions()))
    shutil.rmtree(source)


if __name__ == "__main__":
    made(Path(sys.argv[3]), lambda folder: make(sys.argv[1], sys.argv[2], folder))
