"""Converts the genuine Gemma 3 270M from GGUF to the folders that `make genuine` uses.

    python tests/reference/genuine_convert.py GGUF TOKENIZER OUT

GGUF is scripts/fetch-genuine.sh's file, TOKENIZER a folder with Gemma 3's
tokenizer.json and tokenizer_config.json (scripts/fetch-tokenizers.sh). What is
there already is kept. Takes about two minutes and 8 GB of memory.

OUT/hf     a transformers checkpoint, the weights dequantized to fp32
OUT/int4   onnxruntime-genai's builder: blocks of 32, accuracy level 4
OUT/int4-embedding  as int4, with an fp32 embedding of its own
OUT/fp32   the same builder, every layer's cache holds all tokens
OUT/plain  fp32 in plain operators
"""

import shutil
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

import gemma_decomposed
from gemma_builder import build
from gemma_export import fill

# transformers' name of what a layer's tensor in GGUF is called.
IN_LAYER = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm", "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "post_ffw_norm": "post_feedforward_layernorm"}
OUTSIDE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}


def name_of(tensor):
    if tensor in OUTSIDE:
        return OUTSIDE[tensor]
    _, layer, kind, _ = tensor.split(".")
    return f"model.layers.{layer}.{IN_LAYER[kind]}.weight"


def config_of(reader):
    def value(key):
        return reader.fields[f"gemma3.{key}"].contents()

    config = Gemma3TextConfig(
        vocab_size=262144, hidden_size=value("embedding_length"), intermediate_size=value("feed_forward_length"), num_hidden_layers=value("block_count"),
        num_attention_heads=value("attention.head_count"), num_key_value_heads=value("attention.head_count_kv"), head_dim=value("attention.key_length"),
        query_pre_attn_scalar=value("attention.key_length"), max_position_embeddings=value("context_length"), sliding_window=value("attention.sliding_window"),
        rms_norm_eps=1e-6, tie_word_embeddings=True, bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0)
    config.architectures = ["Gemma3ForCausalLM"]
    return config


def weights_of(reader):
    weights = {}
    for tensor in reader.tensors:
        data = np.asarray(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32).reshape([int(n) for n in reversed(tensor.shape)])
        # llama.cpp multiplies by a norm's weight, transformers by 1 more than it.
        weights[name_of(tensor.name)] = torch.from_numpy(data - 1 if "norm" in tensor.name else data.copy())
    return weights


def checkpoint(path, out, tokenizer):
    reader = gguf.GGUFReader(path)
    config = config_of(reader)
    model = Gemma3ForCausalLM(config)
    missing, unexpected = model.load_state_dict(weights_of(reader), strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise SystemExit(f"the tensors don't fit: {missing} are missing, {unexpected} are too many")
    fill(out, config, tokenizer=False, current=True)
    model.save_pretrained(out)
    copy_tokenizer(tokenizer, out)


def copy_tokenizer(tokenizer, out):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(Path(tokenizer) / name, out / name)


def made(out, make):
    """Calls make(folder); the folder gets its name last, so with it it is whole."""
    if out.exists():
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        folder = Path(work) / "made"
        make(folder)
        folder.rename(out)
    print(out, flush=True)


def export(folder, source, write):
    config = Gemma3TextConfig.from_pretrained(source)
    fill(folder, config, tokenizer=False)
    copy_tokenizer(source, folder)
    write(folder)


def main(path, tokenizer, out):
    source = out / "hf"
    made(source, lambda folder: checkpoint(path, folder, tokenizer))
    made(out / "int4", lambda folder: export(folder, source, lambda f: build(source, f, "int4", int4_accuracy_level=4)))
    made(out / "int4-embedding", lambda folder: export(
        folder, source, lambda f: build(source, f, "int4", int4_accuracy_level=4, shared_embeddings="false", windowed_kv_cache="false")))
    made(out / "fp32", lambda folder: export(folder, source, lambda f: build(source, f, "fp32", windowed_kv_cache="false")))
    made(out / "plain", lambda folder: export(
        folder, source, lambda f: gemma_decomposed.export(Gemma3ForCausalLM.from_pretrained(source, attn_implementation="eager"), f / "onnx" / "model.onnx")))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
