"""Tests of the scripts that make Sprout.

    python3 -m unittest discover models/sprout/make

Tests that need torch, regex, jinja2, gguf-py or KGeography's map skip without them.
"""

import hashlib
import importlib
import itertools
import json
import re
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType

import corpus
import questions
from conversation import Conversation, render, with_reasoning
from countries import WORLD_MAP, World, read_world
from mixtures import MIXTURES
from stages import STAGES

MAKE = Path(__file__).resolve().parent
SPROUT = MAKE.parent
TEMPLATE = (MAKE / "chat_template.jinja").read_text(encoding="utf-8")
GGUF_PY = SPROUT.parents[1] / "build" / "llama" / "src" / "gguf-py"

SMALL_WORLD = World(
    {
        "Brazil": "Brasília",
        "Chad": "N'Djamena",
        "Côte d'Ivoire": "Yamoussoukro",
        "France": "Paris",
        "Peru": "Lima",
        "the United States": "Washington, D.C.",
    }
)


def optional(name: str) -> ModuleType | None:
    """The module NAME, or None where it or something it needs is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


sys.path.append(str(GGUF_PY))
gguf, jinja2, torch = optional("gguf"), optional("jinja2"), optional("torch")
tokenizer, learn_bpe = optional("tokenizer"), optional("learn_bpe")
dataset, model, train = optional("dataset"), optional("model"), optional("train")
export = optional("export")

needs_jinja = unittest.skipUnless(jinja2, "needs jinja2")
needs_map = unittest.skipUnless(WORLD_MAP.exists(), "needs kgeography-data")
needs_regex = unittest.skipUnless(tokenizer, "needs regex")
needs_torch = unittest.skipUnless(train, "needs torch, numpy and regex")
needs_gguf = unittest.skipUnless(gguf and export, "needs gguf-py, torch and regex")


def some_texts(mixture: str, count: int, seed: int = 1) -> list[str]:
    return list(itertools.islice(corpus.texts(mixture, seed, SMALL_WORLD), count))


def some_conversations(count_a_kind: int) -> list[Conversation]:
    """Conversations of every kind, some with a system line, some with thinking."""
    rng = Random(3)
    drawn = [
        make(rng, SMALL_WORLD)
        for make in corpus.CONVERSATIONS.values()
        for _ in range(count_a_kind)
    ]
    with_system = [replace(c, system="Answer briefly.") for c in drawn]
    plain = drawn + with_system
    return plain + [with_reasoning(conversation) for conversation in plain]


class CorpusTest(unittest.TestCase):
    TURN = re.compile(
        r"<\|im_start\|>(system|user|assistant)\n(.*?)<\|im_end\|>\n", re.DOTALL
    )

    def turns(self, text: str) -> list[tuple[str, str]]:
        """Role and content of each turn; fails where TEXT holds anything else."""
        self.assertEqual(self.TURN.sub("", text), "<|endoftext|>")
        return self.TURN.findall(text)

    def conversations(self) -> list[list[tuple[str, str]]]:
        texts = (text for name in MIXTURES for text in some_texts(name, 500))
        return [self.turns(text) for text in texts if "<|im_start|>" in text]

    def test_percentages_of_every_mixture_add_up_to_100(self) -> None:
        for name, mixture in MIXTURES.items():
            self.assertEqual(sum(mixture.percent.values()), 100, name)

    def test_every_stage_has_its_mixture(self) -> None:
        self.assertEqual(list(STAGES), list(MIXTURES))

    def test_every_text_ends_with_its_end_mark_and_holds_no_other(self) -> None:
        for text in some_texts("base", 500):
            self.assertTrue(text.endswith("<|endoftext|>"), text)
            self.assertEqual(text.count("<|endoftext|>"), 1, text)

    def test_users_and_assistants_take_turns_and_the_assistant_has_the_last_word(
        self,
    ) -> None:
        for turns in self.conversations():
            roles = [role for role, _ in turns]
            spoken = roles[1:] if roles[0] == "system" else roles
            self.assertEqual(spoken, ["user", "assistant"] * (len(spoken) // 2))

    def test_no_turn_holds_a_mark_of_another(self) -> None:
        for turns in self.conversations():
            for _, content in turns:
                self.assertNotIn("<|im_", content)

    def test_the_last_answer_opens_with_one_thinking_block(self) -> None:
        for turns in self.conversations():
            answer = turns[-1][1]
            self.assertRegex(answer, r"\A<think>\n[^<]*\n</think>\n\n[^<]+\Z")

    def test_every_call_is_json_that_names_an_offered_tool(self) -> None:
        calls = 0
        for turns in self.conversations():
            for _, content in turns[1:]:
                for call in re.findall(r"<tool_call>\n(.*)\n</tool_call>", content):
                    name = json.loads(call)["name"]
                    self.assertIn(f'"name": "{name}", "description"', turns[0][1])
                    calls += 1
        self.assertGreater(calls, 50)

    def test_every_sum_is_right(self) -> None:
        sums = re.findall(
            r"(\d+) ([+*-]) (\d+) = (\d+)\.", "".join(some_texts("drill", 500))
        )
        self.assertGreater(len(sums), 50)
        for a, sign, b, result in sums:
            a, b = int(a), int(b)
            right = {"+": a + b, "-": a - b, "*": a * b}[sign]
            self.assertEqual(int(result), right, f"{a} {sign} {b}")

    def test_same_seed_draws_same_texts(self) -> None:
        self.assertEqual(
            some_texts("tools", 50, seed=4), some_texts("tools", 50, seed=4)
        )

    def test_other_seed_draws_other_texts(self) -> None:
        self.assertNotEqual(
            some_texts("tools", 50, seed=4), some_texts("tools", 50, seed=5)
        )

    @needs_map
    def test_map_gives_173_countries(self) -> None:
        self.assertEqual(len(read_world().countries), 173)

    @needs_map
    def test_seeds_of_the_stages_draw_the_same_texts_as_ever(self) -> None:
        world = read_world()
        digests = {
            "base": "cec2d6a718580975962d311a411a6409f420a13f42f74970ec86a121174159de",
            "drill": "a8633e6b7bd71df6dd37bdac276e5b758f0c7083728483ad426a6c9f951dc287",
            "tools": "d8eb631b82b2bad793e1ca353944d2f7f6cae9b5278a8da488c1d9732a31fdcc",
        }
        for name, digest in digests.items():
            drawn = corpus.texts(name, STAGES[name].text_seed, world)
            first = "\0".join(itertools.islice(drawn, 1000)).encode()
            self.assertEqual(hashlib.sha256(first).hexdigest(), digest, name)


class TemplateTest(unittest.TestCase):
    def test_template_is_the_one_in_tokenizer_config(self) -> None:
        text = (SPROUT / "hf" / "tokenizer_config.json").read_text(encoding="utf-8")
        self.assertEqual(TEMPLATE, json.loads(text)["chat_template"])

    @needs_jinja
    def test_corpus_writes_what_the_template_renders(self) -> None:
        template = self.compile_template()
        for conversation in some_conversations(20):
            rendered = template.render(
                messages=conversation.as_openai(), tools=list(conversation.tools)
            )
            self.assertEqual(rendered, render(conversation))

    @needs_jinja
    def test_prompt_without_thinking_ends_with_an_empty_thinking_block(self) -> None:
        prompt = self.compile_template().render(
            messages=[{"role": "user", "content": "Hello!"}],
            add_generation_prompt=True,
            enable_thinking=False,
        )
        self.assertTrue(prompt.endswith("assistant\n<think>\n\n</think>\n\n"))

    def compile_template(self) -> "jinja2.Template":
        """The template, set up as Hugging Face's transformers does it."""
        environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
        environment.filters["tojson"] = lambda v: json.dumps(v, ensure_ascii=False)
        return environment.from_string(TEMPLATE)


