"""One small model, exported in every way that a user may have: for the tests of
the graph rewriter. All files of one architecture give the same logits."""

import json
import sys

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModelForSequenceClassification, BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification

from export import WORK, export_hub, export_now, write_config
from paths import TESTDATA
from versions import versions

FOLDER = TESTDATA / "exports"
LABELS = {"id2label": {0: "NEGATIVE", 1: "POSITIVE"}, "label2id": {"NEGATIVE": 0, "POSITIVE": 1}}
MODELS = {
    "distilbert": (DistilBertForSequenceClassification, ("input_ids", "attention_mask"), DistilBertConfig(
        vocab_size=200, dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=64,
        architectures=["DistilBertForSequenceClassification"], **LABELS)),
    "bert": (BertForSequenceClassification, ("input_ids", "attention_mask", "token_type_ids"), BertConfig(
        vocab_size=200, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=64,
        architectures=["BertForSequenceClassification"], **LABELS)),
}
# Name: the transformers' attention, the opset, whether torch's new exporter.
NOW = {"eager-opset11": ("eager", 11, False), "eager-opset18": ("eager", 18, False), "sdpa-opset14": ("sdpa", 14, False),
       "dynamo-opset18": ("sdpa", 18, True)}


def build(kind):
    """The model, with random weights."""
    architecture, _, config = MODELS[kind]
    torch.manual_seed(9)
    model = architecture(config).eval()
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            parameter.copy_(1 + 0.1 * torch.randn_like(parameter) if "orm.weight" in name
                            else torch.randn_like(parameter) * (0.1 if name.endswith("bias") else 0.25))
    return model


def export_half(kind):
    """An export whose weights and logits are float16, as `--dtype fp16` makes it.
    (In float64 ONNX Runtime 1.30 lacks Erf.)"""
    _, inputs, _ = MODELS[kind]
    path = FOLDER / kind / "sdpa-opset14-fp16.onnx"
    export_now(build(kind).half(), path, 14, False, inputs)
    difference = compare(path, json.loads((FOLDER / kind / "golden.json").read_text())["batches"], inputs)
    print(f"{kind} {path.name}: {path.stat().st_size} bytes, largest difference {difference:.1e}")
    if difference > 2e-2:
        raise SystemExit(f"{path} does not give the model's logits")


def batches(model, inputs):
    """Batches of several lengths, padded, with the model's logits."""
    generator = torch.Generator().manual_seed(5)
    records = []
    for lengths in ([7], [1], [64], [3, 9], [16, 16, 16], [2, 31, 64, 5, 12]):
        ids, mask = torch.zeros(len(lengths), max(lengths), dtype=torch.int64), torch.zeros(len(lengths), max(lengths), dtype=torch.int64)
        for row, length in enumerate(lengths):
            ids[row, :length] = torch.randint(1, 200, (length,), generator=generator)
            mask[row, :length] = 1
        every = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
        with torch.no_grad():
            logits = model(**{name: every[name] for name in inputs}).logits
        records.append({"input_ids": ids.tolist(), "attention_mask": mask.tolist(), "logits": logits.tolist()})
    return records


def compare(path, records, inputs):
    """The largest difference of ONNX Runtime's logits to the golden ones."""
    session, worst = onnxruntime.InferenceSession(str(path)), 0.0
    for record in records:
        every = {name: np.array(record[name], dtype=np.int64) for name in ("input_ids", "attention_mask")}
        every["token_type_ids"] = np.zeros_like(every["input_ids"])
        logits = session.run(None, {name: every[name] for name in inputs})[0]
        worst = max(worst, float(np.abs(logits - np.array(record["logits"])).max()))
    return worst


def export_all(kind):
    _, inputs, config = MODELS[kind]
    model = build(kind)
    checkpoint, folder = WORK / f"exports-{kind}", FOLDER / kind
    model.save_pretrained(checkpoint)
    write_config(config, folder)
    records, differences = batches(model, inputs), {}
    for opset in (11, 14):
        export_hub(checkpoint, folder / f"hub-opset{opset}.onnx", opset, inputs)
    quantize_dynamic(folder / "hub-opset14.onnx", folder / "hub-opset14-int8.onnx", weight_type=QuantType.QInt8)
    for name, (attention, opset, dynamo) in NOW.items():
        fresh = AutoModelForSequenceClassification.from_pretrained(checkpoint, attn_implementation=attention).eval()
        export_now(fresh, folder / f"{name}.onnx", opset, dynamo, inputs)
    for path in sorted(p for p in folder.glob("*.onnx") if "fp16" not in p.name):
        differences[path.name] = compare(path, records, inputs)
        print(f"{kind} {path.name}: {path.stat().st_size} bytes, largest difference {differences[path.name]:.1e}")
        if differences[path.name] > (0.5 if "int8" in path.name else 1e-5):
            raise SystemExit(f"{path} does not give the model's logits")
    golden = {"made_by": "tests/reference/make_exports.py", "versions": versions(), "inputs": list(inputs), "batches": records}
    (folder / "golden.json").write_text(json.dumps(golden, separators=(",", ":")).replace('{"input_ids"', '\n{"input_ids"') + "\n")


if __name__ == "__main__":
    torch.set_num_threads(2)
    for kind in MODELS:
        if "--half-only" not in sys.argv:
            export_all(kind)
    export_half("bert")
