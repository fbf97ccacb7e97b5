"""Small random models of the families that generate text, with config.json in the form
in which the hub's repositories have it.

FAMILIES maps the name of a folder to config.json. What matters of each is in its
comment.
"""

COMMON = {"hidden_size": 32, "intermediate_size": 24, "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 104,
          "max_position_embeddings": 256, "initializer_range": 0.4, "rms_norm_eps": 1e-05, "hidden_act": "silu", "torch_dtype": "bfloat16",
          "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}


def config(architecture, model_type, **fields):
    made = COMMON | {"architectures": [architecture], "model_type": model_type} | fields
    return {k: v for k, v in made.items() if v is not ...}


FAMILIES = {
    # Llama 3.1 to 3.3: rotary frequencies that are scaled by their wavelength.
    "llama3": config(
        "LlamaForCausalLM", "llama", num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16, attention_bias=False, mlp_bias=False, tie_word_embeddings=False, rope_theta=500000.0,
        rope_scaling={"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 32, "rope_type": "llama3"}),
    # SmolLM2: Llama with one table for embedding and head, and no number of key and value heads.
    "smollm2": config("LlamaForCausalLM", "llama", num_hidden_layers=2, tie_word_embeddings=True, rope_theta=100000, rope_scaling=None, num_key_value_heads=...),
    # Llama with all biases that its config.json can ask for.
    "llama-bias": config("LlamaForCausalLM", "llama", num_hidden_layers=2, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
                         rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}),
    # Qwen2.5: biases of query, key and value; a window that isn't used.
    "qwen2": config("Qwen2ForCausalLM", "qwen2", num_hidden_layers=2, tie_word_embeddings=True, rope_theta=1000000.0, sliding_window=16,
                    use_sliding_window=False, max_window_layers=1),
    # Qwen2 whose later layers have the window.
    "qwen2-window": config("Qwen2ForCausalLM", "qwen2", num_hidden_layers=3, tie_word_embeddings=False, rope_theta=1000000.0, sliding_window=16,
                           use_sliding_window=True, max_window_layers=1),
    # Qwen3: heads of their own size, whose queries and keys are normalised.
    "qwen3": config("Qwen3ForCausalLM", "qwen3", num_hidden_layers=2, head_dim=32, attention_bias=False, tie_word_embeddings=True, rope_theta=1000000,
                    rope_scaling=None, sliding_window=None, use_sliding_window=False, max_window_layers=2),
    # Phi-3-mini-4k: query, key and value in one weight, gate and up in another; a window in all layers.
    "phi3": config("Phi3ForCausalLM", "phi3", num_hidden_layers=2, num_key_value_heads=2, tie_word_embeddings=False, rope_theta=10000.0, rope_scaling=None,
                   original_max_position_embeddings=256, sliding_window=16),
    # Phi-4-mini: long-RoPE of a part of each head, one table for embedding and head.
    "phi4-mini": config("Phi3ForCausalLM", "phi3", num_hidden_layers=2, num_attention_heads=1, tie_word_embeddings=True, rope_theta=10000.0,
                        partial_rotary_factor=0.5, original_max_position_embeddings=96, sliding_window=262144,
                        rope_scaling={"type": "longrope", "short_factor": [1.0, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 2.2], "long_factor": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 40.0, 50.0]}),
    # SmolLM3: every other layer without rotary positions.
    "smollm3": config("SmolLM3ForCausalLM", "smollm3", num_hidden_layers=3, no_rope_layers=[1, 0, 1], no_rope_layer_interval=2, rope_theta=5000000.0, rope_scaling=None,
                      sliding_window=None, use_sliding_window=False, max_window_layers=3, tie_word_embeddings=True, attention_bias=False, mlp_bias=False,
                      layer_types=["full_attention"] * 3),
    # Mistral 7B v0.1: a window in all layers.
    "mistral": config("MistralForCausalLM", "mistral", num_hidden_layers=2, rope_theta=10000.0, sliding_window=16, tie_word_embeddings=False),
    # Mistral Nemo: no window, heads of their own size.
    "mistral-nemo": config("MistralForCausalLM", "mistral", num_hidden_layers=2, head_dim=32, rope_theta=1000000.0, sliding_window=None, tie_word_embeddings=False),
    # Gemma 3 1B.
    "gemma3": config(
        "Gemma3ForCausalLM", "gemma3_text", num_hidden_layers=6, head_dim=16, rms_norm_eps=1e-06, hidden_act=..., hidden_activation="gelu_pytorch_tanh",
        attention_bias=False, attn_logit_softcapping=None, final_logit_softcapping=None, query_pre_attn_scalar=24, rope_local_base_freq=10000,
        rope_scaling=None, rope_theta=1000000, sliding_window=16, sliding_window_pattern=6),
    # Gemma 3 4B to 27B: the text part of a model that sees images, with positions that are scaled in the layers without window.
    "gemma3-multimodal": {
        "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "torch_dtype": "bfloat16", "eos_token_id": [2, 5], "initializer_range": 0.02,
        "boi_token_index": 90, "eoi_token_index": 91, "image_token_index": 92, "mm_tokens_per_image": 4,
        "text_config": {"hidden_size": 32, "intermediate_size": 24, "model_type": "gemma3_text", "num_hidden_layers": 6, "num_attention_heads": 2, "num_key_value_heads": 1,
                        "head_dim": 16, "vocab_size": 104, "query_pre_attn_scalar": 16, "max_position_embeddings": 256, "initializer_range": 0.4,
                        "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 16},
        "vision_config": {"hidden_size": 16, "image_size": 28, "intermediate_size": 16, "model_type": "siglip_vision_model", "num_attention_heads": 2, "num_hidden_layers": 1,
                          "patch_size": 14, "vision_use_head": False}},
    # Qwen2.5 with YaRN, in texts that are longer than the original ones.
    "qwen2-yarn": config("Qwen2ForCausalLM", "qwen2", num_hidden_layers=2, tie_word_embeddings=True, rope_theta=1000000.0, max_position_embeddings=96, hidden_act="gelu",
                         rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 24, "beta_fast": 4.0}),
    # Llama with positions that would change in longer texts than its own.
    "llama-dynamic": config("LlamaForCausalLM", "llama", num_hidden_layers=2, tie_word_embeddings=False, max_position_embeddings=96, hidden_act="swish",
                            rope_scaling={"type": "dynamic", "factor": 3.3}),
    # Gemma 3 with bounds of its logits, and of its scores, which transformers passes over.
    "gemma3-capped": config(
        "Gemma3ForCausalLM", "gemma3_text", num_hidden_layers=4, head_dim=16, rms_norm_eps=1e-06, hidden_act=..., hidden_activation="quick_gelu", attn_logit_softcapping=0.5,
        final_logit_softcapping=12.0, query_pre_attn_scalar=24, sliding_window=16, layer_types=["sliding_attention", "full_attention"] * 2,
        rope_parameters={"full_attention": {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 32, "rope_theta": 100000.0},
                         "sliding_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}}),
    # A head of its own beside the table that config.json ties it to: transformers leaves them apart.
    "llama-own-head": config("LlamaForCausalLM", "llama", num_hidden_layers=1, tie_word_embeddings=True, rope_theta=10000.0),
}