@needs_regex
class TokenizerTest(unittest.TestCase):
    TEXTS = (
        "The capital of Côte d'Ivoire is Yamoussoukro.",
        "Grüße, 你好, здравствуй, नमस्ते 🌱🚀",
        "  spaces \t tabs\r\n\n\nlines  ",
        "12 + 34 = 46. I'm, WE'LL, can't",
        "<|im_start|>user\n<think>\n</think><tool_call>{}</tool_call><|im_end|>",
        "\u0000 \u00a0 \u200b e\u0301",
        "",
    )

    def setUp(self) -> None:
        self.file = SPROUT / "hf" / "tokenizer.json"
        self.committed = tokenizer.Tokenizer.load(self.file)

    def test_text_comes_back_from_its_ids(self) -> None:
        learnt = tokenizer.Tokenizer(
            learn_bpe.learn_merges(some_texts("base", 200), 400)
        )
        for subject in (learnt, self.committed):
            for text in self.TEXTS:
                self.assertEqual(subject.decode(subject.encode(text)), text)

    def test_bytes_that_are_not_utf8_become_replacement_characters(self) -> None:
        first_byte_of_two = self.committed.ids[tokenizer.CHARACTER_OF_BYTE[0xC3]]
        self.assertEqual(self.committed.decode([first_byte_of_two]), "\ufffd")

    def test_special_tokens_are_one_id_each(self) -> None:
        ids = self.committed.encode("".join(tokenizer.SPECIAL_TOKENS))
        self.assertEqual(ids, list(range(2039, 2048)))

    def test_loaded_tokenizer_is_saved_as_the_same_bytes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "tokenizer.json"
            self.committed.save(copy)
            self.assertEqual(copy.read_bytes(), self.file.read_bytes())

    def test_commonest_pair_is_merged_first(self) -> None:
        merges = learn_bpe.learn_merges(["xy xy xy xyz xyz xyz"], 267)
        self.assertEqual(merges, [("x", "y"), ("Ġ", "xy")])

    def test_rare_pairs_are_not_merged(self) -> None:
        self.assertEqual(learn_bpe.learn_merges(["ab", "ab"], 2048), [])


