"""Gemma 3 as a graph of plain operators, as onnx-community's folders have it.

Inputs input_ids, attention_mask, position_ids, past_key_values.N.key/value
[batch, kv heads, past, head]; outputs logits and present.N.key/value, which hold
past and new. The sliding window is in the graph's mask; without window it is
lost, as in some published exports.
"""

from pathlib import Path

import torch
from transformers.models.gemma3.modeling_gemma3 import apply_rotary_pos_emb


class Decomposed(torch.nn.Module):
    def __init__(self, model, window=True):
        super().__init__()
        self.model, self.head, self.config, self.window = model.model, model.lm_head, model.config, window

    def attend(self, attention, x, rope, past, bias):
        batch, length, _ = x.shape
        head = self.config.head_dim

        def split(y, norm):
            y = y.view(batch, length, -1, head)
            return (norm(y) if norm else y).transpose(1, 2)

        q, k, v = split(attention.q_proj(x), attention.q_norm), split(attention.k_proj(x), attention.k_norm), split(attention.v_proj(x), None)
        q, k = apply_rotary_pos_emb(q, k, *rope)
        k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        groups = self.config.num_attention_heads // self.config.num_key_value_heads
        wide = [t.repeat_interleave(groups, 1) if self.config.num_key_value_heads > 1 else t for t in (k, v)]
        scores = q @ wide[0].transpose(2, 3) * self.config.query_pre_attn_scalar**-0.5 + bias
        out = scores.softmax(-1) @ wide[1]
        return attention.o_proj(out.transpose(1, 2).reshape(batch, length, -1)), k, v

    def masks(self, attention_mask, length):
        """What is added to the scores: [batch, 1, new, all], for each kind of layer."""
        total = attention_mask.shape[1]
        keys = torch.arange(total)
        queries = torch.arange(length).unsqueeze(1) + (total - length)
        seen = (keys <= queries) & attention_mask.bool()[:, None, None, :]
        near = seen & (queries - keys < self.config.sliding_window) if self.window else seen
        lowest = torch.finfo(torch.float32).min
        return {name: torch.where(m, 0.0, lowest) for name, m in (("full_attention", seen), ("sliding_attention", near))}

    def forward(self, input_ids, attention_mask, position_ids, *past):
        x = self.model.embed_tokens(input_ids)
        masks = self.masks(attention_mask, input_ids.shape[1])
        ropes = {kind: self.model.rotary_emb(x, position_ids, kind) for kind in masks}
        present = []
        for i, layer in enumerate(self.model.layers):
            kind = self.config.layer_types[i]
            y, k, v = self.attend(layer.self_attn, layer.input_layernorm(x), ropes[kind], past[2 * i:2 * i + 2], masks[kind])
            present += [k, v]
            x = x + layer.post_attention_layernorm(y)
            x = x + layer.post_feedforward_layernorm(layer.mlp(layer.pre_feedforward_layernorm(x)))
        return self.head(self.model.norm(x)), *present


def empty(config, past, batch=1):
    shape = (batch, config.num_key_value_heads, past, config.head_dim)
    return [torch.zeros(shape) for _ in range(2 * config.num_hidden_layers)]


def export(model, out, window=True):
    """Writes the graph with its weights to the file out."""
    config, out = model.config, Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    names = [f"{i}.{part}" for i in range(config.num_hidden_layers) for part in ("key", "value")]
    inputs = ["input_ids", "attention_mask", "position_ids"] + [f"past_key_values.{n}" for n in names]
    outputs = ["logits"] + [f"present.{n}" for n in names]
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
            "position_ids": {0: "batch_size", 1: "sequence_length"}, "logits": {0: "batch_size", 1: "sequence_length"}}
    axes |= {f"past_key_values.{n}": {0: "batch_size", 2: "past_sequence_length"} for n in names}
    axes |= {f"present.{n}": {0: "batch_size", 2: "total_sequence_length"} for n in names}
    example = (torch.tensor([[2, 3, 4]] * 2), torch.ones(2, 8, dtype=torch.int64), torch.tensor([[5, 6, 7]] * 2), *empty(config, 5, 2))
    with torch.no_grad():
        torch.onnx.export(Decomposed(model, window).eval(), example, str(out), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=18,
                          dynamo=False, do_constant_folding=False)
