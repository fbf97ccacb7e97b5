#!/bin/sh
# Makes everything anew: about fifty minutes on two cores, most of it training.
# README.md says what must be installed; HUB_ERA names the folder of the old
# transformers, PYTHON the interpreter.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" versions.py
"$python" make_tokenizers.py
"$python" train_bundled.py
"$python" make_goldens.py
"$python" make_architectures.py
"$python" make_embeddings.py
"$python" make_encoder_exports.py
"$python" make_strides.py
"$python" make_decoders.py
"$python" make_decoder_configs.py
"$python" make_decoder_chats.py "$(../../scripts/fetch-tokenizers.sh)"
"$python" make_quantized.py
"$python" make_exports.py
"$python" config_nulls.py
"$python" make_heads.py
"$python" make_layouts.py
"$python" make_real_size.py
"$python" make_bench_texts.py
"$python" gemma_tokenizer.py
"$python" gemma_train.py
"$python" gemma_evaluate.py
"$python" gemma_export.py
"$python" tokenizer_goldens.py
"$python" tokenizer_folders.py
"$python" tokenizer_kinds.py
"$python" tokenizer_classes.py
"$python" gemma_tokenizer_goldens.py
"$python" gemma_template_goldens.py
"$python" genuine_tokenizer_goldens.py
"$python" genuine_template_goldens.py
"$python" genuine_tool_goldens.py
"$python" gemma_goldens.py
"$python" gemma_sampling_goldens.py
"$python" gemma_verify.py
"$python" verify.py
