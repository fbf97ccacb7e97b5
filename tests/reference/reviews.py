"""Made review sentences with a known opinion, from lexicon.toml.

Every clause pairs two slots, such as a subject and an adjective. One pairing in
ten, by its hash, is held out: training sentences never contain it, and each
held-out sentence contains at least one. So held-out sentences are new word
combinations, not repeats.
"""

import hashlib
import random
import re
import tomllib
from pathlib import Path

NEGATIVE, POSITIVE = 0, 1
DOMAINS = ("film", "book", "product", "clothes", "food", "travel", "service", "app", "event")

# One line of words a script, so that the vocabulary knows its characters both
# at the start of a word and within one.
SCRIPTS = """
àéîõüçñåøœæßłđšžčřěůğışțăőű cafe naive resume fiancee uber senor strasse
привет мир очень хороший фильм съешь ещё этих мягких французских булок да выпей чаю
καλημέρα κόσμε πολύ καλή ταινία ξεσκεπάζω την ψυχοφθόρα βδελυγμία
مرحبا بالعالم فيلم جيد جدا صف خلق خود كمثل الشمس إذ بزغت
שלום עולם סרט טוב מאוד דג סקרן שט בים מאוכזב ולפתע מצא חברה
नमस्ते दुनिया बहुत अच्छी फिल्म ऋषियों को सताने वाले
สวัสดีชาวโลก หนังดีมาก เป็นมนุษย์สุดประเสริฐ
こんにちは世界 とても良い映画 いろはにほへと ちりぬるを カタカナ アイウエオ スーパー
안녕하세요 세계 아주 좋은 영화 키스의 고유조건은 입술끼리 만나야 하고
你好 世界 非常 好 的 电影 我 不 喜 欢 这 个 一 二 三 四 五 六 七 八 九 十 大 小 中 国 人 是 在 有 他 上 们 来 到 时 地 为 子 说 生 年 吃 看 很 差 坏
გამარჯობა բարեւ աշխարհ ሰላም ஜயம் ਸਤਿ ਸ੍ਰੀ নমস্কার
😀😁😂😃😄😅😆😉😊😍😎😐😒😔😘😞😠😡😢😤😭😱🙂🙁🙃🙄🤔🤗🤢🤣🤮🥰❤💔👍👎👏🙏🎉🔥⭐💩✨✅❌
0123456789 £$€¥%&@#*+-=/\\<>()[]{}|~^_`"' «»„“”‘’… –— ½ ² ° © ® ™ → ← ∞ ≈ √ ♥ ★ ☆ ✓
"""

EMOJI = {
    POSITIVE: ["😀", "😍", "👍", "❤", "🎉", "😊", ":)", ":-)", ":D", "<3", "🔥", "👏"],
    NEGATIVE: ["😡", "👎", "😞", "🤮", "😠", "💩", ":(", ":-(", "😢", "💔", "🙄", "🤢"],
}

