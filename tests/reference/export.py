"""Exports models to ONNX: as the hub's files were made, and in today's ways."""

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import onnx
import torch

# Checkpoints that are made on the way; not committed.
WORK = Path(os.environ.get("REFERENCE_WORK", Path(tempfile.gettempdir()) / "azure-nlp-endpoint-reference"))
# Where `pip install --target` put requirements-hub-era.txt.
HUB_ERA = os.environ.get("HUB_ERA", "hub-era")


def write_config(config, folder):
    """Writes config.json as transformers saves it."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    config.save_pretrained(folder)


def export_hub(checkpoint, out, opset, inputs=("input_ids", "attention_mask")):
    """Exports a saved checkpoint with the transformers of the hub's files."""
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_name("export_hub.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(HUB_ERA).resolve()), "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, str(script), str(checkpoint), str(out), str(opset), *inputs], check=True, env=environment)


def export_now(model, out, opset, dynamo, inputs=("input_ids", "attention_mask"), output={"logits": {0: "batch_size"}}):
    """Exports a loaded model with today's transformers and either exporter."""
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    example = {
        "input_ids": torch.randint(5, model.config.vocab_size, (2, 16)),
        "attention_mask": torch.ones(2, 16, dtype=torch.int64),
        "token_type_ids": torch.zeros(2, 16, dtype=torch.int64),
    }
    example = {name: example[name] for name in inputs}
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in inputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if dynamo:
            batch, length = torch.export.Dim("batch_size"), torch.export.Dim("sequence_length", max=model.config.max_position_embeddings)
            torch.onnx.export(model, kwargs=example, f=str(out), input_names=list(inputs), output_names=list(output),
                              dynamic_shapes={name: {0: batch, 1: length} for name in inputs},
                              opset_version=opset, dynamo=True, external_data=False, verbose=False)
            drop_stack_traces(out)
        else:
            torch.onnx.export(model, (example,), str(out), input_names=list(inputs), output_names=list(output),
                              dynamic_axes={**axes, **output},
                              opset_version=opset, do_constant_folding=True, dynamo=False)


def drop_stack_traces(path):
    """Removes the paths of this machine that the new exporter leaves on nodes."""
    model = onnx.load(path)
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if "stack_trace" not in entry.key]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(model, path)
