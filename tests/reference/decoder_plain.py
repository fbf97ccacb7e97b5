"""Decoders as graphs of plain operators, as optimum exports them.

Inputs input_ids, attention_mask, position_ids, past_key_values.N.key/value
[batch, kv heads, past, head]; outputs logits and present.N.key/value, which hold
past and new. Sliding windows are in the graph's masks.
"""

from pathlib import Path

import torch


def rotate(x, cos, sin):
    """The first values of each head are turned, as many as cos has; the others stay."""
    turned, rest = x[..., : cos.shape[-1]], x[..., cos.shape[-1]:]
    first, second = turned.chunk(2, -1)
    return torch.cat([turned * cos + torch.cat([-second, first], -1) * sin, rest], -1)


class Plain(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.config = model.config.get_text_config()
        self.model, self.head = getattr(model.model, "language_model", model.model), model.lm_head
        c = self.config
        self.head_size = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
        self.kinds = getattr(c, "layer_types", None) or ["sliding_attention" if getattr(c, "sliding_window", None) else "full_attention"] * c.num_hidden_layers

    def project(self, attention, x):
        c = self.config
        if hasattr(attention, "qkv_proj"):
            q, kv = c.num_attention_heads * self.head_size, c.num_key_value_heads * self.head_size
            return attention.qkv_proj(x).split([q, kv, kv], -1)
        return attention.q_proj(x), attention.k_proj(x), attention.v_proj(x)

    def attend(self, i, attention, x, rope, past, bias):
        batch, length, _ = x.shape
        c = self.config
        q, k, v = (y.view(batch, length, -1, self.head_size) for y in self.project(attention, x))
        if hasattr(attention, "q_norm"):
            q, k = attention.q_norm(q), attention.k_norm(k)
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        if getattr(c, "no_rope_layers", None) is None or c.no_rope_layers[i]:
            cos, sin = (t.unsqueeze(1) for t in rope)
            q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        groups = c.num_attention_heads // c.num_key_value_heads
        wide = [t.repeat_interleave(groups, 1) if c.num_key_value_heads > 1 else t for t in (k, v)]
        out = (q @ wide[0].transpose(2, 3) * attention.scaling + bias).softmax(-1) @ wide[1]
        return attention.o_proj(out.transpose(1, 2).reshape(batch, length, -1)), k, v

    def masks(self, attention_mask, length):
        """What is added to the scores: [batch, 1, new, all], for each kind of layer."""
        total = attention_mask.shape[1]
        keys, queries = torch.arange(total), torch.arange(length).unsqueeze(1) + (total - length)
        seen = (keys <= queries) & attention_mask.bool()[:, None, None, :]
        near = seen & (queries - keys < (getattr(self.config, "sliding_window", None) or 1 << 30))
        lowest = torch.finfo(torch.float32).min
        return {name: torch.where(m, 0.0, lowest) for name, m in (("full_attention", seen), ("sliding_attention", near))}

    def rope(self, x, position_ids, kind):
        rotary = self.model.rotary_emb
        inv = getattr(rotary, f"{kind}_inv_freq", None)
        scale = getattr(rotary, f"{kind}_attention_scaling", None)
        inv, scale = (rotary.inv_freq, rotary.attention_scaling) if inv is None else (inv, scale)
        angles = (position_ids[:, :, None].float() * inv[None, None, :].float())
        angles = torch.cat([angles, angles], -1)
        return angles.cos() * scale, angles.sin() * scale

    def forward(self, input_ids, attention_mask, position_ids, *past):
        x = self.model.embed_tokens(input_ids)
        masks = self.masks(attention_mask, input_ids.shape[1])
        present = []
        for i, layer in enumerate(self.model.layers):
            kind = self.kinds[i]
            y, k, v = self.attend(i, layer.self_attn, layer.input_layernorm(x), self.rope(x, position_ids, kind), past[2 * i:2 * i + 2], masks[kind])
            present += [k, v]
            if hasattr(layer, "pre_feedforward_layernorm"):
                x = x + layer.post_attention_layernorm(y)
                x = x + layer.post_feedforward_layernorm(layer.mlp(layer.pre_feedforward_layernorm(x)))
            else:
                x = x + y
                x = x + layer.mlp(layer.post_attention_layernorm(x))
        return self.head(self.model.norm(x)), *present


def export(model, out):
    """Writes the graph with its weights to the file out."""
    plain, out = Plain(model).eval(), Path(out)
    c = plain.config
    out.parent.mkdir(parents=True, exist_ok=True)
    names = [f"{i}.{part}" for i in range(c.num_hidden_layers) for part in ("key", "value")]
    inputs = ["input_ids", "attention_mask", "position_ids"] + [f"past_key_values.{n}" for n in names]
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
            "position_ids": {0: "batch_size", 1: "sequence_length"}, "logits": {0: "batch_size", 1: "sequence_length"}}
    axes |= {f"past_key_values.{n}": {0: "batch_size", 2: "past_sequence_length"} for n in names}
    axes |= {f"present.{n}": {0: "batch_size", 2: "total_sequence_length"} for n in names}
    past = [torch.zeros((2, c.num_key_value_heads, 5, plain.head_size)) for _ in names]
    example = (torch.tensor([[2, 3, 4]] * 2), torch.ones(2, 8, dtype=torch.int64), torch.tensor([[5, 6, 7]] * 2), *past)
    with torch.no_grad():
        torch.onnx.export(plain, example, str(out), input_names=inputs, output_names=["logits"] + [f"present.{n}" for n in names], dynamic_axes=axes,
                          opset_version=18, dynamo=False, do_constant_folding=False)
