"""Exports of the models of make_decoders.py."""

import shutil
import tempfile
from pathlib import Path

import decoder_plain
import gemma_builder
import paths

# What onnxruntime-genai 0.18 can't export from transformers 5.23's classes, and Gemma 3, which
# gemma_export.py exports (the builder rounds the root of 32 to 5.66).
NOT_GENAI = {"gemma3-multimodal", "gemma3", "smollm3"}

# What is there for the graphs that are built of weights.
IMPORTED = {"qwen2-yarn", "llama-dynamic", "gemma3-capped", "llama-own-head"}

# What is exported in plain operators: each way of attention once, since these graphs are large.
PLAIN = {"llama3", "qwen2-window", "qwen3", "phi3", "phi4-mini", "smollm3", "mistral", "gemma3-multimodal"}


def genai(folder):
    """FOLDER/genai: onnxruntime-genai's layout, in fp32 for the CPU."""
    if folder.name in NOT_GENAI | IMPORTED:
        return
    with tempfile.TemporaryDirectory() as work:
        checkpoint = Path(work) / folder.name
        shutil.copytree(folder, checkpoint)
        for name in ("tokenizer.json", "tokenizer_config.json"):  # the builder copies one
            shutil.copy(paths.GEMMA / name, checkpoint / name)
        gemma_builder.build(checkpoint, folder / "genai", "fp32", windowed_kv_cache="false")


def plain(folder, model):
    """FOLDER/onnx: plain operators, as optimum has them."""
    if folder.name in PLAIN:
        decoder_plain.export(model, folder / "onnx" / "model.onnx")
