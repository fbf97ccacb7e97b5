"""Made conversations: what gemma-tiny-chat learns, and its tokenizer from.

Most answers can only be given from what was said earlier, often longer ago than
the model's sliding window, so that a wrong window, position or cache shows.
"""

import random

NAMES = """Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Kira Leo Mia Noah Olga Paul Rosa Simon Tara Umar Vera Wanda Yusuf Zoe Amir Bella
Carlos Dana Elena Finn Grace Henry Iris Jack Karim Lena Marco Nina Oscar Petra""".split()
CITIES = """Berlin Paris Rome Madrid Vienna Oslo Lisbon Prague Dublin Athens Warsaw Zurich Tokyo Cairo Lima Quito Delhi Seoul Boston Chicago Toronto
Sydney Nairobi Havana""".split()
COUNTRIES = {"Germany": "Berlin", "France": "Paris", "Italy": "Rome", "Spain": "Madrid", "Austria": "Vienna", "Norway": "Oslo", "Portugal": "Lisbon",
             "Ireland": "Dublin", "Greece": "Athens", "Poland": "Warsaw", "Japan": "Tokyo", "Egypt": "Cairo", "Peru": "Lima", "India": "Delhi"}
FRUITS = "apple banana cherry grape lemon mango orange peach pear plum melon fig".split()
ANIMALS = "cat dog horse rabbit parrot turtle goat hamster snake lizard duck mouse".split()
COLORS = "red blue green yellow black white purple orange brown pink gray silver".split()
TOOLS = "hammer saw drill ladder rope shovel brush knife lamp bucket torch wrench".split()
WORDS = FRUITS + ANIMALS + TOOLS + "river mountain forest garden window table chair letter music winter summer morning evening bread water stone cloud".split()
GOOD = "wonderful great brilliant lovely excellent superb".split()
BAD = "terrible awful boring dreadful poor horrible".split()
THINGS = "movie book meal hotel phone concert game service".split()
NUMBERS = {"one": ("un", "eins", "uno"), "two": ("deux", "zwei", "dos"), "three": ("trois", "drei", "tres"), "four": ("quatre", "vier", "cuatro"),
           "five": ("cinq", "fünf", "cinco"), "six": ("six", "sechs", "seis"), "seven": ("sept", "sieben", "siete"), "eight": ("huit", "acht", "ocho")}
LANGUAGES = ("French", "German", "Spanish")
HELLO = {"French": "Bonjour ! Comment ça va ?", "German": "Guten Tag! Wie geht es Ihnen?", "Spanish": "¡Hola! ¿Cómo estás?", "Russian": "Привет! Как дела?",
         "Greek": "Γειά σου! Τι κάνεις;", "Japanese": "こんにちは。お元気ですか？", "Chinese": "你好！你好吗？", "Arabic": "مرحبا! كيف حالك؟", "Hebrew": "שלום! מה שלומך?",
         "Hindi": "नमस्ते! आप कैसे हैं?", "Korean": "안녕하세요! 잘 지내세요?"}
FACES = "😀 🙂 🎉 👍 ❤️ 🚀".split()
SYSTEMS = {"You are a pirate.": "Arr! ", "You are a polite butler.": "Certainly. ", "You are a cheerful robot.": "Beep! ", "You are a wise old owl.": "Hoo. "}


