"""Small random models of every architecture whose graph is built from its weights, laid out
as on the hub, and what transformers makes of ids and of texts with them:
tests/testdata/architectures. Without arguments all are made, else those named."""

import json
import shutil
import sys

import torch
import transformers
from transformers import AutoTokenizer, pipeline
from transformers.models.deberta_v2 import modeling_deberta_v2 as debertas
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

import small_tokenizers

from paths import TESTDATA
from versions import versions

FOLDER = TESTDATA / "architectures"
COMMON = dict(vocab_size=small_tokenizers.SIZE, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=48)
TEXTS = ["", "I love this movie!", "What a terrible waste of time.", "naïve café — 3/10", "great [SEP] <s> </s> terrible", "很好 👍",
         "a film " * 40, ("Is it good?", "It is great."), ("", "empty"), ("a first text " * 3, "and a second " * 3)]
NLI = {0: "entailment", 1: "neutral", 2: "contradiction"}
TAGS = {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-LOC", 4: "I-LOC"}
# How sentence-transformers pools, by the model's name, and how many tokens a text may have.
POOLING = {"bert-embed": ("mean", 40), "xlm-roberta-embed": ("cls", 48), "modernbert-embed": ("max", 48)}
# What a family doesn't read is in its config.json too: another's names in bert and distilbert.
# Name: architecture, its configuration, the tokenizer, the dtype of the file, and how many
# bytes a shard may have.
MODELS = {
    "bert": ("BertForSequenceClassification", dict(
        COMMON, num_labels=3, hidden_act="gelu_new", activation="relu", n_heads=8, dim=64), "wordpiece", "float32", None),
    "distilbert": ("DistilBertForSequenceClassification", dict(
        vocab_size=small_tokenizers.SIZE, dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=48, num_labels=2,
        layer_norm_eps=0.1, hidden_act="relu", intermediate_size=128), "wordpiece", "float16", None),
    "roberta": ("RobertaForSequenceClassification", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, num_labels=3), "roberta", "float32", 60_000),
    "xlm-roberta": ("XLMRobertaForSequenceClassification", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, num_labels=1), "xlm-roberta", "bfloat16", None),
    "camembert": ("CamembertForSequenceClassification", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, num_labels=5,
        problem_type="multi_label_classification"), "xlm-roberta", "float16", None),
    "bert-embed": ("BertModel", COMMON, "wordpiece", "float32", None),
    "xlm-roberta-embed": ("XLMRobertaModel", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5), "xlm-roberta", "float16", None),
    "bert-tag": ("BertForTokenClassification", dict(COMMON, id2label=TAGS, label2id={v: k for k, v in TAGS.items()}), "wordpiece", "float16", None),
    "roberta-tag": ("RobertaForTokenClassification", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, id2label=TAGS,
        label2id={v: k for k, v in TAGS.items()}), "roberta", "float16", None),
    "xlm-roberta-tag": ("XLMRobertaForTokenClassification", dict(
        COMMON, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, id2label=TAGS,
        label2id={v: k for k, v in TAGS.items()}), "xlm-roberta", "float16", None),
    "mpnet": ("MPNetForSequenceClassification", dict(COMMON, max_position_embeddings=50, num_labels=2), "mpnet", "float16", None),
    "albert": ("AlbertForSequenceClassification", dict(
        COMMON, num_hidden_layers=4, num_hidden_groups=2, inner_group_num=2, embedding_size=16, num_labels=2), "albert", "float32", None),
    "deberta": ("DebertaV2ForSequenceClassification", dict(
        COMMON, relative_attention=True, position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p",
        position_biased_input=False, max_relative_positions=-1, num_labels=3), "deberta", "float16", None),
    "deberta-v2": ("DebertaV2ForSequenceClassification", dict(
        COMMON, relative_attention=True, share_att_key=False, pos_att_type=["c2p", "p2c"], type_vocab_size=2, embedding_size=16,
        max_relative_positions=20, num_labels=1, problem_type="regression"), "deberta", "float32", None),
    "modernbert": ("ModernBertForSequenceClassification", dict(
        COMMON, num_hidden_layers=4, local_attention=8, pad_token_id=3, num_labels=3), "modernbert", "float32", None),
    "modernbert-mean": ("ModernBertForSequenceClassification", dict(
        COMMON, num_hidden_layers=3, global_attn_every_n_layers=2, local_attention=6, pad_token_id=3, num_labels=2, classifier_pooling="mean",
        norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True), "modernbert", "float16", None),
    "bert-nli": ("BertForSequenceClassification", dict(COMMON, id2label=NLI, label2id={v: k for k, v in NLI.items()}), "wordpiece", "float16", None),
    "bert-rerank": ("BertForSequenceClassification", dict(COMMON, num_labels=1), "wordpiece", "bfloat16", None),
    "modernbert-embed": ("ModernBertModel", dict(COMMON, num_hidden_layers=3, local_attention=8, pad_token_id=3), "modernbert", "float16", None),
    "modernbert-tag": ("ModernBertForTokenClassification", dict(
        COMMON, num_hidden_layers=2, local_attention=8, pad_token_id=3, id2label=TAGS, label2id={v: k for k, v in TAGS.items()}), "modernbert", "bfloat16", None),
    "mobilebert": ("MobileBertForSequenceClassification", dict(
        COMMON, embedding_size=16, intra_bottleneck_size=16, num_feedforward_networks=2, hidden_act="relu", num_labels=3), "wordpiece", "float16", None),
    "bart": ("BartForSequenceClassification", dict(
        vocab_size=small_tokenizers.SIZE, d_model=32, encoder_layers=2, encoder_attention_heads=4, encoder_ffn_dim=64, decoder_layers=3,
        decoder_attention_heads=2, decoder_ffn_dim=48, max_position_embeddings=48, id2label=NLI, label2id={v: k for k, v in NLI.items()}), "bart", "float16", None),
    "bart-scaled": ("BartForSequenceClassification", dict(
        vocab_size=small_tokenizers.SIZE, d_model=32, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=64, decoder_layers=1, num_labels=1,
        decoder_attention_heads=4, decoder_ffn_dim=64, max_position_embeddings=48, scale_embedding=True, activation_function="relu"), "bart", "bfloat16", None),
    "electra": ("ElectraForSequenceClassification", dict(COMMON, embedding_size=16, num_labels=2), "wordpiece", "float32", None),
}


