"""Write inference/tokenizer/tables.go and categories.txt: what the reference takes each code point for.

The tokenizers library carries Unicode tables of several ages, none of them
Go's. So the classes are asked of the library itself, code point by code point.

    python tests/reference/tokenizer_tables.py
"""

import pathlib
import struct
import subprocess
import textwrap
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

OUT = pathlib.Path(__file__).parents[2] / "inference" / "tokenizer" / "tables.go"


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(off | on)).normalize_str


clean, chinese, accents = bert(clean_text=True), bert(handle_chinese_chars=True), bert(strip_accents=True)
marks = normalizers.StripAccents().normalize_str
lower = normalizers.Lowercase().normalize_str
nfd, nfkd = normalizers.NFD().normalize_str, normalizers.NFKD().normalize_str


def pieces(pre_tokenizer, text):
    return [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


bert_split, word_split, digit_split = pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)

# A Precompiled character map tells where grapheme clusters end: of one under six
# bytes that begins with a character of the map, it makes what the character becomes.


def units(tree):
    """A double array, as Darts lays it out, of a tree of bytes with values at None."""
    array, used, first, waiting = [0], {0}, 1, [(0, tree)]
    while waiting:
        at, node = waiting.pop()
        base = first
        while any(base ^ (label or 0) in used for label in node) or base ^ at >= 1 << 21:
            base += 1
        array.extend([0] * ((base | 255) + 1 - len(array)))
        array[at] |= (base ^ at) << 10 | (None in node) << 8
        used.update(base ^ (label or 0) for label in node)
        while first in used:
            first += 1
        for label, child in node.items():
            if label is None:
                array[base] = 1 << 31 | child
            else:
                array[base ^ label] = label
                waiting.append((base ^ label, child))
    return array


def charsmap(chars):
    """The normalizer that makes Z of each of some characters."""
    tree = {}
    for c in chars:
        node = tree
        for b in c.encode():
            node = node.setdefault(b, {})
        node[None] = 0
    array = units(tree)
    return normalizers.Precompiled(struct.pack(f"<{len(array) + 1}I", 4 * len(array), *array) + b"Z\0").normalize_str


class One:
    """charsmap of one character after the other, made for many at once."""

    def __call__(self, c):
        block = ord(c) // 4096
        if block != getattr(self, "block", None):
            self.block = block
            self.step = charsmap(chr(p) for p in range(4096 * block, 4096 * (block + 1)) if p and not 0xD800 <= p < 0xE000 and chr(p) not in SIGNS)
        return self.step


SIGNS = "a©क्ख\u0301\u200d"
of_one = One()
of_a, of_sign, of_kha = charsmap("a"), charsmap("©"), charsmap("ख")

def extends(c):
    return c != "a" and of_a(f"a{c}") == "Z"


TABLES = {
    "control": ("are removed by BertNormalizer's clean_text", lambda c: clean(f"a{c}b") == "ab"),
    "cleanSpace": ("become a space by BertNormalizer's clean_text", lambda c: clean(f"a{c}b") == "a b"),
    "chinese": ("get spaces around them by handle_chinese_chars", lambda c: chinese(f"a{c}b") == f"a {c} b"),
    "nonspacing": ("are removed by BertNormalizer's strip_accents, after NFD", lambda c: accents(f"a{c}b") == "ab"),
    "combining": ("are removed by the StripAccents normalizer", lambda c: marks(f"a{c}b") == "ab"),
    "punctuation": ("are words of their own for BertPreTokenizer", lambda c: pieces(bert_split, f"a{c}b") == ["a", c, "b"]),
    "space": ("separate words for BertPreTokenizer", lambda c: pieces(bert_split, f"a{c}b") == ["a", "b"]),
    "word": ("are \\w for the Whitespace pre-tokenizer", lambda c: pieces(word_split, f"a{c}b") == [f"a{c}b"]),
    "number": ("are digits for the Digits pre-tokenizer", lambda c: pieces(digit_split, f"a{c}b") == ["a", c, "b"]),
    "extending": ("don't begin a grapheme cluster after a letter", extends),
    "prepending": ("go with a letter after them", lambda c: c not in SIGNS and of_one(c)(f"{c}a") == "Z"),
    "breaking": ("don't go with a mark after them, up to U+FFFF", lambda c: "\0" < c <= "\uffff" and c not in SIGNS and of_one(c)(f"{c}\u0301") != "Z"),
    "pictograph": ("go with a sign and U+200D before them", lambda c: c == "©" or not extends(c) and of_sign(f"©\u200d{c}") != f"Z{c}"),
    "consonant": ("go with a virama and a consonant after them", lambda c: of_kha(f"{c}\u094dख\u0301").endswith("\u0301")),
    "virama": ("join consonants", lambda c: extends(c) and of_kha(f"क{c}ख\u0301").endswith("\u0301")),
    "parting": ("keep a virama after them from joining consonants, though they extend the first",
                lambda c: extends(c) and not of_kha(f"क{c}\u094dख\u0301").endswith("\u0301")),
    "reordered": (
        "have a combining class other than 0 for NFD",
        lambda c: nfd(f"a\u0345{c}") != f"a\u0345{nfd(c)}" or nfd(f"{c}\u0327") != f"{nfd(c)}\u0327",
    ),
    "decomposed": ("are decomposed by NFKD, with gaps bridged that hold no character that ever will", lambda c: nfkd(c) != c),
}


