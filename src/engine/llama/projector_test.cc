// Images in the slots of a llama engine.
#include "engine/llama/projector.h"

#include <gtest/gtest.h>

#include "engine/llama/test_kit.h"
#include "engine/llama/tiny_models.h"
#include "token/broken_files.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

constexpr int64_t kSproutSize = 192;
const std::string kBefore = "<|im_start|>user\n";
const std::string kBehind =
    "What is the capital of Spain?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";

// Stripes, as wide as `seed` says.
Image picture(int seed, int width = 64, int height = 64) {
  Image image{width, height, {}, "picture " + std::to_string(seed)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.rgb.push_back(static_cast<uint8_t>((x / seed + y * c) % 2 * 200 + x));
      }
    }
  }
  return image;
}

struct Eyes {
  const char* name;
  ProjectorKind kind;
  bool as_qwen3vl;
  int tokens;     // of a picture of 64 x 64
  int positions;  // that they take
};

std::ostream& operator<<(std::ostream& out, const Eyes& eyes) {
  return out << eyes.name;
}

class ProjectorTest : public testing::TestWithParam<Eyes> {
 protected:
  std::unique_ptr<Engine> load_eyes(int context = 512, int batch = 64) {
    write_tiny_projector(projector_.path(), GetParam().kind, kSproutSize);
    LoadSpec spec = sprout(context);
    spec.projector = projector_.path();
    spec.batch = batch;
    if (GetParam().as_qwen3vl) {
      write_as_qwen3vl(kSprout, model_.path());
      spec.model = model_.path();
    }
    return load(spec);
  }

  ScratchFile model_, projector_;
};

Prompt prompt_with(const Engine& engine, const Image& image) {
  const std::vector<PromptPart> parts = {{kBefore}, {.image = &image}, {kBehind}};
  return or_throw(engine.lay_out(parts, true));
}

// Evaluates the prompt from its n-th token on, at the end of the slot; gives the last logits.
Values see(Engine& engine, int slot, const Prompt& prompt, size_t from = 0) {
  Values last;
  const auto text = [&](size_t end) {
    const auto at = [&](size_t n) { return prompt.tokens.begin() + static_cast<long>(n); };
    if (from < end) last = evaluate(engine, slot, {at(from), at(end)});
    from = end;
  };
  for (const PlacedImage& image : prompt.images) {
    if (image.begin < from) continue;
    text(image.begin);
    or_throw(engine.step_image(slot, *image.chunk, {}));
    from += static_cast<size_t>(image.chunk->tokens());
  }
  text(prompt.tokens.size());
  return last;
}

TEST_P(ProjectorTest, an_image_is_so_many_tokens) {
  const auto engine = load_eyes();
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  ASSERT_EQ(prompt.images.size(), 1U);
  EXPECT_EQ(prompt.images[0].chunk->tokens(), GetParam().tokens);
  EXPECT_EQ(static_cast<const ProjectorChunk&>(*prompt.images[0].chunk).positions(),
            GetParam().positions);
  see(*engine, 0, prompt);
  EXPECT_EQ(engine->length(0), static_cast<int>(prompt.tokens.size()));
}

TEST_P(ProjectorTest, what_is_seen_changes_the_answer_and_repeats_itself) {
  const auto engine = load_eyes();
  const Image one = picture(3), other = picture(5);
  const Values first = see(*engine, 0, prompt_with(*engine, one));
  EXPECT_GT(greatest_difference(first, see(*engine, 1, prompt_with(*engine, other))), 0.01F);
  engine->truncate(1, 0);
  EXPECT_EQ(greatest_difference(first, see(*engine, 1, prompt_with(*engine, one))), 0.0F);
}

TEST_P(ProjectorTest, a_kept_image_is_as_good_as_one_seen_again) {
  const auto engine = load_eyes();
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  const size_t behind = prompt.images[0].begin + static_cast<size_t>(GetParam().tokens);
  const Values whole = see(*engine, 0, prompt);
  EXPECT_EQ(engine->truncate(0, static_cast<int>(behind)), static_cast<int>(behind));
  EXPECT_LT(greatest_difference(whole, see(*engine, 0, prompt, behind)), 1e-3F);
}

TEST_P(ProjectorTest, an_image_is_forgotten_as_a_whole) {
  const auto engine = load_eyes();
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  const Values whole = see(*engine, 0, prompt);
  const size_t begin = prompt.images[0].begin;
  EXPECT_EQ(engine->truncate(0, static_cast<int>(begin) + 2), static_cast<int>(begin));
  EXPECT_LT(greatest_difference(whole, see(*engine, 0, prompt, begin)), 1e-3F);
}

TEST_P(ProjectorTest, a_parked_image_comes_back) {
  const auto engine = load_eyes();
  const Image image = picture(3), other = picture(5);
  const Prompt prompt = prompt_with(*engine, image);
  const Values whole = see(*engine, 0, prompt);
  const int length = engine->length(0);
  const SlotState state = or_throw(engine->save(0, length));
  see(*engine, 1, prompt_with(*engine, other));
  for (const int kept : {length - 1, length - 5}) {
    or_throw(engine->restore(1, state, kept));
    EXPECT_EQ(engine->length(1), kept);
    EXPECT_LT(greatest_difference(whole, see(*engine, 1, prompt, static_cast<size_t>(kept))),
              1e-3F);
  }
}

TEST_P(ProjectorTest, a_slot_that_ends_with_an_image_is_parked_and_copied) {
  const auto engine = load_eyes();
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  const Values whole = see(*engine, 0, prompt);
  const auto behind = static_cast<int>(prompt.images[0].begin) + GetParam().tokens;
  engine->truncate(0, behind);
  const SlotState state = or_throw(engine->save(0, behind));
  or_throw(engine->restore(1, state, behind));
  EXPECT_LT(greatest_difference(whole, see(*engine, 1, prompt, static_cast<size_t>(behind))),
            1e-3F);
  or_throw(engine->copy(1, 0, behind));
  EXPECT_LT(greatest_difference(whole, see(*engine, 0, prompt, static_cast<size_t>(behind))),
            1e-3F);
}

