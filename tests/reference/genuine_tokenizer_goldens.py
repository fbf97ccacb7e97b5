"""Write tests/testdata/genuine-goldens/tokenizers.json.gz: what the tokenizers library
makes of texts and ids by the genuine tokenizers that scripts/fetch-tokenizers.sh fetches.

    python tests/reference/genuine_tokenizer_goldens.py

texts       base64 of their bytes, which may not be UTF-8: the reference then reads U+FFFD
tokenizers  by name: begin, the ids before a text; encoded, a digest for each text of its
            ids, first with control tokens parsed, then with encode_special_tokens;
            decoding, lists of ids; decoded, a digest for each of its text, first as it is,
            then with skip_special_tokens
pre_tokenizers  for each its part of a tokenizer.json, and pieces, a digest for each of the
            first texts of the pieces that it makes

A digest is the first eight letters of the SHA-256 of what it is of, in base64: ids are
written in JSON without spaces, strings are joined by line breaks.

Where transformers' AutoTokenizer gives other ids than the file, the script fails; but for
llama2, whose pre-tokenizer transformers 5 replaces by one of its own: loaded is a digest
for each text of the ids that it gives.
"""

import base64
import gzip
import hashlib
import json
import random
import subprocess
import warnings

import tokenizers
import transformers
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from gemma_corpus import Conversations, rendered
from gemma_tokenizer_goldens import PICKED
from paths import ROOT, TESTDATA
from tokenizer_goldens import HAND_PICKED, INVALID, ODD, PLANES

OUT = TESTDATA / "genuine-goldens"
NAMES = ["gemma3", "llama2", "llama3", "llama3_1", "qwen3"]
COUNT, DECODINGS, CUT = 4_000, 800, 900

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# As o200k_base's and DeepSeek's: repeats of classes that overlap, optional groups, ranges of other scripts.
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
DEEPSEEK = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(prefix, regex):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


def several(*parts):
    return {"type": "Sequence", "pretokenizers": list(parts)}


BEHAVIORS = ["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
PRE_TOKENIZERS = [split(r"\s+", b, i) for b in BEHAVIORS for i in (False, True)] + [split("a ", b, i, "String") for b in BEHAVIORS for i in (False, True)] + [
    split(GPT2), split(GPT2, "Removed", True), split(O200K), split(DEEPSEEK), byte_level(False, True), byte_level(True, True), byte_level(True, False),
    several(split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK), byte_level(False, False)), several(split(r"\d"), byte_level(True, True)),
    split(r"\P{L}", "MergedWithNext"), split(r"\p{Lu}?\p{Ll}*[aeiou]{2,4}"), split(r"\s*x(?!\d)"), split(r"(?:ab|c|[0-9])[.-]+", "Contiguous"),
    split(r"\S{3}"), split(r"[\p{Zs}\t]{0,2}\n{2,}"), split(r"(?i:'s|k'|i)\S"),
]

