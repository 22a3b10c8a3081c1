#include "serve/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const OptionValue kOne(1.0);
const OptionValue kHalf(0.5);

store::Model model_with(std::vector<std::string> capabilities) {
  store::Model model;
  model.manifest.name = *store::Name::parse("tiny");
  model.capabilities = std::move(capabilities);
  model.chat_template = "{{ messages }}";
  model.weights = "/blobs/x";
  model.details.context_length = 1024;
  return model;
}

std::string refusal(const store::Model& model, const Demand& demand) {
  const Result<void> able = check_demand(model, "tiny", demand);
  return able ? "" : able.error().message;
}

TEST(Demand, refusals_have_the_texts_that_clients_know) {
  const store::Model plain = model_with({"completion"});
  EXPECT_EQ(refusal(plain, {}), "");
  EXPECT_EQ(refusal(plain, {.verb = "chat", .tools = true}),
            "registry.ollama.ai/library/tiny:latest does not support tools");
  EXPECT_EQ(refusal(plain, {.insert = true}),
            "registry.ollama.ai/library/tiny:latest does not support insert");
  EXPECT_EQ(refusal(plain, {.think = Think{}}), "\"tiny\" does not support thinking");
  EXPECT_EQ(refusal(plain, {.think = Think{.on = false}}), "");
  EXPECT_EQ(refusal(model_with({"embedding"}), {.verb = "chat"}), "\"tiny\" does not support chat");
}

TEST(Demand, a_model_has_one_adapter_and_none_on_the_npu) {
  store::Model model = model_with({"completion"});
  const std::string plain = wanted_for(model, {}, 1, 0).key;
  model.adapters = {"/blobs/lora"};
  EXPECT_TRUE(check_demand(model, "tiny", {}));
  EXPECT_EQ(wanted_for(model, {}, 1, 0).load.adapter, "/blobs/lora");
  EXPECT_NE(wanted_for(model, {}, 1, 0).key, plain);
  model.adapters = {"/blobs/lora", "/blobs/other"};
  EXPECT_EQ(check_demand(model, "tiny", {}).error().code, ErrorCode::kUnsupported);
  model.adapters = {"/blobs/lora"};
  model.details.format = store::kFolderFormat;
  EXPECT_EQ(check_demand(model, "tiny", {}).error().code, ErrorCode::kUnsupported);
}

TEST(Demand, images_want_one_projector) {
  store::Model model = model_with({"completion", "vision"});
  EXPECT_EQ(check_demand(model, "tiny", {.images = true}).error().code, ErrorCode::kUnsupported);
  model.projectors = {"/blobs/a"};
  EXPECT_TRUE(check_demand(model, "tiny", {.images = true}));
  EXPECT_EQ(wanted_for(model, {}, 1, 0).load.projector, "/blobs/a");
  model.projectors = {"/blobs/a", "/blobs/b"};
  EXPECT_EQ(check_demand(model, "tiny", {.images = true}).error().code, ErrorCode::kUnsupported);
}

TEST(Demand, the_npu_takes_no_images_and_says_where_they_go) {
  store::Model model = model_with({"completion"});
  model.details.format = store::kFolderFormat;
  const Error error = check_demand(model, "tiny", {.images = true}).error();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_NE(error.message.find("--device cpu"), std::string::npos);
}

TEST(Demand, options_of_the_request_stand_over_the_models) {
  store::Model model = model_with({"completion"});
  model.parameters = {{"seed", OptionValue(int64_t{5})}, {"top_k", OptionValue(int64_t{7})}};
  const Options options = resolve_options(model, {{"seed", OptionValue(int64_t{6})}}, 512);
  EXPECT_EQ(options.seed, 6);
  EXPECT_EQ(options.top_k, 7);
  EXPECT_EQ(options.num_ctx, 512);
}

