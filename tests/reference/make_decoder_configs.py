"""Makes tests/testdata/decoders/configs.json.gz: what transformers makes of config.json, of
each family that generates text and of many settings, or why it refuses it.

    python tests/reference/make_decoder_configs.py

Sizes are read from the parameters' shapes, windows from attention's weights, rotary
positions from the model's buffers, and activations from their values.
"""

import copy
import gzip
import json
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

import paths
from decoder_models import FAMILIES

OUT = paths.TESTDATA / "decoders" / "configs.json.gz"
transformers.logging.set_verbosity_error()
LENGTH = 40
NAMES = ("llama3", "mistral", "phi3", "qwen2", "qwen3", "smollm3", "gemma3", "gemma3-multimodal")
GONE = ...

LONG = {"type": "longrope", "short_factor": [1.0] * 4 + [1.5] * 4, "long_factor": [2.0] * 8}
YARN = {"rope_type": "yarn", "factor": 4.0}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
SLIDING, FULL = "sliding_attention", "full_attention"


def changes():
    """What is changed of config.json: fields, those that are gone being ..."""
    for field in ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size",
                  "max_position_embeddings", "rms_norm_eps", "hidden_act", "hidden_activation", "tie_word_embeddings", "rope_theta", "sliding_window"):
        yield {field: GONE}
        yield {field: None}
    yield {}
    for field in ("attention_bias", "mlp_bias", "tie_word_embeddings", "use_sliding_window", "use_bidirectional_attention"):
        for value in (True, False, None):
            yield {field: value}
    for name in ("silu", "swish", "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python", "gelu_python_tanh", "gelu_accurate", "quick_gelu", "relu", "tanh"):
        yield {"hidden_act": name}
        yield {"hidden_activation": name}
    yield {"final_logit_softcapping": 3.0}
    yield {"final_logit_softcapping": 0.0}
    yield {"attn_logit_softcapping": 2.0}
    yield {"query_pre_attn_scalar": 64}
    yield {"head_dim": 8}
    yield {"num_key_value_heads": 2}
    yield {"num_attention_heads": 3}
    yield {"hidden_size": 33}
    yield {"sliding_window": 8}
    yield {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 1}
    yield {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": GONE}
    yield {"sliding_window": 8, "sliding_window_pattern": 2, "layer_types": GONE}
    yield {"sliding_window": 8, "_sliding_window_pattern": 2, "layer_types": GONE}
    yield {"no_rope_layers": None}
    yield {"no_rope_layers": GONE, "no_rope_layer_interval": GONE, "num_hidden_layers": 6, "layer_types": GONE}
    yield {"layer_types": None}
    for kinds in ([SLIDING, FULL], [FULL, SLIDING], [FULL, FULL], [SLIDING, SLIDING], [FULL]):
        yield {"num_hidden_layers": 2, "sliding_window": 8, "use_sliding_window": True, "layer_types": kinds}
    yield {"num_hidden_layers": 2, "sliding_window": 8, "use_sliding_window": False, "layer_types": [FULL, SLIDING]}
    yield {"num_hidden_layers": 2, "sliding_window": None, "layer_types": [FULL, SLIDING]}
    yield {"partial_rotary_factor": 0.5}
    yield {"rope_theta": 500.0, "rope_local_base_freq": 100.0}
    scalings = [
        {"rope_type": "default"}, {"type": "default", "rope_theta": 700.0}, {"rope_type": "linear", "factor": 3.0}, {"type": "linear", "factor": 2}, {"rope_type": "linear"},
        {"rope_type": "linear", "factor": 2.0, "partial_rotary_factor": 0.5},
        {"rope_type": "dynamic", "factor": 2.0}, {"type": "dynamic", "factor": 3.3}, {"rope_type": "dynamic"},
        YARN, YARN | {"original_max_position_embeddings": 64}, YARN | {"original_max_position_embeddings": 64, "factor": None}, {"type": "yarn", "factor": 8.0, "original_max_position_embeddings": 32},
        YARN | {"original_max_position_embeddings": 64, "attention_factor": 0.7}, YARN | {"original_max_position_embeddings": 64, "beta_fast": 4.0, "beta_slow": 0.5},
        YARN | {"original_max_position_embeddings": 64, "beta_fast": 4.0, "truncate": False}, YARN | {"original_max_position_embeddings": 64, "mscale": 1.0, "mscale_all_dim": 0.5},
        YARN | {"original_max_position_embeddings": 64, "mscale": 0.707}, YARN | {"factor": 0.5}, YARN | {"original_max_position_embeddings": 2}, {"rope_type": "yarn"},
        YARN | {"original_max_position_embeddings": 64, "rope_theta": 300.0, "beta_fast": 0.0, "beta_slow": None},
        YARN | {"truncate": None}, YARN | {"original_max_position_embeddings": None}, YARN | {"rope_theta": None}, {"rope_type": None, "factor": 4.0}, LONG | {"rope_type": "su", "original_max_position_embeddings": 64},
        LLAMA3, LLAMA3 | {"original_max_position_embeddings": 32}, {"rope_type": "llama3", "factor": 8.0},
        LONG, LONG | {"factor": 4.0}, LONG | {"original_max_position_embeddings": 64}, LONG | {"attention_factor": 1.3}, LONG | {"type": "su"}, LONG | {"type": "yarn"}, LONG | {"rope_type": "longrope", "type": "su"},
        {"rope_type": "proportional", "partial_rotary_factor": 0.5}, {"rope_type": "unheard-of"},
    ]
    for scaling in scalings:
        yield {"rope_scaling": scaling}
        yield {"rope_scaling": GONE, "rope_parameters": scaling}
    for scaling in (YARN, YARN | {"original_max_position_embeddings": 64}, LLAMA3, LONG):
        yield {"rope_scaling": scaling, "original_max_position_embeddings": 96}
    yield {"rope_scaling": {"rope_type": "linear", "factor": 3.0}, "rope_parameters": {"rope_type": "linear", "factor": 5.0, "rope_theta": 600.0}}
    yield {"rope_scaling": GONE, "rope_parameters": {FULL: YARN | {"original_max_position_embeddings": 64}, SLIDING: {"rope_type": "default", "rope_theta": 200.0}}}
    yield {"rope_scaling": {"rope_type": "linear", "factor": 3.0}, "rope_parameters": {FULL: {"rope_type": "default", "rope_theta": 600.0}, SLIDING: {"rope_type": "linear", "factor": 2.0}}}
    yield {"rope_scaling": GONE, "rope_parameters": {FULL: {"rope_type": "linear", "factor": 2.0}}}
    yield {"rope_scaling": GONE, "rope_parameters": {FULL: YARN | {"truncate": True}, SLIDING: YARN | {"truncate": True}, "truncate": False}}
    yield {"rope_scaling": YARN, "original_max_position_embeddings": None}


def changed(fields, change):
    made = copy.deepcopy(fields)
    target = made.get("text_config", made)
    for name, value in change.items():
        if value is GONE:
            target.pop(name, None)
        else:
            target[name] = value
    return made


def sizes(text, head):
    """The numbers that the shapes of the parameters tell."""
    shape = {n: list(p.shape) for n, p in text.named_parameters()}
    first = "layers.0.self_attn."
    return {"vocabulary": shape["embed_tokens.weight"][0], "hidden": shape["embed_tokens.weight"][1], "layers": len(text.layers),
            "inner": shape["layers.0.mlp.down_proj.weight"][1], "out": shape[first + "o_proj.weight"][1],
            "bias": [any(first + n in shape for n in names) for names in (["q_proj.bias"], ["o_proj.bias"])] + ["layers.0.mlp.up_proj.bias" in shape],
            "tied": head.weight is text.embed_tokens.weight, "norm_heads": first + "q_norm.weight" in shape}


def rotary(text, i):
    """Frequencies and factor of a layer; None for one without."""
    layer, r = text.layers[i], text.rotary_emb
    if not getattr(layer.self_attn, "use_rope", True):
        return None
    prefix = f"{text.config.layer_types[i]}_" if isinstance(r.rope_type, dict) else ""
    return {"frequencies": [float(f) for f in getattr(r, prefix + "inv_freq")], "factor": float(getattr(r, prefix + "attention_scaling"))}


@torch.no_grad()
def described(fields):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(fields))
        config = AutoConfig.from_pretrained(folder)
    text_config = config.get_text_config()
    small = max(text_config.hidden_size, text_config.vocab_size, text_config.num_hidden_layers * 8, text_config.intermediate_size) < 128
    make = AutoModelForImageTextToText if "text_config" in fields else AutoModelForCausalLM
    with torch.device("cpu" if small else "meta"):
        torch.manual_seed(0)
        model = make.from_config(config, dtype=torch.float32, attn_implementation="eager").eval()
    model.tie_weights()
    text = getattr(model.model, "language_model", model.model)
    attention, mlp = text.layers[0].self_attn, text.layers[0].mlp
    made = sizes(text, model.lm_head)
    made["heads"], made["head_size"], made["scale"] = text_config.num_attention_heads, attention.head_dim, attention.scaling
    made["kv_heads"] = attention.num_key_value_heads if hasattr(attention, "num_key_value_heads") else attention.k_proj.weight.shape[0] // attention.head_dim
    norm = text.norm
    made["epsilon"] = float(getattr(norm, "variance_epsilon", getattr(norm, "eps", 0)))
    act = getattr(mlp, "act_fn", None) or mlp.activation_fn
    made["activation"] = [float(act(torch.tensor(x))) for x in (-3.0, -0.7, 0.4, 2.5)]
    if small:  # the default ones are large, and all alike
        made["rotary"] = [rotary(text, i) for i in range(len(text.layers))]
        ids = torch.randint(3, 100, (1, LENGTH))
        for layer in text.layers:
            layer.self_attn.config._attn_implementation = "eager"
        out = model(input_ids=ids, output_attentions=True)
        made["seen"] = [int((a[0, 0, -1] > 0).sum()) for a in out.attentions]
        capped = text_config.to_dict().get("final_logit_softcapping")
        bare = model.lm_head(text(input_ids=ids).last_hidden_state)
        made["cap"] = 0.0 if torch.equal(bare, out.logits) else float(capped)
    return made


def main():
    cases = []
    for name in NAMES:
        for change in changes():
            fields = changed(FAMILIES[name], change)
            case = {"family": name, "change": str(change).replace("Ellipsis", "gone"), "config": fields}
            try:
                case["made"] = described(fields)
            except Exception as e:  # whatever transformers raises
                case["refused"] = f"{type(e).__name__}: {e}"[:200]
            cases.append(case)
        print(name, len(cases), sum("refused" in c for c in cases))
    made = {"made_by": "tests/reference/make_decoder_configs.py", "transformers": transformers.__version__, "torch": torch.__version__, "length": LENGTH, "cases": cases}
    with gzip.GzipFile(OUT, "wb", mtime=0) as f:
        f.write((json.dumps(made, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
