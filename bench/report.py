"""The table that a person reads."""

from targets import Ours, Theirs


def _seconds(value):
    return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"


def _rate(value):
    return f"{value:.0f} /s"


def _megabytes(value):
    return f"{value / 1e6:.1f} MB"


# name, what it says, how it is written, whether more is better
ROWS = [
    ("one stream", "tokens per second, one stream", _rate, True),
    ("eight streams", "tokens per second, eight streams together", _rate, True),
    ("gap p50", "time between tokens at the client, median", _seconds, False),
    ("gap p99", "time between tokens at the client, 99th percentile", _seconds, False),
    ("first token, 1", "time to the first token, prompt of 1 token", _seconds, False),
    ("first token, 500", "time to the first token, prompt of about 500 tokens", _seconds, False),
    ("prompt speed", "prompt tokens per second", _rate, True),
    ("first turn", "first turn of a chat, time to the first token", _seconds, False),
    ("second turn", "second turn, time to the first token", _seconds, False),
    ("second turn, tokens", "second turn, prompt tokens computed", "{:.0f}".format, False),
    ("ready", "start of the process until the model can answer", _seconds, False),
    ("listening", "start of the process until it answers", _seconds, False),
    ("memory", "memory after the run, all processes (PSS)", _megabytes, False),
    ("idle", "memory before a model is loaded (PSS)", _megabytes, False),
]


def _ratio(ours, theirs, more_is_better):
    if not ours or not theirs:
        return ""
    return f"{ours / theirs if more_is_better else theirs / ours:.2f}"


def _row(name, label, write, more_is_better, values):
    ours, theirs = values.get(Ours.name), values.get(Theirs.name)
    cells = [label, write(ours), write(theirs) if theirs is not None else "",
             _ratio(ours, theirs, more_is_better)]
    return "| " + " | ".join(cells) + " |"


def markdown(results, facts):
    lines = [f"{facts['threads']} threads, {facts['processors']} processors, {facts['machine']}; "
             "medians; a ratio above 1: axllama is better."]
    for model, values in results.items():
        lines += ["", f"## {model}", "", f"| measure | {Ours.name} | {Theirs.name} | ratio |",
                  "|---|---|---|---|"]
        lines += [_row(*row, values[row[0]]) for row in ROWS if row[0] in values]
    return "\n".join(lines) + "\n"
