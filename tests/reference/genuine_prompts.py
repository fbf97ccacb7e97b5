"""The prompts of `make genuine`: token ids of texts in tests/genuine/texts.md.

Short ones are the beginnings of paragraphs, longer ones several paragraphs behind
each other, up to 4,000 tokens; some end just before and behind the sliding window
of 512 and the chunks of 64 in which the scorer reads.
"""

import random

from paths import ROOT

TEXTS = ROOT / "tests" / "genuine" / "texts.md"
COUNT = 200
# Whole prompts of these lengths, <bos> included, besides those of random ones.
LENGTHS = (63, 64, 65, 127, 128, 129, 511, 512, 513, 575, 576, 577, 640, 768, 1023, 1024, 1025, 1536, 2047, 2048, 3000, 4000)

CHATS = {
    "a question": [{"role": "user", "content": "What is the capital of Italy?"}],
    "a system prompt": [{"role": "system", "content": "You answer in one short sentence."}, {"role": "user", "content": "Why is the sky blue?"}],
    "several turns": [
        {"role": "user", "content": "My name is Ines and I have two cats."}, {"role": "assistant", "content": "Nice to meet you, Ines!"},
        {"role": "user", "content": "How many cats do I have?"}, {"role": "assistant", "content": "You have two cats."}, {"role": "user", "content": "And what is my name?"}],
    "spaces around": [{"role": "user", "content": "\n  Repeat this word: lighthouse \n"}],
    "japanese": [{"role": "user", "content": "日本で一番高い山は何ですか。"}],
    "arabic": [{"role": "user", "content": "ما هي عاصمة مصر؟"}],
    "code": [{"role": "user", "content": "Write a Python function that adds two numbers.\n```python\ndef add("}],
    "a list": [{"role": "system", "content": "Answer with a list."}, {"role": "user", "content": "Name three fruits.\n- apple\n-"}],
}


def paragraphs():
    """By section, in their order. Where a section has blank lines in its pieces,
    as code, a piece ends where the next one begins."""
    sections = {}
    for block in TEXTS.read_text().split("\n# "):
        name, _, rest = block.lstrip("# ").partition("\n\n")
        pieces = []
        for piece in rest.strip().split("\n\n"):
            if name == "code" and pieces and not piece.startswith(("```", "<!")):
                pieces[-1] += "\n\n" + piece
            else:
                pieces.append(piece)
        sections[name] = pieces
    return sections


def prompts(tokenizer):
    """[{"name", "text", "ids"}]; ids begin with <bos>, and are what the text has."""
    r, sections, out = random.Random(3), paragraphs(), []

    def ids(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    def add(name, text):
        out.append({"name": name, "text": text, "ids": [2, *ids(text)]})

    for name, pieces in sections.items():
        for i, piece in enumerate(pieces):
            add(f"{name} {i}", piece)
            cut = len(piece) * r.randint(35, 80) // 100
            if name not in ("code", "tables"):
                add(f"{name} {i}, cut", piece[:cut].rstrip())
    shortest = [p for p in out if len(p["ids"]) < 20]
    for p in shortest:
        out.remove(p)

    def long(name, length, whole=None):
        """A text of about that many tokens, of one section or of all."""
        own = [p for n, pieces in sections.items() if whole in (None, n) for p in pieces]
        text, last = "", None
        while len(ids(text)) < length:
            piece = r.choice([p for p in own if p != last])
            text, last = (text + "\n\n" + piece).strip(), piece
        # Cut to the length, where the cut text has these very ids.
        for n in range(length - 1, 0, -1):
            cut = tokenizer.decode(ids(text)[:n], skip_special_tokens=False)
            if "\ufffd" not in cut and ids(cut) == ids(text)[:n]:
                return add(f"{name} {length}", cut)

    for length in LENGTHS:
        long("mixed", length)
    languages = list(sections)
    while len(out) < COUNT:
        name = languages[len(out) % len(languages)]
        long(name, r.choice((100, 150, 200, 300, 400, 550)), name)
    return out[:COUNT]


if __name__ == "__main__":
    from tokenizers import Tokenizer
    import sys

    made = prompts(Tokenizer.from_file(sys.argv[1]))
    sizes = sorted(len(p["ids"]) for p in made)
    print(len(made), "prompts,", sum(sizes), "tokens:", sizes)