TEST(Demand, context_stays_within_what_the_model_can) {
  const store::Model model = model_with({"completion"});
  EXPECT_EQ(resolve_options(model, {}, 4096).num_ctx, 1024);
  EXPECT_EQ(resolve_options(model, {{"num_ctx", OptionValue(int64_t{1})}}, 4096).num_ctx, 4);
}

TEST(Demand, a_model_without_template_says_what_was_said) {
  store::Model model = model_with({"completion"});
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.template_jinja, "");
  model.chat_template.clear();
  EXPECT_NE(wanted_for(model, {}, 2, 0).load.template_jinja, "");
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.slots, 2);
}

TEST(Demand, a_go_template_that_is_used_goes_to_the_runner) {
  store::Model model = model_with({"completion", "insert"});
  model.go_template = "{{ .Prompt }}";
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.template_go, "");
  model.uses_go_template = true;
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.template_go, "{{ .Prompt }}");
  model.chat_template.clear();
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.template_jinja, "");
  model.details.format = store::kFolderFormat;
  EXPECT_EQ(wanted_for(model, {}, 2, 0).load.template_go, "{{ .Prompt }}");
  EXPECT_EQ(refusal(model, {.insert = true}), "");
}

TEST(Demand, no_option_changes_how_a_compiled_model_is_loaded) {
  store::Model model = model_with({"completion"});
  model.details.format = store::kFolderFormat;
  model.chat_template.clear();
  const Wanted usual = wanted_for(model, {}, 2, 0);
  EXPECT_EQ(usual.load.context, 1024);
  EXPECT_EQ(usual.load.slots, 2);
  EXPECT_EQ(usual.load.template_jinja, "");
  Options options;
  options.num_ctx = 64;
  options.num_batch = 32;
  options.num_thread = 3;
  EXPECT_EQ(wanted_for(model, options, 2, 0).load, usual.load);
}

TEST(Demand, every_model_that_generates_may_park) {
  store::Model model = model_with({"completion"});
  EXPECT_EQ(wanted_for(model, {}, 1, 77).load.park_bytes, 77);
  model.details.format = store::kFolderFormat;
  EXPECT_EQ(wanted_for(model, {}, 1, 77).load.park_bytes, 77);
  EXPECT_EQ(wanted_for(model_with({"embedding"}), {}, 1, 77).load.park_bytes, 0);
}

TEST(OpenAiDefaults, temperature_and_top_p_are_one) {
  EXPECT_THAT(with_openai_defaults({}, {}),
              UnorderedElementsAre(Pair("temperature", kOne), Pair("top_p", kOne)));
}

TEST(OpenAiDefaults, the_request_wins) {
  EXPECT_THAT(with_openai_defaults({}, {{"temperature", kHalf}, {"top_p", kHalf}}),
              UnorderedElementsAre(Pair("temperature", kHalf), Pair("top_p", kHalf)));
}

TEST(OpenAiDefaults, the_model_is_not_overridden) {
  store::Model model;
  model.parameters = {{"temperature", kHalf}, {"top_p", kHalf}};
  EXPECT_THAT(with_openai_defaults(model, {}), IsEmpty());
  model.parameters.pop_back();
  EXPECT_THAT(with_openai_defaults(model, {}), ElementsAre(Pair("top_p", kOne)));
}

TEST(Preamble, the_models_own_words_come_first) {
  store::Model model;
  model.system = "be kind";
  model.messages = {{"user", "a"}, {"assistant", "b"}};
  EXPECT_THAT(with_preamble(model, {{"user", "c"}}),
              ElementsAre(Message{"system", "be kind"}, Message{"user", "a"},
                          Message{"assistant", "b"}, Message{"user", "c"}));
}

TEST(Preamble, a_system_prompt_of_the_client_replaces_the_models) {
  store::Model model;
  model.system = "be kind";
  EXPECT_THAT(with_preamble(model, {{"system", "be brief"}, {"user", "c"}}),
              ElementsAre(Message{"system", "be brief"}, Message{"user", "c"}));
}

}  // namespace
}  // namespace axllama::serve
