"""The texts that the classification goldens are made of."""

from pathlib import Path

from reviews import Maker

ODD = [
    "", " ", "   \t\n ", ".", "!!!", "?", "a", "I", "0", "[SEP]", "[CLS]", "[PAD] [PAD]", "[MASK] is great", "great [SEP] terrible",
    "[sep] [Sep]", "[UNK]", "##ing", "\x00", "a\x00b", "great\x00movie", "\x01\x02\x03", "tab\tand\nnewline\r\nand\x0bmore", "bell \x07 great",
    "\u200bzero\u200bwidth", "soft\u00adhyphen", "\ufeffgreat movie", "\ufffd", "great\u00a0movie", "great\u3000movie", "line\u2028separator\u2029end",
    "👍", "😀😀😀", "great 😀", "awful😡", "👨‍👩‍👧‍👦 loved it", "👍🏽", "🇫🇷 ok", "❤️", "☺", "1️⃣",
    "很好", "我不喜欢这个电影", "とても良い映画", "カタカナ", "아주 좋은 영화", "очень хороший фильм", "УЖАСНО", "πολύ καλή ταινία", "ΟΔΥΣΣΕΥΣ", "שלום עולם", "فيلم جيد جدا",
    "สวัสดี", "नमस्ते", "𠮷野家", "𝒢𝓇𝑒𝒶𝓉", "ｇｒｅａｔ", "ﬁne", "ǅ", "İstanbul", "ß", "STRASSE", "naïve café résumé", "nai\u0308ve cafe\u0301", "Ångström", "é", "e\u0301", "Ｉ ｌｏｖｅ",
    "GREAT", "gReAt", "TERRIBLE!!!", "great.great.great", "great-terrible", "it's", "don't", "can’t recommend", "“great”", "«great»", "great…", "great—terrible", "$5.99", "50% off", "a_b", "a@b.example", "https://example.org/?q=great&x=1", "#great @you", "1,000.50", "3/10", "10/10", "C++", "x^2 + y^2", "<b>great</b>", "{\"text\": \"great\"}", "`code`", "\\n", "a" * 99, "a" * 100, "a" * 101, "great " + "x" * 150, "é" * 100, "é" * 101, "aa" * 60 + " great",
    "supercalifragilisticexpialidocious", "qwertyuiop asdfghjkl", "zzzzzz", "12345678901234567890",
    "This is great!", "This is great!  ", "  This is great!", "this is great", "THIS IS GREAT!", "This was a terrible waste of time.",
    "Good. Bad. Good. Bad.", "great terrible", "not", "not not good", "I", "\ud7ff", "\ue000", "\U0010fffd", "\u0300", "a\u0300\u0301\u0302", "Zalgo t̷e̷x̷t̷",
]


def long_texts():
    """Texts at and around the limit of 512 tokens, and far over it."""
    texts = ["great " * n for n in (100, 254, 509, 510, 511, 512, 600)]
    texts += ["terrible. " * n for n in (255, 256, 2000)]
    texts += ["a" * 101 + " " + "good " * 520, "很" * 700, "x " * 5000]
    rows = [text for text, _ in Maker(31).reviews(400, held=True)]
    texts += [" ".join(rows[:40]), " ".join(rows[40:110]), " ".join(rows[110:])]
    return texts


def reviews(count, seed=41):
    return [text for text, _ in Maker(seed).reviews(count, held=True)]


def plain():
    """The hand-written sentences."""
    lines = Path(__file__).with_name("plain_sentences.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1] for line in lines]