CODE = ["    def f(x):\n        return x  # é\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\r\n", "SELECT * FROM t WHERE a='b';\n\n\n", "<html>\n  <b>x</b>\n</html>", "x=>y??z!==w&&v||u;", "\\frac{1}{2}\\n\\t"]
PICKED_HERE = [
    "I'm we've you'll he'd they're can't it's", "I'M WE'VE YOU'LL HE'D THEY'RE CAN'T IT'S", "it\u017f 'ſ '\u017f'S 's'", "it’s don’t", "'s", "''s", " 's", "a's'", "'sa", "'ll'LL'lL'Ll", "'re're", "x'ſy", "'ß", "ﬆ'ﬆ",
    "1", "12", "123", "1234", "12345", "123456", "1234567", "3.14159", "1,234,567.89", "٣٤٥٦٧", "Ⅷ½²", "一二三四", "𝟘𝟙𝟚𝟛", "a1b22c333d4444", "2024-11-26T01:02:03Z", "+1 (555) 010-9999", "0x1F600", "1e-10",
    " ", "  ", "   ", "    a", "a    ", "a    b", "\n", "\n\n", " \n", "\n ", "  \n  \n  ", "\t\t", "\r\n\r\n", "a\r\n\r\n  b", " \t \n \t ", "\u00a0\u00a0a", "\u3000\u3000", "\u2028\u2029", "\x0b\x0c\x85", "\u200b\u200b", "a \n", "!\n\n", "!!\r\n x", "?\n ?",
    " " * 300, "\n" * 300, " \n" * 150, "\t" * 100, "a" * 1000, "é" * 400, "漢字" * 200, "🙂" * 150, "!" * 500, "1" * 500, "'" * 300, "'s" * 200, "ab " * 300,
    "e\u0301", "\u00e9", "A\u030a", "\u212b", "\u1100\u1161\u11a8", "\uac01", "q\u0307\u0323", "q\u0323\u0307", "\u0344", "\u2126", "\uf900", "\u0958", "o" + "\u0301" * 29, "o" + "\u0301" * 31, "o" + "\u0323\u0301" * 20, "\u0301", "ΐ", "ﬁ ﬂ", "\u0f73", "\U0001d15e",
    "\u1c89\u1c8a \ua7cb", "\U000105c0\U000105c1 \U00010d40", "\U00011380", "\U00016d40", "\U0001cc00", "\u0897", "\U0002ebf0 \U0002ffff", "\u0378\u0379", "\ue000\uf8ff", "\U000e0001", "\U0010fffd",
    "नमस्ते दुनिया की", "สวัสดีชาวโลก", "Xin chào thế giới", "مرحبا بالعالم ١٢٣", "שָׁלוֹם", "ქართული", "አማርኛ", "বাংলা", "தமிழ்", "မြန်မာ", "ខ្មែរ", "ᏣᎳᎩ", "ᠮᠣᠩᠭᠣᠯ",
    "<s>", "</s>", "<s>[INST] hi [/INST]", "<unk>", "<|begin_of_text|>", "<|end_of_text|><|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>", "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
    "<|endoftext|>", "<think>\n\n</think>\n\n", "<tool_call>\n{}\n</tool_call>", " <|im_end|> ", "<|im_end", "|im_end|>", "<|IM_END|>", "<image_soft_token>", "a<image_soft_token>b", "<|reserved_special_token_0|>", "<|fim_prefix|>", "▁", "Ġ", "ĠĠa", "<0x0A>", "Ċ", "▁▁ ▁",
]


def chunk(r, pieces, special, talk):
    kind = r.random()
    if kind < 0.25:
        return "".join(r.choices(pieces, k=r.randint(1, 3))).replace("Ġ", " ").replace("▁", " ").replace("Ċ", "\n")
    if kind < 0.4:
        text = talk()
        low = r.randrange(len(text))
        return text[low:low + r.randint(1, 60)]
    if kind < 0.5:
        return r.choice(special)
    if kind < 0.58:
        return r.choice(["\n", " ", "\t", "\r\n", "\u00a0", " \n"]) * r.choice([1, 2, 3, 5, 30])
    if kind < 0.66:
        return r.choice(ODD)
    if kind < 0.74:
        return r.choice(CODE)
    if kind < 0.8:
        return str(r.randrange(10 ** r.randint(1, 12))) + r.choice(["", ".5", "%", ",000"])
    if kind < 0.84:
        return r.choice(["I", "don", "Ça", "é", "x", "日本"]) + r.choice("'’") + r.choice(["s", "S", "t", "re", "LL", "d", "x", "ſ"])
    if kind < 0.9:
        return "".join(r.choice(["a", "e\u0301", "\u0323", "\u0301", "\u1100", "\u1161", "\u11a8", "о", "й", "и\u0306", "が", "か\u3099", "\u094d", "क"]) for _ in range(r.randint(1, 8)))
    low, high = r.choice(PLANES)
    return "".join(chr(c) for c in (r.randint(low, high) for _ in range(r.randint(1, 6))) if not 0xD800 <= c < 0xE000)


