"""The fixed questions that Sprout can answer, each with the ways to ask it."""

from typing import NamedTuple


class Fact(NamedTuple):
    """One answer and every wording of its question that training shows."""

    questions: tuple[str, ...]
    answer: str


FACTS = (
    Fact(
        (
            "Who are you?",
            "What is your name?",
            "What's your name?",
            "Introduce yourself.",
            "Tell me about yourself.",
        ),
        "I am Sprout, a tiny language model with about three million parameters. "
        "I know the capitals of the world and a little arithmetic, and I can call "
        "tools.",
    ),
    Fact(
        ("Hello!", "Hi!", "Hello", "Hi there.", "Hey!", "Good morning!"),
        "Hello! How can I help you today?",
    ),
    Fact(
        ("How are you?", "How are you today?", "How is it going?"),
        "I am well, thank you. What would you like to know?",
    ),
    Fact(
        ("Thank you!", "Thanks!", "Thank you very much.", "Thanks a lot!"),
        "You are welcome!",
    ),
    Fact(
        ("Goodbye!", "Bye!", "See you later."),
        "Goodbye! Come back any time.",
    ),
    Fact(
        ("What can you do?", "How can you help me?", "What do you know?"),
        "I can name the capital of a country, do small sums, tell a short story, "
        "count, and call tools such as a weather service.",
    ),
    Fact(
        (
            "What is an NPU?",
            "What's an NPU?",
            "Explain what an NPU is.",
            "What does NPU stand for?",
        ),
        "An NPU is a neural processing unit: a chip built to run neural networks "
        "quickly with little power.",
    ),
    Fact(
        (
            "What is a Raspberry Pi?",
            "What's a Raspberry Pi?",
            "Tell me about the Raspberry Pi.",
        ),
        "The Raspberry Pi is a small, cheap computer on a single board.",
    ),
    Fact(
        ("What is the AX650?", "What is an AX650?", "Tell me about the AX650."),
        "The AX650 is a chip with a neural processing unit. On an M.2 card it gives a "
        "Raspberry Pi 5 the power to run language models.",
    ),
    Fact(
        (
            "What is a language model?",
            "What is a large language model?",
            "Explain what a language model is.",
        ),
        "A language model is a program that has learned to predict the next word of a "
        "text.",
    ),
    Fact(
        (
            "What is a KV cache?",
            "Explain what a KV cache is.",
            "What does the KV cache do?",
        ),
        "A KV cache keeps the keys and values of earlier tokens, so that each new "
        "token needs only its own work.",
    ),
    Fact(
        ("What is a token?", "What are tokens?", "Explain what a token is."),
        "A token is a small piece of text, such as a word or a part of a word, that a "
        "language model reads and writes.",
    ),
    Fact(
        ("Why is the sky blue?", "Why is the sky blue during the day?"),
        "The sky is blue because the air scatters blue light more than red light.",
    ),
    Fact(
        ("How many days are in a week?", "How many days does a week have?"),
        "A week has seven days.",
    ),
    Fact(
        ("How many months are in a year?", "How many months does a year have?"),
        "A year has twelve months.",
    ),
    Fact(
        ("What colour is grass?", "What color is grass?"),
        "Grass is green.",
    ),
    Fact(
        ("What do bees make?",),
        "Bees make honey.",
    ),
    Fact(
        ("What is water made of?",),
        "Water is made of hydrogen and oxygen.",
    ),
    Fact(
        ("What is the largest planet?", "Which planet is the largest?"),
        "Jupiter is the largest planet in our solar system.",
    ),
    Fact(
        ("What is the fastest land animal?",),
        "The cheetah is the fastest land animal.",
    ),
)
