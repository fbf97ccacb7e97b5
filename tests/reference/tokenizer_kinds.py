"""Write tests/testdata/tokenizer/kinds.json.gz: tokenizers of every kind, and what the reference makes of texts.

    python tests/reference/tokenizer_kinds.py [DUMP]

The texts are those of texts.jsonl.gz beside it, by tokenizer_goldens.py, and more. Of each
tokenizer there are digests of 50 texts each: of their ids and offsets, and of the ids
and type ids of pairs of every fourth and the next, truncated as longest_first does. With DUMP, that file has them
all in full.
"""

import base64
import collections
import gzip
import hashlib
import io
import json
import pathlib
import random
import sys

import sentencepiece
import sentencepiece.sentencepiece_model_pb2 as spm
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = pathlib.Path(__file__).parents[2] / "tests" / "testdata" / "tokenizer"
CHUNK = 50
# Beside Latin, Greek and Cyrillic, what the vocabularies know.
COMMON = "—–…“”‘’•€™你好世界漢字日本語かなカナ한국어각ﬁ①½\u200d🙂👍❤️😀ा्क"


# What texts of hard() consist of: marks, and what they go with.
MARKS = "\u0300\u0301\u0308\u0327\u0345\u034f\u05b0\u064b\u093c\u094d\u200d\ufe0f\u20e3\u3099\u309a\u0e33\u0903\u1acf\u180b"
BASES = ("aeoAEÅéñßﬁ①½Ⅷ㋿ｶﾊが각힣\u1100\u1161\u11a8\uac00\u0600\u06dd©®👍👩❤\U0001f1e6\U0001f1e7कखतরগქΩά℃™…“’—漢字\u00a0\u2028\u200b\ufeff\u00ad\u2581"
         "ｆｗ０！〜￥㌀\u0130ǅﷺ\u212b\u1e9b\u0958")
PIECES = ["the", "film", "don't", "café", "GREAT", "12345", "a.b", "``x''", "<mask>", " <mask> ", "[MASK]", "<s>", "</s>", "great", "<unk>", "|||EMAIL|||", "    "]


def hard(r):
    """A text of grapheme clusters, white space, added tokens and characters of every kind."""
    out = []
    for _ in range(r.randint(1, 12)):
        x = r.random()
        if x < 0.45:
            out.append(r.choice(BASES) + "".join(r.choice(MARKS) for _ in range(r.choice([0, 0, 1, 1, 2, 3]))))
        elif x < 0.6:
            out.append(r.choice([" ", "  ", "\n", "\t", "\r\n", " \u3000", "\u00a0"]))
        elif x < 0.75:
            out.append(r.choice(PIECES))
        elif x < 0.9:
            low, high = r.choice([(0x20, 0x250), (0x300, 0x3000), (0x3000, 0xD800), (0xE000, 0x10000), (0x10000, 0x20000)])
            out.append(chr(r.randrange(low, high)))
        else:
            out.append("".join(r.choice("कखगतदयर\u094d\u093c\u0301\u200d\u200c") for _ in range(r.randint(2, 6))))
    return "".join(out)


def read_texts():
    with gzip.open(OUT / "texts.jsonl.gz") as f:
        return [base64.b64decode(json.loads(line)["text"]).decode("utf-8", "replace") for line in f]


def spiece(texts, rule, size=1500, **options):
    """A SentencePiece model."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([t for t in texts if t.strip() and len(t) < 2000 and "\0" not in t]), model_writer=out, vocab_size=size, num_threads=1,
        normalization_rule_name=rule, minloglevel=2, hard_vocab_limit=False, **options)
    return out.getvalue()


def charsmap(model):
    return spm.ModelProto.FromString(model).normalizer_spec.precompiled_charsmap


def chopped(texts, pre, normalizer):
    """The words that a trainer counts."""
    for text in texts:
        yield from (word for word, _ in pre.pre_tokenize_str(text if normalizer is None else normalizer.normalize_str(text)))


def bpe(texts, pre, normalizer=None, size=1500, special=(), bytes_=True, **options):
    t = Tokenizer(models.BPE(**options))
    t.pre_tokenizer = pre
    if normalizer is not None:
        t.normalizer = normalizer
    if bytes_:
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:  # the 400 most frequent; of those that are equally so the trainer takes any
        counts = collections.Counter(c for word in chopped(texts, pre, normalizer) for c in word)
        alphabet = sorted(counts, key=lambda c: (-counts[c], c))[:400]
    t.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(special), show_progress=False, limit_alphabet=len(alphabet), initial_alphabet=alphabet))
    return t


def unigram(texts, pre, normalizer, special, size=1500):
    """Of SentencePiece's trainer: that of tokenizers gives other pieces each time."""
    trained = spm.ModelProto.FromString(spiece([normalizer.normalize_str(t) for t in texts], "identity", size=size)).pieces[3:]
    t = Tokenizer(models.Unigram([(s, 0.0) for s in special] + [(p.piece, p.score) for p in trained if p.piece not in special], unk_id=len(special) - 1))
    t.normalizer, t.pre_tokenizer = normalizer, pre
    return t


