#include "serve/create_checks.h"

#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

std::string message(const Result<void>& result) {
  return result ? "" : result.error().message;
}

using Files = decltype(ollama::CreateBody::files);

std::string of_files(Files files, Files adapters = {}) {
  ollama::CreateBody body;
  body.files = std::move(files);
  body.adapters = std::move(adapters);
  return message(check_create(body));
}

std::string of_names(std::string renderer, std::string parser, bool has_template) {
  store::Recipe recipe;
  recipe.renderer = std::move(renderer);
  recipe.parser = std::move(parser);
  return message(check_renderer(recipe, has_template));
}

TEST(CreateChecks, files_stay_in_their_folder) {
  for (const char* name : {"/x.gguf", "../x.gguf", "a/../../x.gguf"}) {
    EXPECT_EQ(of_files({{name, ""}}), "file path must be relative") << name;
    EXPECT_EQ(of_files({}, {{name, ""}}), "file path must be relative");
  }
  EXPECT_EQ(of_files({{"a/x..gguf", ""}}), "");
}

TEST(CreateChecks, weights_that_want_converting_are_refused_with_the_way) {
  EXPECT_EQ(of_files({{"config.json", ""}, {"a/model.safetensors", ""}}),
            "the weights in a/model.safetensors must be converted to GGUF first");
  EXPECT_EQ(of_files({{"consolidated.00.pth", ""}}),
            "the weights in consolidated.00.pth must be converted to GGUF first");
  EXPECT_EQ(of_files({{"a_l0.axmodel", ""}, {"model.safetensors", ""}}), "");
}

TEST(CreateChecks, one_adapter_is_enough) {
  EXPECT_EQ(of_files({}, {{"a", ""}, {"b", ""}}), "only one adapter is currently supported");
}

TEST(CreateChecks, names_that_ollama_has_not_are_refused) {
  EXPECT_EQ(of_names("nobody", "", true), "unknown renderer \"nobody\"");
  EXPECT_EQ(of_names("", "nobody", true), "unknown parser \"nobody\"");
  EXPECT_EQ(of_names("qwen3.5", "qwen3.5", true), "");
}

TEST(CreateChecks, a_renderer_needs_a_template_in_its_place) {
  EXPECT_NE(of_names("qwen3.5", "", false).find("\"qwen3.5\""), std::string::npos);
  EXPECT_EQ(of_names("", "qwen3", false), "");
}

}  // namespace
}  // namespace axllama::serve
