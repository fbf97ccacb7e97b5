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


KINDS = {"wordpiece": wordpiece, "roberta": roberta, "xlm-roberta": xlm_roberta}


def save(kind, folder, limit):
    """Writes the files as the hub has them."""
    tokenizer, settings = KINDS[kind]()
    if tokenizer.get_vocab_size() > SIZE:
        raise SystemExit(f"{kind} has {tokenizer.get_vocab_size()} entries")
    folder = Path(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": limit, **settings}))
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