TEST_P(ProjectorTest, an_image_that_does_not_fit_is_refused_and_leaves_the_slot_alone) {
  const auto engine = load_eyes(32, 32);
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  evaluate(*engine, 0, tokens_of(*engine, "one two three four five six seven eight nine ten"), 32);
  const int before = engine->length(0);
  const auto seen = engine->step_image(0, *prompt.images[0].chunk, {});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), before);
}

TEST_P(ProjectorTest,
       an_image_in_several_runs_is_the_same_or_refused_where_its_rows_see_each_other) {
  const auto whole = load_eyes(512, 64);
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*whole, image);
  const Values wanted = see(*whole, 0, prompt);
  const auto engine = load_eyes(512, 8);
  if (GetParam().kind == ProjectorKind::kGemma) {
    const auto seen = engine->step_image(0, *prompt_with(*engine, image).images[0].chunk, {});
    ASSERT_FALSE(seen);
    EXPECT_NE(seen.error().message.find("num_batch"), std::string::npos) << seen.error().text();
    return;
  }
  const Prompt again = prompt_with(*engine, image);
  evaluate(*engine, 0,
           {again.tokens.begin(), again.tokens.begin() + static_cast<long>(again.images[0].begin)},
           8);
  or_throw(engine->step_image(0, *again.images[0].chunk, {}));
  const std::vector<Token> rest(again.tokens.begin() + engine->length(0), again.tokens.end());
  const Image other = picture(5);
  const float far = greatest_difference(wanted, see(*whole, 1, prompt_with(*whole, other)));
  EXPECT_LT(greatest_difference(wanted, evaluate(*engine, 0, rest, 8)), far / 4);
}

TEST_P(ProjectorTest, a_stopped_image_is_none) {
  const auto engine = load_eyes();
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  const Values whole = see(*engine, 1, prompt);
  const std::vector<Token> before(
      prompt.tokens.begin(), prompt.tokens.begin() + static_cast<long>(prompt.images[0].begin));
  evaluate(*engine, 0, before);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(engine->step_image(0, *prompt.images[0].chunk, stop.get_token()).error().code,
            ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), static_cast<int>(before.size()));
  EXPECT_LT(greatest_difference(whole, see(*engine, 0, prompt, before.size())), 1e-3F);
}

TEST_P(ProjectorTest, a_shift_drops_an_image_as_a_whole) {
  const auto engine = load_eyes();
  if (!engine->info().can_shift) GTEST_SKIP() << "positions by rows and columns can't shift";
  const Image image = picture(3);
  const Prompt prompt = prompt_with(*engine, image);
  see(*engine, 0, prompt);
  const auto begin = static_cast<int>(prompt.images[0].begin);
  EXPECT_EQ(engine->shift(0, begin + 1, 4).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->shift(0, begin, GetParam().tokens - 1).error().code,
            ErrorCode::kInvalidArgument);
  or_throw(engine->shift(0, begin, GetParam().tokens));
  const int text = static_cast<int>(prompt.tokens.size()) - GetParam().tokens;
  EXPECT_EQ(engine->length(0), text);
  EXPECT_EQ(engine->truncate(0, begin + 2), begin + 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProjectorTest,
                         testing::Values(Eyes{"llava", ProjectorKind::kLlava, false, 64, 64},
                                         Eyes{"gemma", ProjectorKind::kGemma, false, 16, 16},
                                         Eyes{"qwen", ProjectorKind::kQwen, true, 16, 4}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Projector, a_qwen_counts_rows_and_columns) {
  const ScratchFile model, projector;
  write_as_qwen3vl(kSprout, model.path());
  write_tiny_projector(projector.path(), ProjectorKind::kQwen, kSproutSize);
  LoadSpec spec = sprout(512);
  spec.model = model.path();
  spec.projector = projector.path();
  const auto engine = load(spec);
  const Image wide = picture(3, 128, 64);
  const Prompt prompt = prompt_with(*engine, wide);
  const auto& chunk = static_cast<const ProjectorChunk&>(*prompt.images.at(0).chunk);
  EXPECT_EQ(chunk.tokens(), 32);
  EXPECT_EQ(chunk.positions(), 8);
}

TEST(Projector, one_that_can_not_be_used_is_an_error_that_says_why) {
  const ScratchFile other, broken;
  write_tiny_projector(other.path(), ProjectorKind::kLlava, 128);
  broken.hold("no GGUF");
  const auto error_of = [](const std::string& projector) {
    LoadSpec spec = sprout();
    spec.projector = projector;
    const auto engine = load_llama_engine(spec);
    return engine ? Error{} : engine.error();
  };
  EXPECT_NE(error_of(other.path()).message.find("mismatch"), std::string::npos)
      << error_of(other.path()).text();
  EXPECT_EQ(error_of(broken.path()).code, ErrorCode::kCorrupt);
  EXPECT_EQ(error_of("/nowhere/at/all").code, ErrorCode::kNotFound);
  EXPECT_EQ(error_of(kSprout).code, ErrorCode::kCorrupt) << error_of(kSprout).text();
}

TEST(Projector, without_one_a_model_takes_no_images) {
  const auto engine = load(sprout());
  const Image image = picture(3);
  const std::vector<PromptPart> parts = {{.image = &image}};
  EXPECT_EQ(engine->lay_out(parts, true).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->step_image(0, ImageChunk(1, "x"), {}).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace axllama
