"""Makes what `make bench-peers` needs of a model besides its folder.

    bench_model.py classifier SOURCE OUT < texts.json
    bench_model.py embedder SOURCE OUT < texts.json
    bench_model.py head SOURCE OUT

SOURCE is a model as on the hub. For a classifier or an embedder OUT is the same with the
plain export, onnx/model.onnx, and answers.json: what transformers answers to the texts.
With head OUT is a classifier of SOURCE's encoder, with pseudo-random weights for two labels.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import prng
from export import export_now
from genuine_convert import made
from genuine_embeddings import embed, load
from make_goldens import classify

LABELS = {0: "NEGATIVE", 1: "POSITIVE"}
OPSET = 17


def copy(source, folder, *but):
    """The configuration and the tokenizer, without weights."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.safetensors", *but))


def inputs(tokenizer):
    return tuple(name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokenizer.model_input_names)


def classifier(source, texts, folder):
    copy(source, folder)
    model = AutoModelForSequenceClassification.from_pretrained(source, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    export_now(model, folder / "onnx" / "model.onnx", OPSET, dynamo=False, inputs=inputs(tokenizer))
    records = classify(model, tokenizer, texts, tokenizer.model_max_length)
    logits = torch.tensor([record["logits"] for record in records])
    print("logits' mean", logits.mean(0).tolist(), "standard deviation", logits.std(0).tolist())
    return records


class States(torch.nn.Module):
    """The last hidden states alone; TorchScript passes inputs by position."""

    def __init__(self, model):
        super().__init__()
        self.model, self.config = model, model.config

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state


def embedder(source, texts, folder):
    copy(source, folder)
    model = load(source)
    export_now(States(model).eval(), folder / "onnx" / "model.onnx", OPSET, dynamo=False, inputs=inputs(AutoTokenizer.from_pretrained(source)),
               output={"last_hidden_state": {0: "batch_size", 1: "sequence_length"}})
    return [{"text": text, "tokens": tokens, "vector": vector} for text, (tokens, vector) in zip(texts, embed(model, source, texts))]


def head(source, folder):
    copy(source, folder, "modules.json", "*sentence_*", "*_Pooling")
    model = AutoModelForSequenceClassification.from_pretrained(source, dtype=torch.float32, id2label=LABELS, label2id={label: i for i, label in LABELS.items()})
    with torch.no_grad():
        weight = model.classifier.weight
        weight.copy_(torch.from_numpy(prng.values("classifier.weight", weight.numel(), 0.0, 0.125).reshape(weight.shape)))
        model.classifier.bias.zero_()
    model.save_pretrained(folder)


def main(kind, source, out):
    def make(folder):
        if kind == "head":
            return head(Path(source), folder)
        answers = {"classifier": classifier, "embedder": embedder}[kind](Path(source), json.load(sys.stdin), folder)
        (folder / "answers.json").write_text(json.dumps(answers))
    made(Path(out), make)


if __name__ == "__main__":
    torch.set_num_threads(1)  # two wait for each other where others use the processors
    main(*sys.argv[1:])