class StagesTest(unittest.TestCase):
    def test_rate_warms_up_peaks_and_ends_near_nothing(self) -> None:
        for stage in STAGES.values():
            first, peak = stage.rate(0, 0.0), stage.rate(stage.warmup_steps, 0.0)
            self.assertLess(first, peak)
            self.assertLess(stage.rate(1000, 1.0), peak / 30)

    def test_every_eighth_batch_of_base_fills_the_context(self) -> None:
        lengths = [STAGES["base"].batch_shape(step)[1] for step in range(16)]
        self.assertEqual(lengths, ([384] * 7 + [1024]) * 2)


@needs_torch
class ModelTest(unittest.TestCase):
    def test_model_has_2755392_parameters(self) -> None:
        sprout = model.Sprout(model.Config())
        self.assertEqual(sum(w.numel() for w in sprout.parameters()), 2_755_392)

    def test_later_tokens_do_not_change_earlier_logits(self) -> None:
        torch.manual_seed(1)
        sprout = model.Sprout(model.Config(layers=2))
        ids = torch.arange(12).unsqueeze(0)
        changed = ids.clone()
        changed[0, 8:] = 99
        before, after = sprout(ids)[0], sprout(changed)[0]
        self.assertTrue(torch.equal(before[:8], after[:8]))
        self.assertFalse(torch.equal(before[8:], after[8:]))

    def test_steps_on_one_batch_lower_its_loss(self) -> None:
        torch.manual_seed(1)
        sprout = model.Sprout(model.Config(vocabulary=64, layers=1))
        optimizer = train.make_optimizer(sprout, rate=3e-3)
        batch = torch.arange(32).view(2, 16), torch.arange(1, 33).view(2, 16)
        losses = [train.learn(sprout, optimizer, 3e-3, *batch) for _ in range(20)]
        self.assertLess(losses[-1], losses[0] / 4)

    def test_empty_thinking_is_not_learnt(self) -> None:
        self.assertEqual(
            dataset.learnt_mask([5, 1, 2, 6, 1, 3], empty=[1, 2]), [1, 0, 0, 1, 1, 1]
        )

    def test_targets_are_the_next_tokens_and_masked_ones_are_ignored(self) -> None:
        import numpy

        tokens = numpy.arange(40, dtype=numpy.int64)
        row = dataset.Dataset(tokens, learnt=tokens % 2 == 0)
        inputs, targets = row.batch(numpy.random.default_rng(1), rows=3, length=8)
        following = inputs + 1
        self.assertTrue(
            torch.equal(targets, following.where(following % 2 == 0, targets))
        )
        self.assertTrue((targets[following % 2 == 1] == dataset.NOT_LEARNT).all())


@needs_gguf
class ExportTest(unittest.TestCase):
    def test_weights_of_the_committed_f16_file_export_to_the_same_files(self) -> None:
        files = [SPROUT / "sprout-f16.gguf", *sorted((SPROUT / "hf").iterdir())]
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            committed = tokenizer.Tokenizer.load(SPROUT / "hf" / "tokenizer.json")
            export.export(self.committed_model(files[0]), committed, TEMPLATE, out)
            for file in files:
                # bf16 weights are rounded from f32, which the F16 file no longer has.
                if file.suffix != ".safetensors":
                    copy = out / file.relative_to(SPROUT)
                    self.assertEqual(copy.read_bytes(), file.read_bytes(), file.name)

    def committed_model(self, file: Path) -> "model.Sprout":
        from tensors import tensor_names

        stored = {t.name: t.data for t in gguf.GGUFReader(file).tensors}
        sprout = model.Sprout(model.Config())
        sprout.load_state_dict(
            {
                hf_name: torch.from_numpy(stored[gguf_name].astype("float32"))
                for hf_name, gguf_name in tensor_names(sprout.config.layers)
            }
        )
        return sprout


class QuestionsTest(unittest.TestCase):
    def first(self, kind: str) -> questions.Question:
        drawn = questions.questions(Random(1), SMALL_WORLD, 1)
        return next(question for question in drawn if question.kind == kind)

    def weather_call(self, city: str) -> dict:
        function = {"name": "get_weather", "arguments": json.dumps({"city": city})}
        return {"content": None, "tool_calls": [{"function": function}]}

    def test_call_with_the_city_asked_for_is_right(self) -> None:
        question = self.first("tool")
        city = question.messages[0]["content"][len("What is the weather in ") : -1]
        self.assertTrue(question.is_right(self.weather_call(city)))

    def test_call_with_another_city_is_wrong(self) -> None:
        self.assertFalse(self.first("tool").is_right(self.weather_call("Atlantis")))

    def test_answer_in_words_where_json_was_asked_for_is_wrong(self) -> None:
        self.assertFalse(self.first("json").is_right({"content": "It is Paris."}))

    def test_right_capital_without_a_thought_is_wrong_while_thinking(self) -> None:
        question = self.first("capital, thinking")
        answer = " ".join(SMALL_WORLD.cities)
        self.assertFalse(question.is_right({"content": answer}))
        self.assertTrue(
            question.is_right({"content": answer, "reasoning_content": "."})
        )


if __name__ == "__main__":
    unittest.main()
