"""Exports a saved classifier to ONNX as the hub's files were exported.

The hub's ONNX files were traced by optimum with the transformers of their time,
whose graphs differ from today's: attention is written out, the mask is an Equal,
Reshape and Expand within each layer. This script must therefore run with
requirements-hub-era.txt in front on PYTHONPATH (see README.md); export.py does
that. It uses optimum's arguments: TorchScript, named dynamic axes, constant
folding.

    export_hub.py MODEL_FOLDER OUT.onnx OPSET INPUT...
"""

import sys
import warnings

import torch
import transformers
from transformers import AutoConfig, AutoModelForSequenceClassification


def main(folder, out, opset, *inputs):
    warnings.simplefilter("ignore")
    if not transformers.__version__.startswith("4.35."):
        raise SystemExit(f"transformers {transformers.__version__} is not of the hub's time; see requirements-hub-era.txt")
    torch.set_num_threads(2)
    config = AutoConfig.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, config=config).eval()
    model.config.return_dict = True
    example = {"input_ids": torch.randint(5, config.vocab_size, (2, 16)),
               "attention_mask": torch.ones(2, 16, dtype=torch.int64),
               "token_type_ids": torch.zeros(2, 16, dtype=torch.int64)}
    example = {name: example[name] for name in inputs}
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in inputs}
    axes["logits"] = {0: "batch_size"}
    torch.onnx.export(model, (example,), out, input_names=list(inputs), output_names=["logits"], dynamic_axes=axes,
                      opset_version=int(opset), do_constant_folding=True, dynamo=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
