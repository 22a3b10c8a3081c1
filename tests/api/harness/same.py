"""Questions for two engines, and where their answers part."""

from harness.sprout import GET_TIME, GET_WEATHER, GREEDY

_COUNTRIES = ("France Italy Spain Portugal Norway Sweden Finland Poland Japan Peru Chile Cuba Egypt "
              "Kenya Ghana India Iran Iraq Greece Turkey").split()
PROMPTS = (
    [f"What is the capital of {country}?" for country in _COUNTRIES]
    + [f"The capital of {country} is" for country in _COUNTRIES[:10]]
    + [f"{city} is the capital of which country?"
       for city in ("Paris", "Rome", "Madrid", "Oslo", "Tokyo", "Lima", "Cairo", "Athens")]
    + [f"What is {sum}?" for sum in ("3 + 4", "2 + 2", "9 - 5", "6 * 3", "12 + 5", "20 - 7", "8 * 8",
                                     "1 plus 1", "7 plus 7", "10 minus 3", "4 times 5", "0 + 9")]
    + [f"Count to {last}." for last in (2, 3, 5, 7, 9, 10, 12)]
    + [f"Repeat after me: {words}" for words in ("red", "blue fox", "green cat apple", "one two")]
    + [f"Sort these words: {words}" for words in ("fox, cat, dog", "owl, bee, ant")]
    + [f"Answer in JSON: what is the capital of {country}?" for country in _COUNTRIES[:4]]
    + [f"Tell me a story about a {animal}." for animal in ("fox", "cat", "bear", "mouse", "rabbit")]
    + [
        "Hi!", "Hello!", "Good morning!", "Who are you?", "What is your name?", "Introduce yourself.",
        "How are you?", "How is it going?", "Thank you!", "Thanks a lot!", "Goodbye!",
        "See you later.", "What color is the sky?", "What is the opposite of hot?", "Say hello.",
        "Tell me a story.", "Tell me a short story.", "Once upon a time", "Write a poem.",
        "My name is Clara.", "My name is Tom.", "Hello, my name is Anna.",
        "My favourite animal is the fox.", "What is my name?",
        "Where does the sun go at night?", "Name three rivers.", "Why?",
        "What is the opposite of cold?",
    ]
)
# "What is the meaning of life?" is not among them: its first name is a tie to 0.002 nats, and which
# side wins depends on the machine's kind of vectors.

TEN_TURNS = [
    "My name is Clara.", "What is 3 + 4?", "What is the capital of Japan?", "Hi!",
    "What is my name?", "Count to 7.", "Thank you!", "What is the capital of Peru?",
    "How are you?", "What's my name?",
]
SCHEMA = {
    "type": "object", "required": ["country", "capital", "sure"], "additionalProperties": False,
    "properties": {"country": {"type": "string", "maxLength": 20},
                   "capital": {"type": "string", "maxLength": 20}, "sure": {"type": "boolean"}},
}
ROME = {"role": "user", "content": "What is the weather in Rome?"}
WINDY = {"role": "tool", "content": '{"weather": "windy", "temperature": 12}',
         "tool_name": "get_weather"}


# A folder's post_config.json may bring a penalty of its own, which a GGUF file doesn't have.
OPTIONS = GREEDY | {"repeat_penalty": 1.0, "num_predict": 64, "num_thread": 1}


def user(text):
    return {"role": "user", "content": text}


# Answers bound to a grammar. A head that gives its top k only may have none of those that it allows
# among them, and then says something else than one that gives all.
BOUND = ("a schema", "JSON")


class Said:
    """One answer: its message, and the tokens it is made of with their likeliest rivals."""

    def __init__(self, answer):
        self.message = {key: value for key, value in answer["message"].items() if key != "role"}
        for call in self.message.get("tool_calls", []):
            call.pop("id", None)  # a random name
        self.tokens = [one["token"] for one in answer.get("logprobs", [])]
        self.rivals = [{row["token"]: row["logprob"] for row in one["top_logprobs"]}
                       for one in answer.get("logprobs", [])]
        # Not of the prompt: a folder without a template gets its family's, with words of its own.
        self.counts = (answer["eval_count"], answer["done_reason"])


def ask(api, model, messages, **fields):
    if isinstance(messages, str):
        messages = [user(messages)]
    fields = {"think": False, "logprobs": True, "top_logprobs": 3} | fields
    return Said(api.chat(messages, model, options=OPTIONS, **fields))


def ask_all(api, model, prompts=PROMPTS):
    return {prompt: ask(api, model, prompt) for prompt in prompts}


def ten_turns(api, model, **fields):
    """A chat of ten turns, each with all that was said before."""
    messages, said = [], {}
    for number, text in enumerate(TEN_TURNS, 1):
        messages.append(user(text))
        answer = said[f"turn {number}"] = ask(api, model, messages, **fields)
        messages.append({"role": "assistant", "content": answer.message["content"]})
    return said


def selection(api, model):
    """A chat of ten turns, tools and their results, thinking, and answers bound to a schema."""
    said = ten_turns(api, model)
    call = said["a tool"] = ask(api, model, [ROME], tools=[GET_WEATHER, GET_TIME])
    said["its result"] = ask(api, model, [ROME, {"role": "assistant", **call.message}, WINDY],
                             tools=[GET_WEATHER, GET_TIME])
    said["thinking"] = ask(api, model, "What is the capital of France?", think=True)
    said["a schema"] = ask(api, model, "Answer in JSON: what is the capital of Italy?",
                           format=SCHEMA)
    said["JSON"] = ask(api, model, "Tell me a story.", format="json")
    return said


def partings(reference, other):
    """Where `other` says another thing: (question, token number, margin, the two tokens).

    The margin is how much likelier, in nats, the reference engine held its own token there than the
    one that was said: 0 would be a tie; infinite when that was not among its likeliest.
    """
    found = []
    for question, wanted in reference.items():
        seen = other[question]
        if seen.message == wanted.message and seen.counts == wanted.counts:
            continue
        pairs = list(zip(wanted.tokens, seen.tokens))
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
        if at == len(pairs):
            found.append((question, at, float("inf"), wanted.message, seen.message))
            continue
        rivals = wanted.rivals[at]
        # A grammar may have taken what is not among the likeliest.
        own, other_one = (rivals.get(one.tokens[at]) for one in (wanted, seen))
        margin = float("inf") if None in (own, other_one) else own - other_one
        found.append((question, at, margin, *pairs[at]))
    return found