def never_decomposed(point):
    """Whether the character is assigned and has no decomposition: that stays so for ever."""
    return unicodedata.category(chr(point)) != "Cn" and not unicodedata.decomposition(chr(point))


def bridged(points):
    """The points, with those of the gaps between them where only such characters are."""
    out = []
    for p in points:
        if out and all(never_decomposed(gap) for gap in range(out[-1] + 1, p)):
            out += range(out[-1] + 1, p)
        out.append(p)
    return out


def ranges(points):
    out = []
    for p in points:
        if out and out[-1][1] == p - 1:
            out[-1][1] = p
        else:
            out.append([p, p])
    return out


def table(name, comment, points):
    r16 = [(a, b) for a, b in ranges(p for p in points if p < 0x10000)]
    r32 = [(a, b) for a, b in ranges(p for p in points if p >= 0x10000)]
    latin = sum(1 for _, b in r16 if b <= 0xFF)
    lines = [f"// {name}Table has the code points that {comment}.", f"var {name}Table = &unicode.RangeTable{{"]
    for field, kind, rows in (("R16", "Range16", r16), ("R32", "Range32", r32)):
        if rows:
            lines.append(f"{field}: []unicode.{kind}{{")
            lines += [f"{{0x{a:04x}, 0x{b:04x}, 1}}," for a, b in rows]
            lines.append("},")
    lines += [f"LatinOffset: {latin},", "}", ""]
    return lines


def categories(points):
    """categories.txt: general categories as Oniguruma, by which Split cuts, has them:
    for each range its category and its length in base 36."""
    of = {}
    for name in "Cc Cf Cn Co Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split():
        split = pre_tokenizers.Split(Regex(f"\\p{{{name}}}"), "removed")
        for i in range(0, len(points), 4096):
            part = points[i:i + 4096]
            left = {j for _, (a, b) in split.pre_tokenize_str("".join(map(chr, part))) for j in range(a, b)}
            of |= {c: name for j, c in enumerate(part) if j not in left}
    out = []
    for i in range(0x110000):
        name = of.get(i, "Cs")
        if out and out[-1][0] == name:
            out[-1][1] += 1
        else:
            out.append([name, 1])
    return [name + base36(n) for name, n in out]


def base36(n):
    return (base36(n // 36) if n > 35 else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36]


def main():
    points = [i for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    lines = [
        f"// Code generated by tests/reference/tokenizer_tables.py from tokenizers {tokenizers.__version__}. DO NOT EDIT.",
        "", "package tokenizer", "", 'import "unicode"', "",
    ]
    for name, (comment, test) in TABLES.items():
        found = [i for i in points if test(chr(i))]
        lines += table(name, comment, bridged(found) if name == "decomposed" else found)
    lines += ["// lowered maps each code point that the reference lowers to what it becomes.", "var lowered = map[rune]string{"]
    lines += [f'0x{i:04x}: "{lower(chr(i))}",' for i in points if lower(chr(i)) != chr(i)]
    lines += ["}", ""]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["gofmt", "-w", OUT], check=True)
    OUT.with_name("categories.txt").write_text("\n".join(textwrap.wrap(" ".join(categories(points)), 120)) + "\n")


if __name__ == "__main__":
    main()
