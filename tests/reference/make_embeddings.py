"""What sentence-transformers makes of odd texts with the models of make_architectures.py, and
with other settings beside them: tests/testdata/embeddings.json."""

import json
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from sentence_transformers import SentenceTransformer

from paths import TESTDATA
from versions import versions

# White space at the ends, capitals whose small letters depend on what is beside them, special
# and other added tokens in another case, what is cut.
TEXTS = ["", " ", "   A film  ", "\t\nA Film\u00a0", "\u3000很好 ", "ΟΔΟΣ ΣΑΣ", "İstanbul ẞ Ǆ", "GREAT [SEP] great [sep] [Mask]", "<S> </S> <s>",
         "e\u0301 \ufeffÉ \u200bz\u00adz", "\x00\x01a\x7f", "\U0001d400 ﬁlm ①", "A FILM " * 60, "👩‍👩‍👧 🇨🇭"]
POOLING = {"1_Pooling/config.json": {"embedding_dimension": 32, "pooling_mode": "cls", "include_prompt": True}}
SENTENCES, PROMPTS = "sentence_bert_config.json", "config_sentence_transformers.json"
# Name: the model, and files of it that say something else.
CASES = {
    "as saved": ("bert-embed", {}),
    "lower": ("bert-embed", {SENTENCES: {"max_seq_length": 40, "do_lower_case": True}}),
    "xlm-roberta": ("xlm-roberta-embed", {}),
    "xlm-roberta, lower": ("xlm-roberta-embed", {SENTENCES: {"max_seq_length": 30, "do_lower_case": True}}),
    "modernbert": ("modernbert-embed", {}),
    "modernbert, lower": ("modernbert-embed", {SENTENCES: {"do_lower_case": True}}),
    "modernbert, cls": ("modernbert-embed", POOLING),  # the last layer is local
    "modernbert, cls, global": ("modernbert-embed", {**POOLING, "config.json": {"num_hidden_layers": 1, "layer_types": ["full_attention"]}}),
    "a default prompt": ("xlm-roberta-embed", {PROMPTS: {"prompts": {"query": "query: ", "Title": "  Title:\n"}, "default_prompt_name": "Title"}}),
    "a default without text": ("xlm-roberta-embed", {PROMPTS: {"prompts": {"Title": "Title: "}, "default_prompt_name": "query"}}),
    "narrower": ("bert-embed", {PROMPTS: {"prompts": {}, "truncate_dim": 8}}),
    "wider": ("bert-embed", {PROMPTS: {"prompts": {}, "truncate_dim": 100}}),
    "saved by 6.2": ("bert-embed", {SENTENCES: {"transformer_task": "feature-extraction", "modality_config": {
        "text": {"method": "forward", "method_output_name": "last_hidden_state"}}, "module_output_name": "token_embeddings"}}),
}


def main():
    cases = []
    for name, (model, files) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(TESTDATA / "architectures" / model, folder, dirs_exist_ok=True)
            for file, content in files.items():
                if file == "config.json":  # as far as it differs
                    content = files[file] = {**json.loads(Path(folder, file).read_text()), **content}
                Path(folder, file).write_text(json.dumps(content))
            reference = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": "float32"})
            texts = [t for t in TEXTS if model != "bert-embed" or t.strip()]
            vectors = [reference.encode(text, normalize_embeddings=True).tolist() for text in texts]  # one by one, without padding
            cases.append({"name": name, "model": model, "files": files,
                          "texts": [{"text": t, "vector": [round(v, 7) for v in vector]} for t, vector in zip(texts, vectors)]})
    golden = {"versions": {**versions(), "sentence-transformers": version("sentence-transformers")}, "cases": cases}
    (TESTDATA / "embeddings.json").write_text(json.dumps(golden, separators=(",", ":")).replace('{"text"', '\n{"text"') + "\n")


if __name__ == "__main__":
    main()
