"""Tokenizers of some hundred entries, laid out as those of the hub's classifiers: for
make_architectures.py."""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

import make_tokenizers
from reviews import Maker

SIZE = 320
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def lines():
    return [text for text, _ in Maker(14).reviews(200, held=False)]


def wordpiece():
    entries = make_tokenizers.learn(lines(), SIZE, make_tokenizers.SPECIAL, "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-")
    return make_tokenizers.assemble(entries), {"tokenizer_class": "BertTokenizer", "do_lower_case": True,
                                               **{f"{n}_token": f"[{n.upper()}]" for n in ("cls", "mask", "pad", "sep", "unk")}}


def special():
    """The special tokens that RoBERTa's and XLM-R's tokenizers have."""
    return {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}


def roberta():
    """Byte-level BPE."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(lines(), trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=ROBERTA, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False, trim_offsets=True)
    return tokenizer, {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": False, **special()}


def xlm_roberta():
    """Unigram behind Metaspace."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(lines(), trainers.UnigramTrainer(
        vocab_size=SIZE, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    saved = json.loads(tokenizer.to_str())
    saved["model"]["vocab"] = saved["model"]["vocab"][:SIZE - 1] + [["<mask>", 0.0]]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.add_special_tokens(["<mask>"])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer, {"tokenizer_class": "XLMRobertaTokenizer", **special()}


def mpnet():
    """WordPiece with RoBERTa's special tokens."""
    entries = make_tokenizers.learn(lines(), SIZE, [*ROBERTA[:3], "[UNK]", "<mask>"], "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-")
    tokenizer = Tokenizer(models.WordPiece({e: i for i, e in enumerate(entries)}, unk_token="[UNK]"))
    tokenizer.add_special_tokens([*ROBERTA[:3], "[UNK]", "<mask>"])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer, {"tokenizer_class": "MPNetTokenizer", "do_lower_case": True, **special(), "unk_token": "[UNK]"}


def sentencepiece(first, unknown):
    """Unigram as ALBERT and DeBERTa have it: those special tokens come first."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(lines(), trainers.UnigramTrainer(vocab_size=SIZE, special_tokens=first, unk_token=unknown, show_progress=False))
    saved = json.loads(tokenizer.to_str())
    saved["model"]["vocab"] = saved["model"]["vocab"][:SIZE - 1] + [["[MASK]", 0.0]]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.add_special_tokens([*first, "[MASK]"])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[(t, first.index(t)) for t in ("[CLS]", "[SEP]")])
    return tokenizer, {"cls_token": "[CLS]", "sep_token": "[SEP]", "bos_token": "[CLS]", "eos_token": "[SEP]", "pad_token": first[0], "unk_token": unknown, "mask_token": "[MASK]"}


def albert():
    tokenizer, settings = sentencepiece(["<pad>", "<unk>", "[CLS]", "[SEP]"], "<unk>")
    return tokenizer, {"tokenizer_class": "AlbertTokenizer", **settings}


def deberta():
    tokenizer, settings = sentencepiece(["[PAD]", "[CLS]", "[SEP]", "[UNK]"], "[UNK]")
    return tokenizer, {"tokenizer_class": "DebertaV2Tokenizer", **settings}


def modernbert():
    """Byte-level BPE with BERT's special tokens, in the class without rules of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    first = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    tokenizer.train_from_iterator(lines(), trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=first, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    return tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": ["input_ids", "attention_mask"],
                       **{f"{n}_token": f"[{n.upper()}]" for n in ("cls", "mask", "pad", "sep", "unk")}}


def bart():
    """As bart-large-mnli has it: its tokenizer_config.json names no class."""
    return roberta()[0], {}


KINDS = {"wordpiece": wordpiece, "bart": bart, "roberta": roberta, "xlm-roberta": xlm_roberta, "mpnet": mpnet, "albert": albert, "deberta": deberta, "modernbert": modernbert}


def save(kind, folder, limit):
    """Writes the files as the hub has them."""
    tokenizer, settings = KINDS[kind]()
    if tokenizer.get_vocab_size() > SIZE:
        raise SystemExit(f"{kind} has {tokenizer.get_vocab_size()} entries")
    folder = Path(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": limit, **settings}))
    if kind == "bart":
        tokenizer.model.save(str(folder))  # vocab.json and merges.txt
    else:
        AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
