"""Write tests/testdata/tokenizer: what the tokenizers library makes of many texts.

    python tests/reference/tokenizer_goldens.py

texts.jsonl.gz       one object a line: the text as base64 of its bytes (they may
                     not be UTF-8), then the ids under each tokenizer, by name
truncation.json      texts cut to many lengths, and a padded batch with its mask
variants.json        other configurations of a small tokenizer, with texts and ids
forms.json           texts with runs of marks, and digests of what the normalization
                     forms make of each
codepoints.json      for each normalizer and pre-tokenizer, a digest of what it
                     makes of each block of 4,096 code points
"""

import base64
import gzip
import hashlib
import json
import pathlib
import random

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

ROOT = pathlib.Path(__file__).parents[2]
OUT = ROOT / "tests" / "testdata" / "tokenizer"
FILES = {
    "bundled": ROOT / "inference" / "models" / "distilbert-tiny-sentiment" / "tokenizer.json",
    "base": ROOT / "tests" / "testdata" / "distilbert-base-random" / "tokenizer.json",
}
COUNT = 12_000

# What once went wrong somewhere, or could.
HAND_PICKED = [
    "", " ", "\t \n", "\u3000\u00a0", "This is great!", "This was a terrible waste of time.", "don't can't won't", "e.g., i.e.",
    "Ünïcödé Ångström naïve café Đặng", "e\u0301 e\u0301\u0327 a\u030a", "ﬁ ﬂ Ǆ ǅ ß ẞ", "İstanbul ıI", "ΟΔΟΣ Σ ς σ", "ÅÅ",
    "你好，世界。", "日本語のテキスト", "한국어 텍스트 \u1112\u1161\u11ab", "ไทย ภาษา", "हिन्दी में", "العَرَبِيَّة", "עִבְרִית",
    "🙂🙃", "👨‍👩‍👧‍👦", "🏳️‍🌈 🇩🇪", "👍🏽", "a\u200db\u200cc\u2060d\ufeffe", "\u00adsoft\u00adhyphen", "\x00", "a\x00b", "\x01\x02\x7f\x80\x9f",
    "\ufffd", "a\ufffdb", "\u2028\u2029\x85\x0b\x0c", "line\r\nbreak\ttab", "[SEP]", "[CLS] text [SEP]", "[sep] [Sep]", "a[SEP]b", "[[SEP]]",
    "[MASK][MASK]", "[PAD] [UNK]", "[ SEP ]", "[SEP", "SEP]", "##ing", "##", "#", "...", "!!!???", "$100 €50 £20 ¥", "a_b-c+d=e", "x²+y³=½",
    "C++ & <b>HTML</b> \"quotes\" 'single' `tick`", "“curly” ‘quotes’ — dash – en … ellipsis", "http://example.org/a?b=c#d", "user@example.org",
    "\U0001d400\U0001d401 math", "\U00020000\U0002a6df\U0002b920", "\uf900\ufaff", "\u4dff\u4e00\u9fff\ua000", "\U000e0041\U000e007f tags", "\ue000 private",
] + [c * n for c in ("a", "é", "漢", "Z", "\u0301", "1") for n in (99, 100, 101, 102, 512, 2000)] + ["good " * 600, "a b " * 400, "!" * 700]

INVALID = [
    b"\x80", b"\xff\xfe", b"a\xc3", b"\xc3(", b"\xe2\x82", b"\xe2\x82a", b"\xe2(\xa1", b"\xf0\x9f\x98", b"\xf0\x9f\x98a", b"\xf0\x9f\xffa", b"\xed\xa0\x80",
    b"\xed\xbf\xbfx", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xfc\x80\x80\x80\x80\x80", b"good\xffmovie",
    b"\xe0\xa0", b"\xe0\x9f\xbf", b"\xf4\x8f\xbf", b"\xf1\x80\x80", b"\xc2", b"\xdf\xbf\xdf",
]

PLANES = [(0x20, 0x7E)] * 6 + [
    (0, 0x1F), (0x80, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x58F), (0x590, 0x6FF), (0x700, 0x8FF),
    (0x900, 0xDFF), (0xE00, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x2C00, 0x2FFF),
    (0x3000, 0x30FF), (0x3100, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xF900, 0xFAFF), (0xFB00, 0xFFFF),
    (0x10000, 0x1FFFF), (0x1F300, 0x1FAFF), (0x20000, 0x2FA1F), (0xE0000, 0xE01EF), (0x30000, 0x10FFFF),
]
ODD = ["\u200d", "\ufe0f", "👨‍👩‍👧", "e\u0301", "İ", "ß", "Σ", "ς", "\x00", "\ufffd", "\u00ad", "\x7f", "\x85", "\u2028", "[SEP]", "[CLS]", "[MASK]", "[PAD]",
       "[UNK]", "[sep]", "[SEP", "SEP]", "[[SEP]]"]


