"""A random model of Gemma 3 1B's shape for llama.cpp, every matrix Q4_0 or Q4_1.

    python tests/bench/peers/generation/gguf_model.py OUT.gguf Q4_0

0.56 GB, or 0.63 as Q4_1, the embedding included, which is the head too. tests/gemmashape writes the
one for ONNX Runtime. Speed doesn't hang on the weights' values.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np

CONFIG = json.loads((Path(__file__).parents[3] / "testdata" / "gemma-1b-random" / "config.json").read_text())


HEADS = {"Q4_0": [0.004], "Q4_1": [0.004, -0.032]}  # of a block: its scale, and where it begins


def quantized(r, kind, rows, columns):
    """Rows of blocks of 32: one or two float16 and 32 values of 4 bits."""
    head = np.frombuffer(np.float16(HEADS[kind]).tobytes(), np.uint8)
    blocks = r.integers(0, 256, (rows, columns // 32, len(head) + 16), dtype=np.uint8)
    blocks[:, :, :len(head)] = head
    return blocks.reshape(rows, -1)


def write(out, kind):
    r = np.random.default_rng(1)
    vocabulary, hidden, ffn, head = CONFIG["vocab_size"], CONFIG["hidden_size"], CONFIG["intermediate_size"], CONFIG["head_dim"]
    queries, keys = CONFIG["num_attention_heads"] * head, CONFIG["num_key_value_heads"] * head
    writer = gguf.GGUFWriter(str(out), "gemma3")
    writer.add_name("random")
    writer.add_context_length(CONFIG["max_position_embeddings"])
    writer.add_embedding_length(hidden)
    writer.add_block_count(CONFIG["num_hidden_layers"])
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(CONFIG["num_attention_heads"])
    writer.add_head_count_kv(CONFIG["num_key_value_heads"])
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_layer_norm_rms_eps(CONFIG["rms_norm_eps"])
    writer.add_rope_freq_base(CONFIG["rope_theta"])
    writer.add_sliding_window(CONFIG["sliding_window"])
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{kind}"])
    writer.add_tokenizer_model("llama")
    normal, control, byte = gguf.TokenType.NORMAL, gguf.TokenType.CONTROL, gguf.TokenType.BYTE
    names = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"<unused{i}>" for i in range(4, 238)] + [f"<0x{b:02X}>" for b in range(256)]
    kinds = [control] * 238 + [byte] * 256
    names += [f"\u2581w{i}" for i in range(len(names), vocabulary)]
    writer.add_token_list(names)
    writer.add_token_scores([-float(i) for i in range(len(names))])
    writer.add_token_types(kinds + [normal] * (len(names) - len(kinds)))
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)

    def matrix(name, rows, columns):
        writer.add_tensor(name + ".weight", quantized(r, kind, rows, columns), raw_dtype=gguf.GGMLQuantizationType[kind])

    def norm(name, size):
        writer.add_tensor(name + ".weight", np.ones(size, np.float32))

    matrix("token_embd", vocabulary, hidden)
    norm("output_norm", hidden)
    for i in range(CONFIG["num_hidden_layers"]):
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


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