# {s} subject, {p} part, {a} adjective, {o} adjective of the other opinion that
# sounds natural behind "not", {n} noun, {v} verb, {d} predicate, {i}
# intensifier, {t} a past participle such as "seen". The second member names the
# slots whose pairing may be held out.
COMMON = [
    ("the {s} is {i} {a}", "sa"), ("the {s} was {i} {a}", "sa"), ("the {s} was {a}", "sa"),
    ("the {s} is {a}", "sa"), ("this {s} is {a}", "sa"), ("this {s} is {i} {a}", "sa"),
    ("this is {A} {s}", "sa"), ("it was {A} {s}", "sa"), ("what {A} {s}", "sa"), ("{A} {s}", "sa"),
    ("{a} {s}", "sa"), ("{i} {a} {s}", "sa"), ("such {A} {s}", "sa"), ("it is {i} {a}", "ia"),
    ("it's {a}", "ia"), ("it is {a}", "ia"), ("this is {a}", "ia"), ("this was {a}", "ia"),
    ("this is {i} {a}", "ia"), ("that was {i} {a}", "ia"), ("{a}", "ia"), ("{i} {a}", "ia"),
    ("they are {i} {a}", "ia"), ("they were {a}", "ia"), ("everything was {a}", "ia"),
    ("the {p} is {a}", "pa"), ("the {p} was {a}", "pa"), ("the {p} was {i} {a}", "pa"),
    ("{a} {p}", "pa"), ("the {s} has {a} {p}", "sa"), ("the {p} and the {s} were {a}", "pa"),
    ("i found the {p} {i} {a}", "pa"), ("i found it {i} {a}", "ia"), ("{a} {s} with {a2} {p}", "sa"),
    ("the {s} is {a} and {a2}", "sa"), ("it was {a} and {a2}", "ia"), ("{a}, {a2} and {a3}", "ia"),
    ("this {s} looks {a}", "sa"), ("it feels {i} {a}", "ia"), ("it looks {a} and {a2}", "ia"),
    ("i {v} it", "vi"), ("i {v} this {s}", "sv"), ("i {v} the {s}", "sv"), ("i {v} the {p}", "pv"),
    ("we {v} the {s}", "sv"), ("i {v} this", "vi"), ("i {i} {v} the {s}", "sv"),
    ("i {v} everything about this {s}", "sv"), ("i {v} their {s}", "sv"), ("i {v} your {s}", "sv"),
    ("the {s} {d}", "sd"), ("this {s} {d}", "sd"), ("it {d}", "di"), ("it {d}", "di"),
    ("this {s} is {N}", "sn"), ("what {N}", "ni"), ("the {s} was {N}", "sn"), ("this is {N}", "ni"),
    ("the {s} is a real {n}", "sn"), ("a {s} like this is {N}", "sn"), ("it was {N}", "ni"),
    ("the {p} {was} {a}, the {p2} {was} {a2}", "pa"), ("the {s} {d} and {d2}", "sd"),
    ("the {p} is {a} and it {d}", "pa"), ("{who} thought it was {a}", "ia"), ("{who} {found} it {a}", "ia"),
    ("my {s} is {a}", "sa"), ("our {s} was {i} {a}", "sa"), ("your {s} is {a}", "sa"), ("their {s} {d}", "sd"),
    ("you {are} {a}", "ia"), ("he was {i} {a}", "ia"), ("she was {i} {a}", "ia"), ("i am {a}", "ia"),
    ("everyone was {a}", "ia"), ("{s}: {a}", "sa"), ("{a} {s}, {a2} {p}", "sa"), ("the {s} made me feel {a}", "sa"),
]
OWN = {
    POSITIVE: [
        ("the {s} is not {o}", "so"), ("it is not {o} at all", "oi"), ("this {s} was never {o}", "so"),
        ("the {p} is not {o} at all", "po"), ("the {s} isn't {o}", "so"), ("not {o}", "oi"), ("not {o} at all", "oi"),
        ("it wasn't {o}", "oi"), ("it was anything but {o}", "oi"), ("there was not one {o} moment", "oi"),
        ("i did not find it {o}", "oi"), ("i can't say anything {o} about the {s}", "so"),
        ("i have never {t} a better {s}", "st"), ("the best {s} i have ever {t}", "st"), ("best {s} ever", "si"),
        ("one of the best {s} i have {t}", "st"), ("the best {s} in years", "si"), ("this is the best {s}", "si"),
        ("the {s} is better than i expected", "si"), ("the {s} is better than the last one", "si"),
        ("the {s} could not have been better", "si"), ("nothing beats this {s}", "si"), ("no other {s} comes close", "si"),
        ("i could not find anything wrong with the {s}", "si"), ("there is nothing bad about the {s}", "si"),
        ("i can't live without this {s}", "si"), ("i will buy this {s} again", "si"), ("i would recommend this {s} to anyone", "si"),
        ("i can only recommend the {s}", "si"), ("if you need a {s}, get this one", "si"), ("you have to try this {s}", "si"),
        ("i wish i had {t} this {s} earlier", "st"), ("the {s} has no problems", "si"), ("do not hesitate to get this {s}", "si"),
        ("don't miss this {s}", "si"), ("thank you for the {s}", "si"), ("i would go again for the {p}", "pi"),
        ("i have {t} many, and this {s} is the best", "st"), ("we had {A} {s} and {A2} day", "sa"),
        ("it could not be {comparative+}", "ci"), ("i am not disappointed", "ii"), ("i was not disappointed by the {s}", "si"),
        ("much {comparative+} than the old {s}", "cs"), ("the {p} has never been {comparative+}", "cp"),
        ("so much {comparative+} than before", "ci"), ("the {s} did not let me down", "si"),
    ],
    NEGATIVE: [
        ("the {s} is not {o}", "so"), ("it is not {o} at all", "oi"), ("this {s} was not {o}", "so"), ("this {s} is not {o}", "so"),
        ("the {p} is not {o}", "po"), ("the {s} isn't {o}", "so"), ("not {o}", "oi"), ("not {o} at all", "oi"),
        ("it wasn't {o}", "oi"), ("it was not {i} {o}", "oi"), ("it's not {o}", "oi"), ("the {p} wasn't {o}", "po"), ("not {i} {o}", "oi"),
        ("i did not find it {o}", "oi"), ("i don't think it is {o}", "oi"), ("i don't think this {s} is {o}", "so"), ("hardly {o}", "oi"),
        ("i can't say anything {o} about the {s}", "so"), ("the {s} is neither {o} nor {o2}", "so"), ("there is nothing {o} about the {s}", "so"),
        ("i have never {t} a worse {s}", "st"), ("the worst {s} i have ever {t}", "st"), ("worst {s} ever", "si"),
        ("one of the worst {s} i have {t}", "st"), ("the worst {s} in years", "si"), ("this is the worst {s}", "si"),
        ("the {s} is worse than i expected", "si"), ("the {s} is worse than the last one", "si"),
        ("the {s} could have been better", "si"), ("every other {s} is better", "si"), ("i have {t} many better {s}", "st"),
        ("do not buy this {s}", "si"), ("don't buy the {s}", "si"), ("don't waste your time on this {s}", "si"), ("do not waste your money on this {s}", "si"),
        ("i will never buy this {s} again", "si"), ("i would not recommend this {s} to anyone", "si"), ("nobody should buy this {s}", "si"),
        ("i cannot recommend the {s}", "si"), ("if you need a {s}, get another one", "si"), ("stay away from this {s}", "si"),
        ("i wish i had never {t} this {s}", "st"), ("the {s} has many problems", "si"), ("there is something wrong with the {s}", "si"),
        ("avoid this {s}", "si"), ("give me my money back for the {s}", "si"), ("i want a refund for this {s}", "si"), ("the {p} needs work", "pi"),
        ("i have {t} many, and this {s} is the worst", "st"), ("we had {A} {s} and {A2} day", "sa"), ("too much {p}, too little {p2}", "pi"),
        ("it could not be {comparative-}", "ci"), ("i am disappointed", "ii"), ("i was disappointed by the {s}", "si"),
        ("the {p} lets it down", "pi"), ("the {s} was {A} waste of time", "sa"), ("this was {A} waste of time", "ai"), ("{A} waste of money", "ai"),
        ("much {comparative-} than the old {s}", "cs"), ("the {p} has never been {comparative-}", "cp"), ("why is the {s} so {a}", "sa"),
        ("so much {comparative-} than before", "ci"), ("the {s} has no {p}", "sp"), ("where is the {p}", "pi"), ("nobody liked the {s}", "si"),
        ("i expected more from this {s}", "si"), ("i expected a better {s}", "si"), ("the {s} does not work", "si"), ("my {s} stopped working", "si"), ("my {s} is broken", "si"),
    ],
}
# The second clause decides; the first has the other opinion.
CONTRASTS = [
    "{other}, but {own}", "although {other}, {own}", "even though {other}, {own}", "{other}. However, {own}",
    "{other}, yet {own}", "despite some talk that {other}, {own}", "{own}, even if {other}", "{own}, although {other}",
    "people say {other}, but {own}", "at first {other}, but then {own}",
]
TURNS = {
    POSITIVE: ["i expected to hate it, but {own}", "i was skeptical, but {own}", "i had doubts, but {own}", "against all odds, {own}"],
    NEGATIVE: ["i wanted to like it, but {own}", "i had high hopes, but {own}", "i really tried to like it, but {own}", "sadly, {own}", "unfortunately, {own}", "sorry, but {own}"],
}
BETTER = "better; nicer; happier; faster; easier; more fun; more useful; more beautiful; stronger; more helpful".split("; ")
WORSE = "worse; slower; uglier; more boring; more annoying; more painful; cheaper and uglier; more useless; dirtier; ruder".split("; ")