def random_text(r, pieces):
    def piece():
        kind = r.random()
        if kind < 0.35:
            return r.choice(pieces)
        if kind < 0.45:
            return r.choice(ODD)
        if kind < 0.48:
            return r.choice("abcxyzé漢") * r.choice([98, 99, 100, 101, 102, 200])
        low, high = r.choice(PLANES)
        return "".join(chr(c) for c in (r.randint(low, high) for _ in range(r.randint(1, 6))) if not 0xD800 <= c < 0xE000)

    return r.choice(["", " ", "  ", "\t", " "]).join(piece() for _ in range(r.randint(0, 12)))


def make_texts(r, loaded):
    pieces = [p.removeprefix("##") for t in loaded.values() for p in sorted(t.get_vocab())]
    texts = [t.encode() for t in HAND_PICKED] + INVALID
    while len(texts) < COUNT:
        text = random_text(r, pieces).encode()
        if r.random() < 0.1:
            spoiled = bytearray(text)
            for _ in range(r.randint(1, 4)):
                spoiled.insert(r.randint(0, len(spoiled)), r.randint(0x80, 0xFF))
            text = bytes(spoiled)
        texts.append(text)
    return texts


def encode(tokenizer, text: bytes):
    return tokenizer.encode(text.decode("utf-8", errors="replace")).ids


def truncation(loaded, r, texts):
    tokenizer = loaded["bundled"]
    cases = []
    longer = [t for t in texts if len(encode(tokenizer, t)) > 8]
    for max_length in [2, 3, 4, 5, 8, 16, 64, 128, 511, 512]:
        tokenizer.enable_truncation(max_length)
        for text in r.sample(longer, 20) + [b"", b"good " * 600]:
            cases.append({"text": base64.b64encode(text).decode(), "max_length": max_length, "ids": encode(tokenizer, text)})
    tokenizer.no_truncation()
    batch = [t.decode("utf-8", errors="replace") for t in r.sample(texts, 12)]
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]"))
    encoded = tokenizer.encode_batch(batch)
    tokenizer.no_padding()
    return {"cases": cases, "batch": {"texts": batch, "ids": [e.ids for e in encoded], "attention_mask": [e.attention_mask for e in encoded],
                                      "type_ids": [e.type_ids for e in encoded]}}


def variants(r, texts):
    """Small tokenizers with one thing different each."""
    bert = normalizers.BertNormalizer
    settings = {
        "cased": (bert(lowercase=False), pre_tokenizers.BertPreTokenizer()),
        "cased, accents stripped": (bert(lowercase=False, strip_accents=True), pre_tokenizers.BertPreTokenizer()),
        "uncased, accents kept": (bert(lowercase=True, strip_accents=False), pre_tokenizers.BertPreTokenizer()),
        "no cleaning": (bert(clean_text=False), pre_tokenizers.BertPreTokenizer()),
        "Chinese as words": (bert(handle_chinese_chars=False), pre_tokenizers.BertPreTokenizer()),
        "nothing normalized": (None, pre_tokenizers.BertPreTokenizer()),
        "NFD, Lowercase, StripAccents": (normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]), pre_tokenizers.Whitespace()),
        "Strip, Replace": (normalizers.Sequence([normalizers.Strip(), normalizers.Replace("oo", "0")]), pre_tokenizers.WhitespaceSplit()),
        "WhitespaceSplit, Punctuation": (bert(), pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])),
        "Whitespace": (bert(), pre_tokenizers.Whitespace()),
        "no pre-tokenizer": (bert(), None),
    }
    alphabet = [chr(c) for c in list(range(0x21, 0x7F)) + [0xE9, 0xC9, 0xDF, 0x301, 0x4F60, 0x597D, 0x3A3, 0x3C3, 0x3C2, 0x130, 0x2014, 0x1F642]]
    vocab = {t: i for i, t in enumerate(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + alphabet + ["##" + c for c in alphabet] +
                                                      ["good", "movie", "##s", "the", "The", "café", "cafe", "##00", "0", "g0d", "naïve"]))}
    out = []
    for name, (normalizer, pre_tokenizer) in settings.items():
        tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=20))
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        if pre_tokenizer is not None:
            tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A:0 [SEP]:1", special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])])
        tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", AddedToken("[MASK]", lstrip=True, special=True)])
        tokenizer.add_tokens([AddedToken("Good Movie", normalized=True), AddedToken("<x>", single_word=True, normalized=False),
                              AddedToken("<y>", rstrip=True, normalized=False), AddedToken("<yy>", normalized=False)])
        extra = ["a  [MASK]  b", "x<x>y <x> z", "<y>   a <yy>b<y", "good movie GOOD MOVIE Good Movie goodMovie", "  Good Movie\u0301 "]
        sample = [t.encode() for t in HAND_PICKED[:70] + extra] + r.sample(texts, 150)
        out.append({"name": name, "tokenizer": json.loads(tokenizer.to_str()),
                    "cases": [{"text": base64.b64encode(t).decode(), "ids": encode(tokenizer, t)} for t in sample],
                    "type_ids": tokenizer.encode("good movie").type_ids})
    return out


