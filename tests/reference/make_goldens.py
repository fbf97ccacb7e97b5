"""Golden answers of transformers' text-classification pipeline.

Makes the small variants of a classifier too: several sigmoid labels, one label,
regression, and a BERT whose graph takes token_type_ids.
"""

import json

import torch
from transformers import (AutoModelForSequenceClassification, AutoTokenizer, BertConfig, BertForSequenceClassification,
                          DistilBertConfig, DistilBertForSequenceClassification, pipeline)

import make_tokenizers
import texts
from export import WORK, export_hub, write_config
from paths import BUNDLED, TESTDATA
from reviews import Maker
from versions import versions

VARIANTS = {
    "distilbert-tiny-multilabel": {"problem_type": "multi_label_classification", "id2label": {0: "praise", 1: "complaint", 2: "question"}},
    "distilbert-tiny-single": {"num_labels": 1},
    "distilbert-tiny-regression": {"num_labels": 1, "problem_type": "regression"},
    "bert-tiny": {"id2label": {0: "negative", 1: "neutral", 2: "positive"}},
}
# The calls whose exact answers the server must give: inputs and parameters.
INPUTS = {"string": "This is great!", "list of one": ["This is great!"],
          "list": ["This is great!", "This was a terrible waste of time.", "It opens at nine."], "empty string": ""}
PARAMETERS = [{}, {"top_k": 1}, {"top_k": 2}, {"top_k": 5}, {"top_k": None}] + [
    {**top, "function_to_apply": function} for function in ("softmax", "sigmoid", "none") for top in ({}, {"top_k": 1}, {"top_k": None})]


def write_json(path, value):
    """Writes an object whose lists lie one element a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dump = lambda v: json.dumps(v, ensure_ascii=False)
    parts = []
    for key, v in value.items():
        lines = "[\n" + ",\n".join(dump(row) for row in v) + "\n]" if isinstance(v, list) else dump(v)
        parts.append(dump(key) + ": " + lines)
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def classify(model, tokenizer, rows, limit):
    """One record a text: what the pipeline answers, and the logits behind it."""
    classifier = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    seen = {}
    hook = model.register_forward_hook(
        lambda _, __, inputs, output: seen.update(tokens=inputs["input_ids"].shape[1], logits=output.logits[0].tolist()), with_kwargs=True)
    records = []
    for text in rows:
        scores = classifier(text, top_k=None, truncation=True, max_length=limit)
        whole = len(tokenizer(text)["input_ids"])
        records.append({"text": text, "tokens": seen["tokens"], "truncated": whole > limit, "logits": seen["logits"], "scores": scores})
    hook.remove()
    return records


def calls(model, tokenizer, limit):
    """The exact answer of each form of calling the pipeline."""
    classifier = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    return [{"name": f"{name} {json.dumps(parameters)}", "inputs": inputs, "parameters": parameters,
             "output": classifier(inputs, truncation=True, max_length=limit, **parameters)}
            for name, inputs in INPUTS.items() for parameters in PARAMETERS]


def golden(checkpoint, folder, rows, out):
    model = AutoModelForSequenceClassification.from_pretrained(checkpoint).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    limit = model.config.max_position_embeddings
    record = {"made_by": "tests/reference/make_goldens.py", "versions": versions(), "max_length": limit,
              "texts": classify(model, tokenizer, rows, limit), "calls": calls(model, tokenizer, limit)}
    write_json(out, record)
    spread = torch.tensor([r["logits"] for r in record["texts"]])
    print(out, len(record["texts"]), "texts, logits' standard deviation", spread.std(0).tolist())


def variant_vocabulary():
    lines = [text for text, _ in Maker(3).reviews(4000, held=False)]
    return make_tokenizers.learn(lines, 1000, make_tokenizers.SPECIAL, "abcdefghijklmnopqrstuvwxyz0123456789.,!?'")


def variant(name, settings, entries, number):
    """A random model of 32 dimensions; large weights, so that texts differ."""
    torch.manual_seed(100 + number)
    folder = TESTDATA / name
    make_tokenizers.save(entries, folder, limit=64, kind="BertTokenizer" if name == "bert-tiny" else "DistilBertTokenizer")
    settings = dict(settings)
    if "id2label" in settings:
        settings["label2id"] = {label: i for i, label in settings["id2label"].items()}
    if name == "bert-tiny":
        config = BertConfig(vocab_size=len(entries), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
                            max_position_embeddings=64, architectures=["BertForSequenceClassification"], **settings)
        model, inputs = BertForSequenceClassification(config), ("input_ids", "attention_mask", "token_type_ids")
    else:
        config = DistilBertConfig(vocab_size=len(entries), dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=64,
                                  architectures=["DistilBertForSequenceClassification"], **settings)
        model, inputs = DistilBertForSequenceClassification(config), ("input_ids", "attention_mask")
    for parameter_name, parameter in model.named_parameters():
        with torch.no_grad():
            if "orm.weight" in parameter_name:
                parameter.copy_(1 + 0.1 * torch.randn_like(parameter))
            else:
                parameter.normal_(0, 0.1 if parameter_name.endswith("bias") else 0.25)
    model.save_pretrained(WORK / name)
    write_config(config, folder)
    export_hub(WORK / name, folder / "onnx" / "model.onnx", opset=14, inputs=inputs)
    golden(WORK / name, folder, texts.ODD + texts.long_texts() + texts.reviews(60), TESTDATA / "classification" / f"{name}.json")


def main():
    torch.set_num_threads(2)
    rows = texts.ODD + texts.long_texts() + texts.reviews(300)
    rows += texts.plain()
    golden(WORK / "bundled", BUNDLED, rows, TESTDATA / "classification" / "distilbert-tiny-sentiment.json")
    entries = variant_vocabulary()
    for number, (name, settings) in enumerate(VARIANTS.items()):
        variant(name, settings, entries, number)


if __name__ == "__main__":
    main()