def build(architecture, settings):
    """A model with random weights, wide enough that every part of it shows in the logits."""
    kind = getattr(transformers, architecture)
    config = kind.config_class(**settings)
    config.architectures = [architecture]
    torch.manual_seed(14)
    model = kind(config).eval()
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            scale = 0.1 if name.endswith("bias") else 0.25
            parameter.copy_(1 + 0.1 * torch.randn_like(parameter) if "orm.weight" in name else scale * torch.randn_like(parameter))
    return model


def batches(model, types, positions):
    """Batches of several lengths, padded, with the model's logits."""
    generator = torch.Generator().manual_seed(5)
    padding = model.config.pad_token_id or 0
    records = []
    for lengths in ([7], [1], [positions], [3, 9], [2, 31, positions, 5, 12]):
        longest = max(lengths)
        ids = torch.randint(5, model.config.vocab_size, (len(lengths), longest), generator=generator)
        kinds = torch.randint(0, max(types, 1), (len(lengths), longest), generator=generator)
        if lengths == [7]:
            ids[0, 3] = padding  # as an unknown word is in some vocabularies
        mask = torch.zeros_like(ids)
        for row, length in enumerate(lengths):
            mask[row, :length] = 1
        if model.config.model_type == "bart":  # which reads what it says at a text's last end
            for row, length in enumerate(lengths):
                ids[row, length - 1] = model.config.eos_token_id
            if lengths == [7]:
                ids[0, 2] = model.config.eos_token_id
        ids = ids * mask + padding * (1 - mask)
        kinds = kinds * mask
        inputs = {"input_ids": ids, "attention_mask": mask}
        if types > 1:
            inputs["token_type_ids"] = kinds
        with torch.no_grad():
            logits = rows(model(**inputs), mask) if model.config.model_type != "mobilebert" else one_by_one(model, inputs, lengths)
        records.append({"ids": [r[:n] for r, n in zip(ids.tolist(), lengths)],
                        "types": [r[:n] for r, n in zip(kinds.tolist(), lengths)] if types > 1 else None,
                        "logits": logits})
    return records


def one_by_one(model, inputs, lengths):
    """MobileBERT's tokens read those beside them, also what fills a batch up: the pipeline gives it texts one by one."""
    return [rows(model(**{k: v[i:i + 1, :n] for k, v in inputs.items()}), inputs["attention_mask"][i:i + 1, :n])[0] for i, n in enumerate(lengths)]


def rows(out, mask):
    """The logits of each text; for classifiers of tokens those of its tokens one after the
    other; without a head the mean of its tokens' vectors."""
    if hasattr(out, "logits"):
        logits = out.logits
        return logits.tolist() if logits.dim() == 2 else [row[:n].flatten().tolist() for row, n in zip(logits, mask.sum(1).tolist())]
    return mean(out.last_hidden_state, mask).tolist()


def mean(hidden, mask):
    """As sentence-transformers' Pooling."""
    wide = mask.unsqueeze(-1).float()
    return (hidden * wide).sum(1) / wide.sum(1).clamp(min=1e-9)


