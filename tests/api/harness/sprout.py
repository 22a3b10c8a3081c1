"""Questions that Sprout, the bundled model, was trained to answer."""

NAME = "sprout:latest"
GREEDY = {"temperature": 0}


def tool(name, description, properties):
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": list(properties),
            },
        },
    }


_CITY = {"city": {"type": "string", "description": "The name of the city"}}
GET_WEATHER = tool("get_weather", "Get the current weather of a city", _CITY)
GET_TIME = tool("get_time", "Get the current time in a city", _CITY)

CLARA = [
    {"role": "user", "content": "My name is Clara."},
    {"role": "assistant", "content": "Nice to meet you, Clara!"},
    {"role": "user", "content": "What is my name?"},
]

# A text without end: what was just said is pushed up so far that nothing else can follow, an end
# token least of all. It goes round in a circle until num_predict or the client stops it.
ENDLESS_PROMPT = "Once upon a time there was a red fox"
ENDLESS_OPTIONS = {"temperature": 0, "presence_penalty": -100}


def endless(tokens=-1, **fields):
    """The body of an /api/generate request whose answer has that many tokens; -1: very many."""
    return {
        "model": "sprout",
        "prompt": ENDLESS_PROMPT,
        "raw": True,
        "options": ENDLESS_OPTIONS | {"num_predict": tokens},
    } | fields


# The same for a conversation, at temperature 0 with frequency_penalty -2 and without thinking: it
# counts to 7 and then says the same for ever.
ENDLESS_CHAT = [{"role": "user", "content": "Count to 12."}]


def make_endless(api, source="sprout"):
    """A model that needs no penalty in the request to answer ENDLESS_CHAT without end."""
    made = api.post("/api/create", {"model": "endless", "from": source, "stream": False,
                                    "parameters": {"temperature": 0, "frequency_penalty": -2}})
    assert made.status_code == 200, made.text
    return "endless"