FORMS = {name: getattr(normalizers, name)().normalize_str for name in ("NFC", "NFD", "NFKC", "NFKD")}
BERT = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False).normalize_str

# What marks are in the texts of forms(): of several classes, some that compose,
# some that came after the reference's data, and what they compose with.
MARKS = "\u0300\u0301\u0302\u0308\u030a\u0316\u0327\u0328\u0345\u0344\u034f\u05b0\u05bc\u064b\u0651\u093c\u0e38\u302a\u3099\u1acf\U00010d6d\U00011930\U0001e08f"
BASES = "aAeoOuıωΩαᾳǖṩỡ\u1e9b\u0323각\u1100\u1161\u11a8かハ\u2126\u212bﬁ①㋿ꟲ½\U0001d15e\U00011935\U00011938 漢-"


def forms(r):
    """Texts with few marks and with many, and what each form makes of them."""
    texts = ["e" + "\u0301" * n for n in (29, 30, 31, 32, 60, 100)]
    while len(texts) < 600:
        run = "".join(r.choice(MARKS) for _ in range(r.choice([0, 1, 2, 3, 5, 28, 31, 33, 64])))
        texts.append("".join(r.choice(BASES) + run[:r.randint(0, len(run))] for _ in range(r.randint(1, 4))) + run)
    digest = {}
    for name, step in {**FORMS, "accents": BERT}.items():
        digest[name] = [hashlib.sha256(step(text).encode()).hexdigest()[:8] for text in texts]
    return {"texts": texts, "digests": digest}


BLOCK = 4096
# Every block in which Unicode has assigned characters, and two in which it hasn't.
BLOCKS = [*range(0, 0x34000, BLOCK), 0x50000, 0xE0000, 0xF0000, 0x10F000]


def codepoints():
    """For each step, a digest a block: of code point, tab, result, line feed."""
    bert = normalizers.BertNormalizer

    def words(pre):
        return lambda text: "|".join(p for p, _ in pre.pre_tokenize_str(text))

    steps = {
        "uncased": bert().normalize_str,
        "cased": bert(lowercase=False).normalize_str,
        **FORMS,
        "Lowercase": normalizers.Lowercase().normalize_str,
        "StripAccents": normalizers.StripAccents().normalize_str,
        "Nmt": normalizers.Nmt().normalize_str,
        "Digits": words(pre_tokenizers.Digits(individual_digits=True)),
        "Punctuation": words(pre_tokenizers.Punctuation("isolated")),
        "BertPreTokenizer": words(pre_tokenizers.BertPreTokenizer()),
        "Whitespace": words(pre_tokenizers.Whitespace()),
        "WhitespaceSplit": words(pre_tokenizers.WhitespaceSplit()),
    }
    out = {}
    for name, step in steps.items():
        out[name] = {}
        for start in BLOCKS:
            digest = hashlib.sha256()
            for c in range(start, start + BLOCK):
                if not 0xD800 <= c < 0xE000:
                    # between letters, after a mark, before one, and doubled
                    for text in (f"A{chr(c)}b", f"e\u0301{chr(c)}", f"{chr(c)}\u0327x", f" {chr(c)}{chr(c)} "):
                        digest.update(f"{c:x}\t{step(text)}\n".encode())
            out[name][f"{start:x}"] = digest.hexdigest()[:16]
    return out


def write(name, data):
    (OUT / name).write_text(json.dumps({"made_by": "tests/reference/tokenizer_goldens.py", "tokenizers": tokenizers.__version__} | data,
                                       ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    r = random.Random(20261124)
    loaded = {name: Tokenizer.from_file(str(path)) for name, path in FILES.items()}
    for tokenizer in loaded.values():
        tokenizer.no_truncation()
        tokenizer.no_padding()
    texts = make_texts(r, loaded)
    with gzip.GzipFile(OUT / "texts.jsonl.gz", "wb", mtime=0) as f:
        for text in texts:
            line = {"text": base64.b64encode(text).decode()} | {name: encode(t, text) for name, t in loaded.items()}
            f.write((json.dumps(line, separators=(",", ":")) + "\n").encode())
    write("truncation.json", truncation(loaded, r, texts))
    write("variants.json", {"variants": variants(r, texts)})
    write("forms.json", forms(random.Random(20261126)))
    write("codepoints.json", {"block": BLOCK, "steps": codepoints()})


if __name__ == "__main__":
    main()