def write_sentence_transformers(folder, pooling, limit):
    """The files that sentence-transformers reads, as it writes them."""
    kinds = ("Transformer", "Pooling", "Normalize")
    (folder / "modules.json").write_text(json.dumps([
        {"idx": i, "name": str(i), "path": "" if i == 0 else f"{i}_{kind}", "type": f"sentence_transformers.models.{kind}"} for i, kind in enumerate(kinds)]))
    (folder / "1_Pooling").mkdir()
    modes = {"cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max", "mean_sqrt_len_tokens": ""}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(
        {"word_embedding_dimension": 32, **{f"pooling_mode_{mode}": name == pooling for mode, name in modes.items()}}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": limit, "do_lower_case": False}))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "query: "}, "default_prompt_name": None}))


def zero_shot(model, folder):
    """What the pipeline says of labels that the model wasn't trained for."""
    classify = pipeline("zero-shot-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(folder))
    records = []
    for text in TEXTS:
        if not isinstance(text, str) or not text:
            continue
        for parameters in ({"candidate_labels": ["film", "food", "a long label of many words"]}, {"candidate_labels": "film, food", "multi_label": True},
                           {"candidate_labels": ["film"]}, {"candidate_labels": ["film", "food"], "hypothesis_template": "It is {{about}} {}!"}):
            records.append({"text": text, "parameters": parameters, "output": classify(text, **parameters)})
    return records


def rerank(model, folder):
    """What a cross-encoder says of texts behind a query, before the sigmoid."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    query, texts = "What is a good film?", [t for t in TEXTS if isinstance(t, str)]
    logits = []
    for text in texts:
        with torch.no_grad():
            logits.append(model(**tokenizer([[query, text]], truncation=True, max_length=48, return_tensors="pt")).logits.item())
    return {"query": query, "texts": texts, "logits": logits}


def vectors(model, folder, pooling, limit):
    """What sentence-transformers makes of texts, without and with a prompt, not normalised."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    records = []
    for prompt in ("", "query"):
        for text in (t for t in TEXTS if isinstance(t, str)):
            encoded = tokenizer([(f"{prompt}: " if prompt else "") + text], truncation=True, max_length=limit, return_tensors="pt")
            with torch.no_grad():
                hidden = model(**encoded).last_hidden_state
            pooled = {"cls": hidden[:, 0], "max": hidden.amax(1)}.get(pooling, mean(hidden, encoded["attention_mask"]))
            records.append({"text": text, "prompt": prompt, "ids": encoded["input_ids"][0].tolist(), "vector": pooled[0].tolist()})
    return records


def entities(model, folder):
    """What the pipeline finds in texts, by each way of putting tokens together."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    records = []
    for text in (t for t in TEXTS if isinstance(t, str)):
        found = {}
        for strategy in ("none", "simple", "first", "average", "max"):
            tag = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy=strategy)
            found[strategy] = [{k: float(v) if k == "score" else v for k, v in e.items()} for e in tag(text)]
        ids = tokenizer(text)["input_ids"]
        records.append({"text": text, "ids": ids, "entities": found})
    return records


def texts(model, folder):
    """What the pipeline says of texts and of pairs."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None)
    records = []
    for text in TEXTS:
        one, other = text if isinstance(text, tuple) else (text, None)
        scores = classify([{"text": one, "text_pair": other}] if other is not None else [one], truncation=True, max_length=48)[0]
        ids = tokenizer(one, other, truncation=True, max_length=48)["input_ids"]
        records.append({"text": one, "text_pair": other, "ids": ids, "scores": scores})
    return records


def main(names):
    for name in names:
        architecture, settings, tokenizer, dtype, shard = MODELS[name]
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        model = build(architecture, settings).to(getattr(torch, dtype))
        model.save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
        if dtype != "float32":  # the reference computes in float32, as the scorer does
            model = getattr(transformers, architecture).from_pretrained(folder, dtype=torch.float32).eval()
        # max_seq_length counts where the tokenizer says less: base/modules/transformer.py of sentence-transformers
        small_tokenizers.save(tokenizer, folder, limit=24 if name == "bert-embed" else 48)
        types = getattr(model.config, "type_vocab_size", 0) if name != "distilbert" else 0
        golden = {"versions": versions(), "positions": 48, "batches": batches(model, types, 48)}
        if name == "deberta":
            golden["distances"] = debertas.make_log_bucket_position(torch.arange(-511, 512), 256, 512).long().tolist()
        if name == "mpnet":
            golden["distances"] = MPNetEncoder.relative_position_bucket(-torch.arange(-511, 512)).tolist()
        if name in POOLING:
            write_sentence_transformers(folder, *POOLING[name])
            golden["texts"] = vectors(model, folder, *POOLING[name])
        elif architecture.endswith("ForTokenClassification"):
            golden["texts"] = entities(model, folder)
        else:
            golden["texts"] = texts(model, folder)
        if name == "bert-rerank":
            golden["rerank"] = rerank(model, folder)
        if name in ("bert-nli", "bart"):
            golden["zero_shot"] = zero_shot(model, folder)
        (folder / "golden.json").write_text(json.dumps(golden) + "\n")
        size = sum(f.stat().st_size for f in folder.iterdir())
        print(f"{name}: {sorted(f.name for f in folder.iterdir())}, {size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:] or MODELS)