def load_lexicon():
    """The lists of lexicon.toml, split, by section and name."""
    raw = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    return {
        section: {name: [" ".join(item.split()) for item in text.split(";") if item.strip()] for name, text in lists.items()}
        for section, lists in raw.items()
    }


def held_out(pairing):
    """Whether a pairing of slots is kept from training: one in ten is."""
    return hashlib.sha256("|".join(pairing).encode()).digest()[0] < 26


class Maker:
    """Makes reviews from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lexicon = load_lexicon()
        self.general = self.lexicon["general"]

    def chance(self, p):
        return self.random.random() < p

    def adjective(self, domain, opinion):
        name = "positive_adjectives" if opinion == POSITIVE else "negative_adjectives"
        lists = self.general if self.chance(0.55) else self.lexicon[domain]
        return self.random.choice(lists[name])

    def clause(self, domain, opinion):
        """A clause and the pairing of slots that it shows."""
        choose, words, general = self.random.choice, self.lexicon[domain], self.general
        own = "positive" if opinion == POSITIVE else "negative"
        opposite = "negative" if opinion == POSITIVE else "positive"
        template, pair = choose(COMMON if self.chance(0.6) else OWN[opinion])
        adjectives = [self.adjective(domain, opinion) for _ in range(3)]
        noun = choose(general[own + "_nouns"])
        predicates = words[own + "_predicates"] if self.chance(0.6) else general[own + "_predicates"]
        who = choose(general["people"])
        slots = {
            "s": choose(words["subjects"]), "p": choose(words["parts"]), "p2": choose(words["parts"]),
            "a": adjectives[0], "a2": adjectives[1], "a3": adjectives[2],
            "A": with_article(adjectives[0]), "A2": with_article(adjectives[1]),
            "n": noun, "N": with_article(noun), "v": choose(general[own + "_verbs"]),
            "d": choose(predicates), "d2": choose(predicates),
            "o": choose(general[f"mild_{opposite}_adjectives"]), "o2": choose(general[f"mild_{opposite}_adjectives"]),
            "i": choose(general["intensifiers"]), "t": choose(words["verbs"]), "who": who,
            "comparative+": choose(BETTER), "comparative-": choose(WORSE),
            "was": "was", "are": "are", "found": "found",
        }
        slots["c"] = slots["comparative+" if opinion == POSITIVE else "comparative-"]
        return template.format(**slots), (template if "i" in pair else "", *(slots[name] for name in pair if name != "i"))

    def sentence(self, domain, opinion, pairings):
        """One sentence with an opinion; adds its pairings to the list."""
        general = self.general
        if self.chance(0.12):
            return self.random.choice(general["closings_positive" if opinion == POSITIVE else "closings_negative"])
        text, pairing = self.clause(domain, opinion)
        pairings.append(pairing)
        roll = self.random.random()
        if roll < 0.12:
            other, pairing = self.clause(domain, 1 - opinion)
            pairings.append(pairing)
            text = self.random.choice(CONTRASTS).format(own=text, other=other)
        elif roll < 0.18:
            text = self.random.choice(TURNS[opinion]).format(own=text)
        elif roll < 0.28:
            text = self.random.choice(general["opinion_openings"]) + " " + text
        elif roll < 0.36:
            second, pairing = self.clause(domain, opinion)
            pairings.append(pairing)
            text = self.random.choice(["{} and {}", "{}, {}", "{} because {}", "{} - {}", "{}; {}", "{}, so {}"]).format(text, second)
        if self.chance(0.06):
            text += " " + self.random.choice(general["first_times"])
        return text

    def neutral(self):
        general = self.general
        template = self.random.choice(general["neutral"])
        return template.format(time=self.random.choice(general["first_times"]), who=self.random.choice(general["people"]))

    def finish(self, text, opinion):
        """Capitals and end marks as people set them."""
        if self.chance(0.8):
            text = re.sub(r"\bi\b", "I", text)
        if self.chance(0.75):
            text = text[0].upper() + text[1:]
        if self.chance(0.04):
            text = text.upper()
        if text[-1] in ".!?":
            return text
        marks = [".", ".", ".", ".", "!", "!", "!!!", "", "..."]
        text += self.random.choice(marks)
        if self.chance(0.06):
            text += " " + self.random.choice(EMOJI[opinion])
        return text

    def review(self):
        """A review of one to six sentences, its opinion and its pairings."""
        domain, opinion, pairings = self.random.choice(DOMAINS), self.random.choice((NEGATIVE, POSITIVE)), []
        count = self.random.choices((1, 2, 3, 4), weights=(62, 22, 11, 5))[0]
        parts = [self.sentence(domain, opinion, pairings) for _ in range(count)]
        for _ in range(self.random.choices((0, 1, 2), weights=(78, 16, 6))[0]):
            parts.insert(self.random.randrange(len(parts) + 1), self.neutral())
        return " ".join(self.finish(part, opinion) for part in parts), opinion, pairings

    def reviews(self, count, held):
        """count different reviews as (text, opinion), all of one side of the split."""
        seen, out = set(), []
        while len(out) < count:
            text, opinion, pairings = self.review()
            if text in seen or any(map(held_out, pairings)) != held or (held and not pairings):
                continue
            seen.add(text)
            out.append((text, opinion))
        return out


def with_article(words):
    """The words behind "a" or "an"; a phrase that has an article stays."""
    if words.startswith(("a ", "an ", "the ", "not ")):
        return words
    return ("an " if words[0] in "aeiou" and not words.startswith(("use", "uni", "one")) else "a ") + words


if __name__ == "__main__":
    for text, opinion in Maker(1).reviews(40, False):
        print("+" if opinion else "-", text)