class Conversations:
    """Draws conversations: lists of (role, text) that begin with system or user."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def remember(self):
        """Facts the user gives, then questions about them, fillers between."""
        r = self.r
        facts, name = [], r.choice(NAMES)
        facts.append((f"My name is {name}.", "What is my name?", f"Your name is {name}."))
        city = r.choice(CITIES)
        facts.append((f"I live in {city}.", "Where do I live?", f"You live in {city}."))
        animal, pet = r.choice(ANIMALS), r.choice(NAMES)
        facts.append((f"My {animal} is called {pet}.", f"What is my {animal} called?", f"Your {animal} is called {pet}."))
        color = r.choice(COLORS)
        facts.append((f"My favorite color is {color}.", "What is my favorite color?", f"Your favorite color is {color}."))
        code = r.randrange(100, 10000)
        facts.append((f"The code is {code}.", "What is the code?", f"The code is {code}."))
        chosen = r.sample(facts, r.randint(1, 3))
        turns = [("user", " ".join(f for f, _, _ in chosen)), ("assistant", r.choice(["Nice to know.", "Thank you, I will remember that.", "Got it!"]))]
        for _ in range(r.choice([0, 0, 1, 1, 2, 3])):
            turns += r.choice([self.sums, self.capital, self.repeat, self.number, self.listing])()
        for _, question, answer in r.sample(chosen, r.randint(1, len(chosen))):
            turns += [("user", question), ("assistant", answer)]
        return turns

    def sums(self):
        a, b = self.r.randrange(20), self.r.randrange(20)
        if self.r.random() < 0.3 and a >= b:
            return [("user", f"What is {a} - {b}?"), ("assistant", f"{a} - {b} = {a - b}.")]
        return [("user", f"What is {a} + {b}?"), ("assistant", f"{a} + {b} = {a + b}.")]

    def capital(self):
        country = self.r.choice(list(COUNTRIES))
        return [("user", f"What is the capital of {country}?"), ("assistant", f"The capital of {country} is {COUNTRIES[country]}.")]

    def repeat(self):
        words = " ".join(self.r.choices(WORDS + NAMES, k=self.r.randint(2, 9)))
        return [("user", f"Repeat: {words}"), ("assistant", words)]

    def reverse(self):
        words = self.r.sample(WORDS, self.r.randint(2, 5))
        return [("user", f"Reverse: {', '.join(words)}"), ("assistant", ", ".join(reversed(words)))]

    def number(self):
        word, language = self.r.choice(list(NUMBERS)), self.r.randrange(3)
        return [("user", f"How do you say {word} in {LANGUAGES[language]}?"), ("assistant", f'In {LANGUAGES[language]}, {word} is "{NUMBERS[word][language]}".')]

    def listing(self):
        name, group = self.r.choice([("fruits", FRUITS), ("animals", ANIMALS), ("colors", COLORS), ("tools", TOOLS)])
        count = self.r.randint(2, 5)
        chosen = self.r.sample(group, count)
        if self.r.random() < 0.4:
            return [("user", f"Make a list of {', '.join(chosen)}."), ("assistant", "\n".join(f"{i + 1}. {c}" for i, c in enumerate(chosen)))]
        return [("user", f"Name {list(NUMBERS)[count - 1]} {name}."), ("assistant", "\n".join(f"- {c}" for c in chosen))]

    def json(self):
        name, age, city = self.r.choice(NAMES), self.r.randrange(1, 100), self.r.choice(CITIES)
        tags = self.r.sample(COLORS, self.r.randint(0, 3))
        text = f'{{"name": "{name}", "age": {age}, "city": "{city}"'
        if tags:
            quoted = ", ".join(f'"{t}"' for t in tags)
            return [("user", f"{name} is {age}, lives in {city} and likes {' and '.join(tags)}. As JSON?"), ("assistant", text + f', "likes": [{quoted}]}}')]
        return [("user", f"{name} is {age} and lives in {city}. As JSON?"), ("assistant", text + "}")]

    def opinion(self):
        good, thing = self.r.random() < 0.5, self.r.choice(THINGS)
        word = self.r.choice(GOOD if good else BAD)
        return [("user", f'Is this positive or negative? "The {thing} was {word}."'), ("assistant", f"{'Positive' if good else 'Negative'}: the {thing} was {word}.")]

    def greeting(self):
        language = self.r.choice(list(HELLO))
        return [("user", f"Greet me in {language}."), ("assistant", f"{HELLO[language]} {self.r.choice(FACES)}")]

    def code(self):
        name, sign = self.r.choice([("add", "+"), ("subtract", "-"), ("multiply", "*"), ("divide", "/")])
        a, b = self.r.sample("abcmnpqxyz", 2)
        return [("user", f"Write a Go function {name} of {a} and {b}."),
                ("assistant", f"```go\nfunc {name}({a}, {b} int) int {{\n\treturn {a} {sign} {b}\n}}\n```")]

    def story(self):
        """Some sixty words whose names stay the same."""
        r = self.r
        hero, friend, city, animal, tool, color = (r.choice(g) for g in (NAMES, NAMES, CITIES, ANIMALS, TOOLS, COLORS))
        parts = [f"Once there was a {animal} called {hero} who lived in {city}.", f"{hero} had a {color} {tool} and a friend called {friend}.",
                 f"One {r.choice(['morning', 'evening'])} the {tool} was gone.", f'"Where is my {color} {tool}?" asked {hero}.',
                 f'"I saw it near the {r.choice(["river", "forest", "garden", "mountain"])}," said {friend}.',
                 f"So {hero} and {friend} left {city} and looked for the {tool}.", f"They found it, and the {animal} was happy again.",
                 f"From then on {hero} kept the {color} {tool} in the house in {city}."]
        keep = sorted(r.sample(range(1, len(parts)), r.randint(3, 7)))
        return [("user", f"Tell me a story about a {animal} called {hero} in {city}."), ("assistant", " ".join([parts[0]] + [parts[i] for i in keep]))]

    def persona(self):
        system = self.r.choice(list(SYSTEMS))
        turns = self.r.choice([self.sums, self.capital, self.number])()
        turns += self.r.choice([self.sums, self.capital, self.number])() if self.r.random() < 0.4 else []
        return [("system", system)] + [(role, SYSTEMS[system] + text if role == "assistant" else text) for role, text in turns]

    def draw(self):
        kinds = {self.remember: 8, self.repeat: 4, self.reverse: 2, self.sums: 2, self.capital: 1, self.number: 1, self.listing: 2, self.json: 3,
                 self.opinion: 1, self.greeting: 1, self.code: 1, self.story: 2, self.persona: 2}
        turns = self.r.choices(list(kinds), list(kinds.values()))[0]()
        while turns[0][0] != "system" and self.r.random() < 0.3:
            turns += self.r.choice([self.sums, self.repeat, self.json, self.capital, self.reverse])()
        return turns


class FarConversations(Conversations):
    """Conversations whose answers stand far back, many in each, so that the one
    global layer learns to find them."""

    def recite(self):
        words = " ".join(self.r.choices(WORDS + NAMES, k=self.r.randint(12, 45)))
        return [("user", f"Repeat: {words}"), ("assistant", words)]

    def words(self):
        r = self.r
        words = " ".join(r.choices(WORDS + NAMES, k=r.randint(3, 12)))
        turns = [("user", f"The words are: {words}"), ("assistant", "Got it!")]
        for _ in range(r.choice([0, 1, 1, 2])):
            turns += r.choice([self.sums, self.capital, self.repeat, self.number])()
        return turns + [("user", "What are the words?"), ("assistant", words)]

    def likes(self):
        r = self.r
        liked = dict(zip(r.sample(NAMES, r.randint(3, 10)), r.choices(FRUITS + ANIMALS + TOOLS, k=10)))
        turns = [("user", " ".join(f"{n} likes {w}." for n, w in liked.items())), ("assistant", "Nice to know.")]
        for name in r.sample(list(liked), r.randint(2, len(liked))):
            turns += [("user", f"What does {name} like?"), ("assistant", f"{name} likes {liked[name]}.")]
        return turns

    def draw(self):
        kinds = {self.recite: 3, self.words: 3, self.likes: 3, self.remember: 6, super().draw: 5}
        return self.r.choices(list(kinds), list(kinds.values()))[0]()


class AllConversations(FarConversations):
    """Both kinds, and more of what is hardest."""

    def draw(self):
        kinds = {super().draw: 4, super(FarConversations, self).draw: 6, self.json: 4, self.sums: 2}
        return self.r.choices(list(kinds), list(kinds.values()))[0]()


def rendered(turns):
    """A conversation as the chat template writes it, without <bos>."""
    text, prefix = "", ""
    for role, content in turns:
        if role == "system":
            prefix = content + "\n\n"
            continue
        text += f"<start_of_turn>{'model' if role == 'assistant' else role}\n{prefix}{content.strip()}<end_of_turn>\n"
        prefix = ""
    return text


if __name__ == "__main__":
    maker = Conversations(0)
    for _ in range(20):
        print(rendered(maker.draw()))
