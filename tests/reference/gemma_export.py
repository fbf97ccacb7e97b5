"""Exports gemma-tiny-chat in every layout that the scorer reads.

    python tests/reference/gemma_export.py

inference/models/gemma-tiny-chat          fp32, onnxruntime-genai's builder
tests/testdata/gemma-int4                 int4 in blocks of 32, the embedding shares the head's weights; the local
                                          layers' caches may be short (sliding_window_cache), the builder's default
tests/testdata/gemma-int4-embedding       int4 with an fp32 embedding of its own
tests/testdata/gemma-fp16                 fp16 as the builder makes it for DirectML; ONNX Runtime's CPU can run it
tests/testdata/gemma-fp16-cuda            fp16 as the builder makes it for CUDA; only CUDA can run it
tests/testdata/gemma-decomposed           fp32, plain operators
tests/testdata/gemma-decomposed-nowindow  a random model whose sliding window is lost
"""

import json
import shutil
from pathlib import Path

import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

import gemma_decomposed
from gemma_builder import build
from gemma_train import CHECKPOINT, GENERATION
from paths import GEMMA, TESTDATA

TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja")
# config.json as google/gemma-3-1b-it has it, from transformers 4.50.
PUBLISHED = {
    "architectures": ["Gemma3ForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "attn_logit_softcapping": None, "bos_token_id": 2,
    "cache_implementation": "hybrid", "eos_token_id": [1, 106], "final_logit_softcapping": None, "hidden_activation": "gelu_pytorch_tanh",
    "initializer_range": 0.02, "model_type": "gemma3_text", "pad_token_id": 0, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000, "rope_scaling": None,
    "rope_theta": 1000000, "sliding_window_pattern": 6, "torch_dtype": "float32", "transformers_version": "4.50.0.dev0", "use_cache": True}
SIZES = ("head_dim", "hidden_size", "intermediate_size", "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
         "query_pre_attn_scalar", "sliding_window", "vocab_size")


def published_config(config):
    return dict(sorted((PUBLISHED | {k: getattr(config, k) for k in SIZES}).items()))


def write_json(path, data):
    Path(path).write_text(json.dumps(data, indent=2) + "\n")


def fill(folder, config, tokenizer=True, current=False):
    """The files beside the graph; current writes config.json as transformers 5 does."""
    folder.mkdir(parents=True, exist_ok=True)
    if current:
        config.save_pretrained(folder)
    else:
        write_json(folder / "config.json", published_config(config))
    write_json(folder / "generation_config.json", GENERATION)
    for name in TOKENIZER if tokenizer else ():
        if folder != GEMMA:
            shutil.copy(GEMMA / name, folder / name)


def windowless():
    """A random model of few weights, as a graph that has lost the window."""
    torch.manual_seed(5)
    config = Gemma3TextConfig(
        vocab_size=2560, hidden_size=32, intermediate_size=32, num_hidden_layers=6, num_attention_heads=2, num_key_value_heads=1, head_dim=16,
        max_position_embeddings=512, sliding_window=32, query_pre_attn_scalar=16, bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0, initializer_range=0.2)
    config.architectures = ["Gemma3ForCausalLM"]
    folder = TESTDATA / "gemma-decomposed-nowindow"
    fill(folder, config)
    gemma_decomposed.export(Gemma3ForCausalLM(config), folder / "onnx" / "model.onnx", window=False)


def main():
    model = Gemma3ForCausalLM.from_pretrained(CHECKPOINT)
    config = model.config
    for name in TOKENIZER:
        shutil.copy(GEMMA / name, CHECKPOINT / name)
    fill(GEMMA, config)
    whole = {"windowed_kv_cache": "false"}  # as published graphs are: every layer's cache holds all tokens
    build(CHECKPOINT, GEMMA, "fp32", **whole)
    for name, precision, provider, options, current in (
            ("gemma-int4", "int4", "cpu", {"int4_accuracy_level": 4}, False),
            ("gemma-int4-embedding", "int4", "cpu", {"int4_accuracy_level": 4, "shared_embeddings": "false"} | whole, True),
            ("gemma-fp16", "fp16", "dml", whole, True),
            ("gemma-fp16-cuda", "fp16", "cuda", whole, True)):
        fill(TESTDATA / name, config, current=current)
        build(CHECKPOINT, TESTDATA / name, precision, provider, **options)
    folder = TESTDATA / "gemma-decomposed"
    fill(folder, config)
    gemma_decomposed.export(model, folder / "onnx" / "model.onnx")
    windowless()


if __name__ == "__main__":
    main()