def wordpiece(texts, normalizer, special, size=1500):
    """With the pieces of one character first: the trainer numbers them by chance, and what is equally frequent by number."""
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer, t.pre_tokenizer = normalizer, pre_tokenizers.BertPreTokenizer()
    inner = sorted({c for word in chopped(texts, t.pre_tokenizer, normalizer) for c in word[1:]})
    t.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=size, special_tokens=special + ["##" + c for c in inner], show_progress=False))
    file = json.loads(t.to_str())
    file["added_tokens"] = [x for x in file["added_tokens"] if x["content"] in special]
    return Tokenizer.from_str(json.dumps(file))


def around(t, cls, sep, pair="[CLS] $A [SEP] $B:1 [SEP]:1"):
    single = f"{cls} $A {sep}"
    t.post_processor = processors.TemplateProcessing(single=single, pair=pair.replace("[CLS]", cls).replace("[SEP]", sep),
                                                     special_tokens=[(cls, t.token_to_id(cls)), (sep, t.token_to_id(sep))])
    return t


def kinds(texts):
    """The tokenizers, by name."""
    some = [t for t in texts if len(t) < 400 and all(c < "\u0530" or c in COMMON for c in t)]
    out = {}
    roberta_special = ["<s>", "<pad>", "</s>", "<unk>"]
    for name, prefix, trim in (("roberta", False, True), ("gpt2 with a space before, untrimmed", True, False), ("with a space before, trimmed", True, True)):
        t = bpe(some, pre_tokenizers.ByteLevel(add_prefix_space=prefix), special=roberta_special)
        t.decoder = decoders.ByteLevel()
        t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=trim, add_prefix_space=prefix)
        t.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
        out[name] = t
    t = bpe(some, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True), normalizers.NFC(), special=["[CLS]", "[SEP]", "[PAD]", "[UNK]"])
    t.add_special_tokens([AddedToken("[MASK]", lstrip=True, normalized=False)])
    t.add_tokens([AddedToken(" " * n, normalized=True) for n in (2, 3, 4)] + [AddedToken("|||EMAIL|||", normalized=True)])
    out["modernbert"] = around(t, "[CLS]", "[SEP]")
    llama3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    t = bpe(some, pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(llama3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
            special=["<|begin_of_text|>", "<|eot_id|>"], ignore_merges=True)
    t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
        single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", special_tokens=[("<|begin_of_text|>", 0)])])
    out["llama 3"] = t
    nfkc = charsmap(spiece(some, "nmt_nfkc"))
    folded = charsmap(spiece(some, "nmt_nfkc_cf"))
    words_and_metaspace = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    xlmr_pair = "[CLS] $A [SEP] [SEP] $B [SEP]"
    t = unigram(some, words_and_metaspace, normalizers.Precompiled(nfkc), ["<s>", "<pad>", "</s>", "<unk>"])
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False), *map(AddedToken, ["<s>", "<pad>", "</s>", "<unk>"])])
    out["xlm-roberta"] = around(t, "<s>", "</s>", xlmr_pair)
    t = unigram(some, pre_tokenizers.Metaspace(), normalizers.Sequence([normalizers.Strip(), normalizers.Precompiled(nfkc), normalizers.Replace(Regex(" {2,}"), " ")]),
                ["[PAD]", "[CLS]", "[SEP]", "[UNK]"])
    t.add_special_tokens(["[PAD]", "[CLS]", "[SEP]", "[UNK]", AddedToken("[MASK]", lstrip=True)])
    out["deberta"] = around(t, "[CLS]", "[SEP]")
    t = unigram(some, pre_tokenizers.Sequence([pre_tokenizers.Punctuation("isolated"), pre_tokenizers.Metaspace(prepend_scheme="first")]),
                normalizers.Sequence([normalizers.Replace(Regex(r"\s{2,}|[\n\r\t]"), " "), normalizers.NFC(), normalizers.Strip(left=False, right=True)]),
                ["[PAD]", "[CLS]", "[SEP]", "[UNK]"])
    t.add_special_tokens(["[PAD]", "[CLS]", "[SEP]", "[UNK]"])
    t.add_tokens([AddedToken("great", single_word=True, normalized=True)])
    out["deberta as transformers builds it, a space before the first word"] = around(t, "[CLS]", "[SEP]")
    t = unigram(some, words_and_metaspace, normalizers.Sequence([
        normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(),
        normalizers.Precompiled(nfkc)]), ["<pad>", "[CLS]", "[SEP]", "<unk>"])
    t.add_special_tokens(["<pad>", "[CLS]", "[SEP]", "<unk>", AddedToken("[MASK]", lstrip=True, normalized=False)])
    out["albert"] = around(t, "[CLS]", "[SEP]")
    t = unigram(some, pre_tokenizers.Metaspace(prepend_scheme="never", split=False), normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Precompiled(folded)]),
                ["<pad>", "</s>", "<unk>"])
    file = json.loads(t.to_str())
    file["model"]["byte_fallback"] = True
    file["model"]["vocab"] += [[f"<0x{b:02X}>", -9.0 - b / 64] for b in range(256)]
    t = Tokenizer.from_str(json.dumps(file))
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B:1 </s>:1", special_tokens=[("</s>", 1)])
    t.add_special_tokens(["</s>"])
    out["bytes for unknown pieces"] = t
    spaced = [s.replace(" ", "\u2581") for s in some]
    for name, normalizer, pre in (
        ("llama 2", None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False)),
        ("llama 2, earlier", normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]), None),
        ("first with a normalizer", normalizers.Sequence([normalizers.Nmt(), normalizers.Strip(), normalizers.Lowercase()]), pre_tokenizers.Metaspace(prepend_scheme="first")),
    ):
        t = bpe(spaced, pre_tokenizers.Split(" ", "isolated"), size=1200, special=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)], bytes_=False,
                unk_token="<unk>", fuse_unk=True, byte_fallback=True)
        file = json.loads(t.to_str())
        file["added_tokens"] = [x for x in file["added_tokens"] if not x["content"].startswith("<0x")]
        t = Tokenizer.from_str(json.dumps(file))
        if pre is None:
            file = json.loads(t.to_str())
            file["pre_tokenizer"] = None
            t = Tokenizer.from_str(json.dumps(file))
        else:
            t.pre_tokenizer = pre
        if normalizer is not None:
            t.normalizer = normalizer
        t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
        out[name] = t
    for name, options in (("unknown fused", dict(fuse_unk=True)), ("unknown apart", dict(fuse_unk=False)), ("unknown dropped", None)):
        kept = {} if options is None else dict(unk_token="<unk>", **options)
        t = bpe(some, pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=name == "unknown apart"), pre_tokenizers.Whitespace()]), normalizers.NFD(), size=600,
                special=["<unk>"], bytes_=False, **kept)
        out[name] = t
    behaviors = ["isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous"]
    for behavior in behaviors:
        pre = pre_tokenizers.Sequence([pre_tokenizers.Punctuation(behavior), pre_tokenizers.CharDelimiterSplit("e"), pre_tokenizers.Digits(individual_digits=False)])
        t = bpe(some, pre_tokenizers.Whitespace(), normalizers.Lowercase(), size=500, special=["<unk>"], bytes_=False, unk_token="<unk>")
        t.pre_tokenizer = pre
        out[f"punctuation {behavior}"] = t
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    for name, lower in (("bert, uncased", True), ("bert, cased", False)):
        t = wordpiece(some, normalizers.BertNormalizer(lowercase=lower), special)
        t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        out[name] = t
    return out


def digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def compact(*values):
    return json.dumps(values, separators=(",", ":"))


def main():
    r = random.Random(20261126)
    more = ["  ", "   ", " \n ", "  a", " a "] + [hard(r) for _ in range(2000)]
    trained_on = read_texts()
    texts = trained_on + more
    out, full, maps = {}, {}, {}
    for name, t in kinds(trained_on).items():
        t = Tokenizer.from_str(t.to_str())  # which may change a score's last bit
        file = json.loads(t.to_str())

        def outside(part):  # character maps, which are large, are written once
            if isinstance(part, dict):
                if "precompiled_charsmap" in part:
                    key = hashlib.sha256(part["precompiled_charsmap"].encode()).hexdigest()[:8]
                    maps[key], part["precompiled_charsmap"] = part["precompiled_charsmap"], key
                for one in part.values():
                    outside(one)
            elif isinstance(part, list):
                for one in part:
                    outside(one)

        outside(file["normalizer"])
        encoded = [compact(e.ids, e.offsets) for e in t.encode_batch(texts)]
        pairs = []
        for i in range(0, len(texts), 4):
            t.enable_truncation(8 + i % 41, direction=["right", "left"][i // 4 % 2])
            e = t.encode(texts[i], texts[(i + 1) % len(texts)])
            pairs.append(compact(e.ids, e.type_ids))
        t.no_truncation()
        out[name] = {"file": file} | {kind: [digest(lines[i:i + CHUNK]) for i in range(0, len(lines), CHUNK)] for kind, lines in (("encoded", encoded), ("pairs", pairs))}
        full[name] = {"encoded": encoded, "pairs": pairs}
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).write_text(json.dumps(full))
    data = {"made_by": "tests/reference/tokenizer_kinds.py", "tokenizers": tokenizers.__version__, "sentencepiece": sentencepiece.__version__,
            "chunk": CHUNK, "more": more, "maps": maps, "kinds": out}
    (OUT / "kinds.json.gz").write_bytes(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0))


if __name__ == "__main__":
    main()