def make_texts(r, loaded):
    pieces = [p for t in loaded.values() for p in sorted(t.get_vocab())]
    special = [t.content for x in loaded.values() for t in x.get_added_tokens_decoder().values() if "reserved" not in t.content and "unused" not in t.content and t.content.strip()]
    maker = Conversations(78)
    texts = [t.encode() for t in PICKED_HERE + PICKED + HAND_PICKED + CODE] + INVALID
    while len(texts) < COUNT:
        text = r.choice(["", "", " ", "\n", "  "]).join(chunk(r, pieces, special, lambda: rendered(maker.draw())) for _ in range(r.randint(1, 7))).encode()
        if r.random() < 0.05:
            spoiled = bytearray(text)
            for _ in range(r.randint(1, 3)):
                spoiled.insert(r.randint(0, len(spoiled)), r.randint(0x80, 0xFF))
            text = bytes(spoiled)
        texts.append(text)
    return texts


def digest(*values):
    data = "\n".join(v if isinstance(v, str) else json.dumps(v, separators=(",", ":")) for v in values)
    return base64.b64encode(hashlib.sha256(data.encode()).digest())[:8].decode()


def encoded(tokenizer, text):
    control = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = True
    plain = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = False
    return control, plain


def random_ids(r, size, lists):
    if r.random() < 0.5:
        ids = r.choice(lists)
        low = r.randrange(len(ids) + 1)
        return ids[low:low + r.randint(1, 12)]
    return [r.randrange(size) if r.random() < 0.7 else r.randrange(600) for _ in range(r.randint(1, 10))]


def goldens(r, name, tokenizer, auto, texts):
    out = {"begin": tokenizer.encode("").ids, "encoded": [], "decoding": [], "decoded": []}
    lists, differ = [], 0
    for text in texts:
        control, plain = encoded(tokenizer, text)
        differ += auto(text, add_special_tokens=False)["input_ids"] != control or auto(text)["input_ids"] != out["begin"] + control
        out["encoded"].append(digest(control, plain))
        lists.append(control)
    for _ in range(DECODINGS):
        ids = random_ids(r, tokenizer.get_vocab_size(), lists)
        out["decoding"].append(ids)
        out["decoded"].append(digest(*(tokenizer.decode(ids, skip_special_tokens=skip) for skip in (False, True))))
    print(name, tokenizer.get_vocab_size(), "ids;", differ, "texts have other ids by", type(auto).__name__)
    if differ and name != "llama2":
        raise SystemExit(1)
    if differ:
        out["loaded"] = by_class(auto, texts)
    return out


def by_class(auto, texts):
    return [digest(auto(text, add_special_tokens=False)["input_ids"]) for text in texts]


def cut(config, texts):
    """Only what a tokenizer.json has is taken, so that defaults are the file's."""
    tokenizer = Tokenizer(tokenizers.models.BPE())
    file = json.loads(tokenizer.to_str()) | {"pre_tokenizer": config}
    pre = Tokenizer.from_str(json.dumps(file)).pre_tokenizer
    return {"config": config, "pieces": [digest(*(p for p, _ in pre.pre_tokenize_str(text))) for text in texts]}


def main():
    warnings.filterwarnings("ignore")
    OUT.mkdir(parents=True, exist_ok=True)
    r = random.Random(20261126)
    folder = subprocess.run([ROOT / "scripts" / "fetch-tokenizers.sh", *NAMES], check=True, capture_output=True, text=True).stdout.strip()
    loaded = {name: Tokenizer.from_file(f"{folder}/{name}/tokenizer.json") for name in NAMES}
    texts = make_texts(r, loaded)
    read = [t.decode("utf-8", errors="replace") for t in texts]
    data = {
        "made_by": "tests/reference/genuine_tokenizer_goldens.py", "tokenizers_version": tokenizers.__version__, "transformers": transformers.__version__,
        "texts": [base64.b64encode(t).decode() for t in texts],
        "tokenizers": {name: goldens(r, name, t, AutoTokenizer.from_pretrained(f"{folder}/{name}"), read) for name, t in loaded.items()},
        "pre_tokenizers": [cut(config, read[:CUT]) for config in PRE_TOKENIZERS],
    }
    with gzip.GzipFile(OUT / "tokenizers.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    print(len(texts), "texts,", (OUT / "tokenizers.json.gz").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
