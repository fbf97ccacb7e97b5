"""Makes the real-size random DistilBERT without its weights.

Commits the graph, whose weights lie outside as model.onnx.data, the manifest
from which tests/realsize writes that file in Go, and golden answers. The ready
folder, weights included, is left in REFERENCE_WORK/realsize.
"""

import hashlib
import json
import shutil

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from transformers import DistilBertConfig, DistilBertForSequenceClassification

import prng
import texts
from export import WORK, export_hub, write_config
from make_goldens import golden
from paths import REAL_SIZE, TESTDATA
from reviews import Maker
from verify import check
from versions import versions

LABELS = {0: "NEGATIVE", 1: "POSITIVE"}
DATA_NAME = "model.onnx.data"
ALIGNMENT = 4096  # so that each tensor can be mapped into memory on its own
INLINE = 1024  # bytes; smaller initializers stay in the graph


def center_and_scale(name):
    """Where a parameter's uniform values lie. The standard deviation is the
    scale over the root of three."""
    if "orm.weight" in name:
        return 1.0, 0.125
    if name.endswith("bias"):
        return 0.0, 0.0625
    if name == "classifier.weight":
        return 0.0, 0.125
    return 0.0, 0.0703125  # 0.0406: enough that attention is not flat


def fill(model):
    """Sets every parameter from the generator, in the parameter's own layout."""
    for name, parameter in model.named_parameters():
        if name == "classifier.bias":
            # Halfway between the two labels of these texts, so that both occur.
            parameter.data = torch.tensor([-1.4375, 1.4375])
            continue
        values = prng.values(name, parameter.numel(), *center_and_scale(name))
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values.reshape(parameter.shape)))


def match(graph, model):
    """The parameter that each large initializer holds, and whether transposed."""
    by_hash = {}
    for name, parameter in model.named_parameters():
        array = parameter.detach().numpy()
        by_hash[(array.shape, hashlib.sha256(array.tobytes()).digest())] = (name, False)
        if array.ndim == 2:
            turned = np.ascontiguousarray(array.T)
            by_hash[(turned.shape, hashlib.sha256(turned.tobytes()).digest())] = (name, True)
    found = {}
    for initializer in graph.initializer:
        array = numpy_helper.to_array(initializer)
        if array.nbytes < INLINE:
            continue
        key = (array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in by_hash:
            raise SystemExit(f"initializer {initializer.name} is no parameter of the model")
        found[initializer.name] = by_hash[key]
    return found


def split(source, folder, model):
    """Writes the graph and the data file; returns the manifest."""
    proto = onnx.load(source)
    found = match(proto.graph, model)
    tensors, offset = [], 0
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / DATA_NAME, "wb") as data:
        for initializer in proto.graph.initializer:
            if initializer.name not in found:
                continue
            array = numpy_helper.to_array(initializer)
            parameter, transposed = found[initializer.name]
            center, scale = center_and_scale(parameter)
            data.write(b"\0" * (offset - data.tell()))
            data.write(array.tobytes())
            tensors.append({"initializer": initializer.name, "parameter": parameter, "shape": list(array.shape), "transposed": transposed,
                            "offset": offset, "center": center, "scale": scale})
            initializer.ClearField("raw_data")
            initializer.data_location = TensorProto.EXTERNAL
            for key, value in (("location", DATA_NAME), ("offset", str(offset)), ("length", str(array.nbytes))):
                initializer.external_data.add(key=key, value=value)
            offset = -(-(offset + array.nbytes) // ALIGNMENT) * ALIGNMENT
        size = data.tell()
    (folder / "model.onnx").write_bytes(proto.SerializeToString(deterministic=True))
    digest = hashlib.sha256()
    with open(folder / DATA_NAME, "rb") as data:
        while block := data.read(1 << 22):
            digest.update(block)
    return {"made_by": "tests/reference/make_real_size.py", "versions": versions(), "file": "onnx/" + DATA_NAME, "size": size,
            "sha256": digest.hexdigest(), "tensors": tensors}


def rows():
    """About 300 texts: SST-2-like lengths, some odd ones, a tail up to the limit."""
    short = texts.reviews(230, seed=51)
    pieces = [text for text, _ in Maker(52).reviews(400, held=True)]
    middle = [" ".join(pieces[i:i + n]) for i, n in zip(range(0, 400, 16), [2, 3, 4, 5, 6, 8, 10, 12, 14, 16] * 3)]
    return short + middle + texts.ODD[::4] + texts.long_texts()[:13]


def main():
    torch.set_num_threads(2)
    config = DistilBertConfig(id2label=LABELS, label2id={label: i for i, label in LABELS.items()},
                              architectures=["DistilBertForSequenceClassification"])
    model = DistilBertForSequenceClassification(config).eval()
    fill(model)
    model.save_pretrained(WORK / "real-size-checkpoint")
    write_config(config, REAL_SIZE)
    exported = WORK / "real-size-export.onnx"
    export_hub(WORK / "real-size-checkpoint", exported, opset=14)

    ready = WORK / "realsize"
    manifest = split(exported, ready / "onnx", model)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(REAL_SIZE / name, ready)
    (REAL_SIZE / "onnx").mkdir(exist_ok=True)
    shutil.copy(ready / "onnx" / "model.onnx", REAL_SIZE / "onnx")
    tensors = ",\n".join("  " + json.dumps(tensor) for tensor in manifest.pop("tensors"))
    head = json.dumps(manifest, indent=1)[:-2]
    (REAL_SIZE / "manifest.json").write_text(head + ',\n "tensors": [\n' + tensors + "\n ]\n}\n")
    path = TESTDATA / "classification" / "distilbert-base-random.json"
    golden(WORK / "real-size-checkpoint", REAL_SIZE, rows(), path)
    check(ready, path)


if __name__ == "__main__":
    main()
