// Model folders as AXERA's tools make them, for tests: real headers, weights that are holes.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "axmodel/folder.h"
#include "axmodel/test_support.h"
#include "axmodel/writer.h"

namespace axllama::axmodel {

inline constexpr int kHidden = 64;
inline constexpr int kKv = 32;
inline constexpr int kRows = 100;  // of the embedding table; the head's vocabulary

// A group that evaluates `rows` tokens behind `history` cached ones, as LayerShape describes it.
inline Group shaped_group(int64_t rows, int64_t history, int64_t hidden = kHidden) {
  constexpr auto kBf16 = ElementType::kBfloat16;
  const int64_t cached = history == 0 ? 1 : history;
  return {{{"K_cache", kBf16, {1, cached, kKv}},
           {"V_cache", kBf16, {1, cached, kKv}},
           {"indices", ElementType::kUint32, {1, rows}},
           {"input", kBf16, {1, rows, hidden}},
           {"mask", kBf16, {1, rows, history + rows}}},
          {{"K_cache_out", kBf16, {1, rows, kKv}},
           {"V_cache_out", kBf16, {1, rows, kKv}},
           {"output", kBf16, {1, rows, hidden}}}};
}

inline Tensor& tensor_of(Group& group, const std::string& name) {
  for (Tensor& tensor : group.inputs) {
    if (tensor.name == name) return tensor;
  }
  for (Tensor& tensor : group.outputs) {
    if (tensor.name == name) return tensor;
  }
  ADD_FAILURE() << "no tensor " << name;
  return group.inputs[0];
}

// Context 63, chunks of 8, histories 0, 16 and 32.
inline std::vector<Group> usual_groups() {
  return {shaped_group(1, 63), shaped_group(8, 0), shaped_group(8, 16), shaped_group(8, 32)};
}

inline ContainerWriter shaped_layer(std::vector<Group> groups = usual_groups()) {
  ContainerWriter writer;
  writer.doc_string = "Pulsar2 Version: 5.2\nPulsar2 Commit: 0123abcd";
  writer.groups = std::move(groups);
  writer.weights = {hole("npu_params", 1000)};
  return writer;
}

// With `top_k`, that many values and their ids come out.
inline ContainerWriter shaped_head(int64_t outputs = kRows, int64_t top_k = 0,
                                   int64_t hidden = kHidden) {
  constexpr auto kBf16 = ElementType::kBfloat16;
  ContainerWriter writer =
      shaped_layer({{{{"input", kBf16, {1, 1, hidden}}}, {{"output", kBf16, {1, 1, outputs}}}}});
  if (top_k > 0) {
    writer.groups[0].outputs = {{"output", kBf16, {1, 1, top_k}},
                                {"indices", ElementType::kUint32, {1, 1, top_k}}};
  }
  writer.weights = {hole("npu_params", 3000)};
  return writer;
}

// With the row after the final norm beside that; `outputs` 0: alone.
inline ContainerWriter normed_head(int64_t outputs = kRows, int64_t top_k = 0) {
  ContainerWriter writer = shaped_head(outputs, top_k);
  std::vector<Tensor>& given = writer.groups[0].outputs;
  if (outputs == 0) given.clear();
  given.push_back({"output_norm", ElementType::kBfloat16, {1, 1, kHidden}});
  return writer;
}

inline void put_text(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline void put_hole(const std::filesystem::path& path, uint64_t bytes) {
  put_text(path, "");
  std::filesystem::resize_file(path, bytes);
}

inline void put(const std::filesystem::path& path, const ContainerWriter& container) {
  std::filesystem::create_directories(path.parent_path());
  const auto done = container.write(path);
  EXPECT_TRUE(done) << done.error().text();
}

inline std::string layer_name(int number, const std::string& prefix = "qwen3_p8") {
  return prefix + "_l" + std::to_string(number) + "_together.axmodel";
}

inline constexpr const char* kHeadName = "qwen3_post.axmodel";
inline constexpr const char* kTableName = "model.embed_tokens.weight.bfloat16.bin";
inline constexpr const char* kTokenizerName = "qwen3_tokenizer.txt";
inline constexpr std::string_view kStub =
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345678\n";
inline constexpr const char* kFlatConfig = R"({
  "model_name": "AXERA-TECH/Qwen3-0.6B", "tokenizer_type": "Qwen3",
  "url_tokenizer_model": "qwen3_tokenizer.txt",
  "template_filename_axmodel": "qwen3_p8_l%d_together.axmodel", "axmodel_num": 3,
  "filename_post_axmodel": "qwen3_post.axmodel",
  "filename_tokens_embed": "model.embed_tokens.weight.bfloat16.bin",
  "tokens_embed_num": 100, "tokens_embed_size": 64, "eos": 7, "system_prompt": "Be kind."
})";

// Layers, head and embedding table, without config and tokenizer.
inline void put_weights(const std::filesystem::path& folder, int layers = 3,
                        const std::string& prefix = "qwen3_p8") {
  for (int i = 0; i < layers; ++i) put(folder / layer_name(i, prefix), shaped_layer());
  put(folder / kHeadName, shaped_head());
  put_hole(folder / kTableName, uint64_t{kRows} * kHidden * 2);
}

inline void put_flat(const std::filesystem::path& folder) {
  put_weights(folder);
  put_text(folder / "config.json", kFlatConfig);
  put_text(folder / kTokenizerName, "430 1\n0 0 0\n\n0\n");
}

// `text` with its one `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline ModelFolder described(const std::filesystem::path& path) {
  auto folder = describe_folder(path.string());
  EXPECT_TRUE(folder) << folder.error().text();
  return folder ? *std::move(folder) : ModelFolder();
}

inline Error error_in(const std::filesystem::path& path) {
  const auto folder = describe_folder(path.string());
  return folder ? Error{ErrorCode::kInternal, "no error"} : folder.error();
}

}  // namespace axllama::axmodel
