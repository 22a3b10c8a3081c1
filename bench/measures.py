"""What is measured. Each measure asks one target and returns {name: value}; seconds and bytes."""

import threading
from statistics import median, quantiles

from harness.sprout import ENDLESS_PROMPT
from targets import SLOTS

# Nothing but what was just said can follow, so every answer has as many tokens as are asked for.
ENDLESS = {"presence_penalty": -100}
_SENTENCES = "The capital of France is Paris. The capital of Italy is Rome. "


def _tokens(model, of_sprout, of_others):
    return of_sprout if model.startswith("sprout") else of_others


def one_stream(target, model, _turn):
    count = _tokens(model, 400, 96)
    stream = target.complete(ENDLESS_PROMPT, count, **ENDLESS)
    gaps = stream.gaps[:-1]  # behind the last token comes only the summary
    return {
        "one stream": (len(gaps)) / sum(gaps),
        "gap p50": median(gaps),
        "gap p99": quantiles(gaps, n=100)[-1],
    }


def many_streams(target, model, _turn):
    count = _tokens(model, 200, 32)
    streams = []

    def ask(n):
        streams.append(target.complete(f"{n} {ENDLESS_PROMPT}", count, **ENDLESS))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(SLOTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begin = max(stream.first for stream in streams)
    end = min(stream.arrivals[-1] for stream in streams)
    tokens = sum(sum(begin < at <= end for at in stream.arrivals) for stream in streams)
    return {"eight streams": tokens / (end - begin)}


def first_token(target, _model, turn):
    short = target.complete("ABC"[turn % 3], 1)
    # The beginning differs each time, so that no cache helps.
    long = target.complete(f"{turn + 11} {target.name} " + _SENTENCES * 30, 1)
    return {"first token, 1": short.first, "first token, 500": long.first,
            "prompt speed": target.evaluated(long) / long.first}


def second_turn(target, _model, turn):
    messages = [{"role": "system", "content": f"{turn} {target.name} " + _SENTENCES * 25},
                {"role": "user", "content": "What is the capital of France?"}]
    first = target.chat(messages, 12)
    messages += [{"role": "assistant", "content": "The capital of France is Paris."},
                 {"role": "user", "content": "What is the capital of Italy?"}]
    second = target.chat(messages, 12)
    return {"first turn": first.first, "second turn": second.first,
            "second turn, tokens": target.evaluated(second)}


ALL = [one_stream, many_streams, first_token, second_turn]
STANDING = {"ready": lambda target: target.ready, "memory": lambda target: target.memory()}
