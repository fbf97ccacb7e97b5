"""Random models of Gemma 3 1B's true shape, for benchmarks; nothing of them is committed.

    python tests/reference/gemma_realshape.py OUT [OUT.gguf]

OUT       int4 in blocks of 32 by onnxruntime-genai's builder, about 0.7 GB, with a
          made tokenizer of 262,144 pieces; the embedding shares the head's weights
OUT.gguf  for llama.cpp: every matrix Q4_0, the embedding included, about 0.56 GB
Speed doesn't hang on the weights' values.
"""

import gzip
import json
import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from gemma_tokenizer import assemble, write_folder
from paths import TESTDATA

SHAPE = dict(vocab_size=262144, hidden_size=1152, intermediate_size=6912, num_hidden_layers=26, num_attention_heads=4, num_key_value_heads=1, head_dim=256,
             max_position_embeddings=32768, sliding_window=512, query_pre_attn_scalar=256, tie_word_embeddings=True, bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0)


def tokenizer():
    """The 20,000 pieces of the goldens' tokenizer and made ones of two pairs of letters."""
    small = Tokenizer.from_str(gzip.decompress((TESTDATA / "gemma-tokenizer" / "tokenizer.json.gz").read_bytes()).decode())
    pieces = [p for p, _ in sorted(small.get_vocab().items(), key=lambda x: x[1])]
    pairs = ["".join(p) for p in product("abcdefghijklmnopqrstuvwxyz", repeat=2)]
    pieces = list(dict.fromkeys(pieces + pairs + ["".join(p) for p in product(pairs, repeat=2)]))
    return assemble(pieces[: SHAPE["vocab_size"]])


def onnx_model(out):
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    from gemma_builder import build
    from gemma_export import fill

    torch.manual_seed(1)
    out.mkdir(parents=True, exist_ok=True)
    config = Gemma3TextConfig(**SHAPE)
    config.architectures = ["Gemma3ForCausalLM"]
    write_folder(out, tokenizer())
    fill(out, config, tokenizer=False)
    with tempfile.TemporaryDirectory(dir=out.parent) as checkpoint:
        Gemma3ForCausalLM(config).to(torch.bfloat16).save_pretrained(checkpoint)
        for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
            shutil.copy(out / name, checkpoint)
        build(checkpoint, out, "int4", int4_accuracy_level=4)


def q4_0(r, rows, columns):
    """Rows of blocks of 32: a float16 scale and 32 values of 4 bits."""
    blocks = r.integers(0, 256, (rows, columns // 32, 18), dtype=np.uint8)
    blocks[:, :, :2] = np.frombuffer(np.float16(0.004).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def gguf_model(out):
    import gguf

    r = np.random.default_rng(1)
    hidden, ffn, head = SHAPE["hidden_size"], SHAPE["intermediate_size"], SHAPE["head_dim"]
    queries, keys = SHAPE["num_attention_heads"] * head, SHAPE["num_key_value_heads"] * head
    writer = gguf.GGUFWriter(str(out), "gemma3")
    writer.add_name("random")
    writer.add_context_length(SHAPE["max_position_embeddings"])
    writer.add_embedding_length(hidden)
    writer.add_block_count(SHAPE["num_hidden_layers"])
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(SHAPE["num_attention_heads"])
    writer.add_head_count_kv(SHAPE["num_key_value_heads"])
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_sliding_window(SHAPE["sliding_window"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    writer.add_tokenizer_model("llama")
    normal, control, byte = gguf.TokenType.NORMAL, gguf.TokenType.CONTROL, gguf.TokenType.BYTE
    names = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"<unused{i}>" for i in range(4, 238)] + [f"<0x{b:02X}>" for b in range(256)]
    kinds = [control] * 238 + [byte] * 256
    names += [f"\u2581w{i}" for i in range(len(names), SHAPE["vocab_size"])]
    writer.add_token_list(names)
    writer.add_token_scores([-float(i) for i in range(len(names))])
    writer.add_token_types(kinds + [normal] * (len(names) - len(kinds)))
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)

    def matrix(name, rows, columns):
        writer.add_tensor(name + ".weight", q4_0(r, rows, columns), raw_dtype=gguf.GGMLQuantizationType.Q4_0)

    def norm(name, size):
        writer.add_tensor(name + ".weight", np.ones(size, np.float32))

    matrix("token_embd", SHAPE["vocab_size"], hidden)
    norm("output_norm", hidden)
    for i in range(SHAPE["num_hidden_layers"]):
        block = f"blk.{i}."
        for name, rows, columns in (("attn_q", queries, hidden), ("attn_k", keys, hidden), ("attn_v", keys, hidden), ("attn_output", hidden, queries),
                                    ("ffn_gate", ffn, hidden), ("ffn_up", ffn, hidden), ("ffn_down", hidden, ffn)):
            matrix(block + name, rows, columns)
        for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            norm(block + name, hidden)
        norm(block + "attn_q_norm", head)
        norm(block + "attn_k_norm", head)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    onnx_model(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        gguf_model(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
