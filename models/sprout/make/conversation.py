"""A conversation as values, and the markup that the model reads and writes it in.

The markup is ChatML with Qwen3's thinking and tool-call blocks. chat_template.jinja
says the same for programs that run the model; test_make.py holds the two together.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
TEXT_END = "<|endoftext|>"
EMPTY_THINKING = "<think>\n\n</think>\n\n"

TOOLS_START = "These functions can be called:\n<tools>"
TOOLS_END = (
    "\n</tools>\n"
    "To call one, answer with its name and its arguments:\n"
    '<tool_call>\n{"name": "...", "arguments": {...}}\n</tool_call>'
)


@dataclass(frozen=True)
class Call:
    """What an assistant asks a tool to do."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One turn. ROLE is "user", "assistant" or "tool" (a tool's result)."""

    role: str
    content: str = ""
    reasoning: str = ""
    call: Call | None = None

    def as_openai(self) -> dict[str, Any]:
        """The message in OpenAI's form, which the template reads too."""
        message: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        if self.call:
            function = {"name": self.call.name, "arguments": self.call.arguments}
            message["tool_calls"] = [{"type": "function", "function": function}]
        return message


@dataclass(frozen=True)
class Conversation:
    """Messages, the tools on offer (OpenAI's form), and the system's words, if any."""

    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...] = ()
    system: str = ""

    def as_openai(self) -> list[dict[str, Any]]:
        """The messages in the form of OpenAI's chat API, system message first."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return system + [message.as_openai() for message in self.messages]

    @property
    def last_question(self) -> int:
        """The index of the last user message: only answers after it carry thinking."""
        return max(i for i, m in enumerate(self.messages) if m.role == "user")


def to_json(value: Any) -> str:
    """JSON as training shows it and as the template's tojson writes it."""
    return json.dumps(value, ensure_ascii=False)


def with_reasoning(conversation: Conversation) -> Conversation:
    """The same conversation with thoughts before every answer to the last question."""
    last = conversation.last_question
    question = conversation.messages[last].content
    messages = tuple(
        replace(message, reasoning=reason(question, message.content))
        if i > last and message.role == "assistant"
        else message
        for i, message in enumerate(conversation.messages)
    )
    return replace(conversation, messages=messages)


def reason(question: str, answer: str) -> str:
    """The thought that leads from QUESTION to ANSWER."""
    country = re.search(r"capital of (.+?)(\?|\.| is|$)", question)
    if country and answer.startswith("The capital"):
        capital = answer.split(" is ")[-1][:-1]
        return f"The user asks for the capital of {country[1]}. It is {capital}."
    total = re.match(r"(\d+) ([+*-]) (\d+) = (\d+)", answer)
    if total:
        return f"I compute {total[1]} {total[2]} {total[3]}, which is {total[4]}."
    return "The question is simple, so I can answer it directly."


def render(conversation: Conversation) -> str:
    """The conversation as the text that the model is trained on."""
    last = conversation.last_question
    turns = (
        _turn(_role(message), _body(message, thinks=i > last))
        for i, message in enumerate(conversation.messages)
    )
    return _system_turn(conversation) + "".join(turns)


def _turn(role: str, body: str) -> str:
    return f"{TURN_START}{role}\n{body}{TURN_END}\n"


def _system_turn(conversation: Conversation) -> str:
    if not conversation.tools:
        return _turn("system", conversation.system) if conversation.system else ""
    tools = "".join("\n" + to_json(tool) for tool in conversation.tools)
    words = conversation.system + "\n\n" if conversation.system else ""
    return _turn("system", words + TOOLS_START + tools + TOOLS_END)


def _role(message: Message) -> str:
    return "user" if message.role == "tool" else message.role


def _body(message: Message, thinks: bool) -> str:
    if message.role == "user":
        return message.content
    if message.role == "tool":
        return f"<tool_response>\n{message.content}\n</tool_response>"
    thinking = f"<think>\n{message.reasoning}\n</think>\n\n" if thinks else ""
    return thinking + message.content + (_call(message.call) if message.call else "")


def _call(call: Call) -> str:
    body = to_json({"name": call.name, "arguments": call.arguments})
    return f"<tool_call>\n{body}\n</tool_call>"
