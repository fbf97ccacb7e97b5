"""Write tests/testdata/gemma-goldens: what the tokenizers library makes of texts and ids.

    python tests/reference/gemma_tokenizer_goldens.py

texts.jsonl.gz     one object a line: text (base64 of its bytes, which may not be
                   UTF-8: the reference then reads U+FFFD), and the ids without the
                   template's <bos>: tiny, large with control tokens parsed;
                   tiny_text, large_text with special tokens kept as text
                   (encode_special_tokens), missing where they are the same
decoding.jsonl.gz  tokenizer ("tiny" or "large"), ids, text as decode gives it, and
                   skipped with skip_special_tokens, missing where it is the same
"""

import base64
import gzip
import json
import pathlib
import random

from tokenizers import Tokenizer

from gemma_corpus import Conversations, rendered
from paths import GEMMA, TESTDATA
from tokenizer_goldens import HAND_PICKED, INVALID, ODD, PLANES

OUT = TESTDATA / "gemma-goldens"
COUNT, DECODINGS = 10_000, 6_000

PICKED = [
    "<bos>", "<eos>", "<bos><bos>", "a<bos>b", " <bos> ", "<start_of_turn>user\nhi<end_of_turn>\n<start_of_turn>model\n", "<start_of_turn", "start_of_turn>", "<<start_of_turn>>",
    "<start_of_turn><end_of_turn>", "<START_OF_TURN>", "< start_of_turn>", "<unused0>", "<unused98>", "<unused99>", "<mask>", "[multimodal]", "<pad>", "<unk>", "<unk><unk>", "<0x0A>", "<0xE4>",
    "<0xFF>", "<table><tr><td>1</td></tr></table>", "<h1>Title</h1>", "a<b>bold</b>", "<div class=\"x\">", "\n", "\n\n", "\n" * 31, "\n" * 32, "\n" * 63, "\n" * 100, " \n \n", "\r\n\r\n", "a\n\nb\n",
    " ", "  ", " " * 31, " " * 32, " " * 33, " " * 100, "a  b   c", " leading", "trailing ", "\u2581", "\u2581\u2581", "a\u2581b", " \u2581 ", "\u2581" * 40, "\t\t\t", "\ta", "\u00a0", "1234567890", "3.14159",
    "    def f(x):\n        return x  # comment\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\n", '{"a": [1, 2, {"b": null}], "c": "\\u00e9"}', "SELECT * FROM t WHERE a='b';", "https://example.org/a%20b?c=d&e=f#g",
    "Привет, как дела?", "Γειά σου Κόσμε", "こんにちは世界", "今日は良い天気です。", "안녕하세요 세계", "สวัสดีชาวโลก", "नमस्ते दुनिया", "مرحبا بالعالم", "שלום עולם", "Xin chào thế giới", "Zażółć gęślą jaźń", "İstanbul'da", "ﷺ",
    "👨‍👩‍👧‍👦", "👩🏽‍💻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇫🇷🇩🇪", "❤️‍🔥", "1️⃣2️⃣", "e\u0301\u0301\u0301", "Z̴͑a̶͌l̵g̷o̸", "\u202eabc\u202c", "\ufeffbom", "\x00\x01\x02", "\U0010ffff", "\ud7ff\ue000", "x" * 3000, "ab" * 1500, "é" * 500, "漢" * 300,
    "🙂" * 200, "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis", "The quick brown fox jumps over the lazy dog.",
]
CONTROL = ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<unused7>", "<mask>", "<pad>", "<unk>", "[multimodal]", "<b>", "</b>", "<table>", "<br>", "<0x41>", "<0xC3>", "<start_of_turn>user\n", "<end_of_turn>\n"]


def chunk(r, pieces, talk):
    kind = r.random()
    if kind < 0.3:
        return r.choice(pieces).replace("\u2581", " ")
    if kind < 0.45:
        text = talk()
        low = r.randrange(len(text))
        return text[low:low + r.randint(1, 60)]
    if kind < 0.55:
        return r.choice(CONTROL)
    if kind < 0.62:
        return r.choice(["\n", " ", "\u2581", "\t", "\r\n"]) * r.choice([1, 2, 3, 5, 30, 31, 32, 40])
    if kind < 0.7:
        return r.choice(ODD)
    if kind < 0.73:
        return "".join(r.choices("aeinrst", k=r.choice([20, 60, 200])))
    low, high = r.choice(PLANES)
    return "".join(chr(c) for c in (r.randint(low, high) for _ in range(r.randint(1, 8))) if not 0xD800 <= c < 0xE000)


def make_texts(r, loaded):
    pieces = [p for t in loaded.values() for p in sorted(t.get_vocab())]
    maker = Conversations(77)
    texts = [t.encode() for t in HAND_PICKED + PICKED] + INVALID
    texts += [rendered(maker.draw()).encode() for _ in range(300)]
    while len(texts) < COUNT:
        text = r.choice(["", "", " ", "\n", "  "]).join(chunk(r, pieces, lambda: rendered(maker.draw())) for _ in range(r.randint(1, 10))).encode()
        if r.random() < 0.08:
            spoiled = bytearray(text)
            for _ in range(r.randint(1, 4)):
                spoiled.insert(r.randint(0, len(spoiled)), r.randint(0x80, 0xFF))
            text = bytes(spoiled)
        texts.append(text)
    return texts


def encoded(loaded, text):
    line, text = {"text": base64.b64encode(text).decode()}, text.decode("utf-8", errors="replace")
    for name, tokenizer in loaded.items():
        line[name] = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        if plain != line[name]:
            line[name + "_text"] = plain
    return line


def random_ids(r, size):
    """Ids as no text gives them: broken UTF-8 sequences, control tokens, anything."""
    out = []
    for _ in range(r.randint(1, 12)):
        kind = r.random()
        if kind < 0.35:
            raw = chr(r.choice([0xE9, 0x6F22, 0x1F600, 0x20AC, 0x10FFFF, 0x0A])).encode()
            low = r.randrange(len(raw))
            out += [238 + b for b in raw[low:low + r.randint(1, 4)]]
        elif kind < 0.45:
            out += [238 + r.randrange(256) for _ in range(r.randint(1, 3))]
        elif kind < 0.55:
            out.append(r.randrange(238))
        else:
            out.append(r.randrange(494, size))
    return out


def decoded(r, name, tokenizer, ids):
    line = {"tokenizer": name, "ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False)}
    skipped = tokenizer.decode(ids, skip_special_tokens=True)
    return line | ({"skipped": skipped} if skipped != line["text"] else {})


def write(name, lines):
    with gzip.GzipFile(OUT / name, "wb", mtime=0) as f:
        for line in lines:
            f.write((json.dumps(line, separators=(",", ":")) + "\n").encode())


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    r = random.Random(20261124)
    large = gzip.decompress((TESTDATA / "gemma-tokenizer" / "tokenizer.json.gz").read_bytes()).decode()
    loaded = {"tiny": Tokenizer.from_file(str(GEMMA / "tokenizer.json")), "large": Tokenizer.from_str(large)}
    lines = [encoded(loaded, text) for text in make_texts(r, loaded)]
    write("texts.jsonl.gz", lines)
    cases = []
    for i in range(DECODINGS):
        name = r.choice(list(loaded))
        ids = r.choice(lines)[name][:400] if i % 2 else random_ids(r, loaded[name].get_vocab_size())
        cases.append(decoded(r, name, loaded[name], ids))
    write("decoding.jsonl.gz", cases)
    print(len(lines), "texts,", sum("tiny_text" in x for x in lines), "with control tokens,", len(cases), "decodings")


if __name__ == "__main__":
    main()
