#include "standin/pack/source.h"

#include <ggml.h>
#include <gguf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "standin/pack/quantise.h"
#include "standin/pack/test_support.h"
#include "test_places.h"

namespace axllama::pack {
namespace {

using Json = nlohmann::ordered_json;

std::vector<float> all_of(const SourceTensor& tensor) {
  std::vector<float> values(static_cast<size_t>(tensor.rows * tensor.columns));
  read_rows(tensor, 0, values);
  return values;
}

// A llama of two layers, in both forms. The numbers are exact in bf16.
struct TinyLlama {
  static constexpr int kHidden = 16, kHeads = 2, kKvHeads = 1, kHead = 8, kFeedForward = 32;
  static constexpr int kVocabulary = 12, kLayers = 2;

  struct Named {
    std::string gguf, hf;
    int64_t rows, columns;
    int heads;  // above 0: rows are permuted for GGUF
    std::vector<float> values = {};
  };
  std::vector<Named> tensors;

  TinyLlama() {
    add("token_embd.weight", "model.embed_tokens.weight", kVocabulary, kHidden);
    add("output_norm.weight", "model.norm.weight", 1, kHidden);
    add("output.weight", "lm_head.weight", kVocabulary, kHidden);
    for (int i = 0; i < kLayers; ++i) add_layer(i);
  }

  void add_layer(int i) {
    const std::string gguf = "blk." + std::to_string(i) + ".";
    const std::string hf = "model.layers." + std::to_string(i) + ".";
    add(gguf + "attn_norm.weight", hf + "input_layernorm.weight", 1, kHidden);
    add(gguf + "attn_q.weight", hf + "self_attn.q_proj.weight", kHeads * kHead, kHidden, kHeads);
    add(gguf + "attn_k.weight", hf + "self_attn.k_proj.weight", kKvHeads * kHead, kHidden,
        kKvHeads);
    add(gguf + "attn_v.weight", hf + "self_attn.v_proj.weight", kKvHeads * kHead, kHidden);
    add(gguf + "attn_output.weight", hf + "self_attn.o_proj.weight", kHidden, kHeads * kHead);
    add(gguf + "ffn_norm.weight", hf + "post_attention_layernorm.weight", 1, kHidden);
    add(gguf + "ffn_gate.weight", hf + "mlp.gate_proj.weight", kFeedForward, kHidden);
    add(gguf + "ffn_up.weight", hf + "mlp.up_proj.weight", kFeedForward, kHidden);
    add(gguf + "ffn_down.weight", hf + "mlp.down_proj.weight", kHidden, kFeedForward);
  }

  void add(const std::string& gguf, const std::string& hf, int64_t rows, int64_t columns,
           int heads = 0) {
    static std::mt19937 random(3);
    std::normal_distribution<float> normal;
    Named tensor = {gguf, hf, rows, columns, heads};
    for (int64_t i = 0; i < rows * columns; ++i) {
      tensor.values.push_back(from_bf16(to_bf16(normal(random))));
    }
    tensors.push_back(std::move(tensor));
  }

  // As the GGUF converter does: halves of a head become neighbours.
  static std::vector<float> permuted(const Named& tensor) {
    std::vector<float> values = tensor.values;
    const int64_t half = tensor.rows / tensor.heads / 2;
    for (int64_t row = 0; row < tensor.rows; ++row) {
      const int64_t head = row / (2 * half), within = row % (2 * half);
      const int64_t to = head * 2 * half + within % half * 2 + within / half;
      std::copy_n(tensor.values.begin() + row * tensor.columns, tensor.columns,
                  values.begin() + to * tensor.columns);
    }
    return values;
  }

  void write_gguf(const std::filesystem::path& path) const {
    gguf_context* file = gguf_init_empty();
    gguf_set_val_str(file, "general.architecture", "llama");
    gguf_set_val_u32(file, "llama.block_count", kLayers);
    gguf_set_val_u32(file, "llama.embedding_length", kHidden);
    gguf_set_val_u32(file, "llama.attention.head_count", kHeads);
    gguf_set_val_u32(file, "llama.attention.head_count_kv", kKvHeads);
    gguf_set_val_u32(file, "llama.feed_forward_length", kFeedForward);
    gguf_set_val_f32(file, "llama.attention.layer_norm_rms_epsilon", 1e-5F);
    gguf_set_val_f32(file, "llama.rope.freq_base", 5000);
    ggml_context* memory = ggml_init({1 << 20, nullptr, false});
    for (const Named& tensor : tensors) {
      ggml_tensor* made = ggml_new_tensor_2d(memory, GGML_TYPE_F32, tensor.columns, tensor.rows);
      ggml_set_name(made, tensor.gguf.c_str());
      const auto values = tensor.heads > 0 ? permuted(tensor) : tensor.values;
      std::memcpy(made->data, values.data(), values.size() * sizeof(float));
      gguf_add_tensor(file, made);
    }
    gguf_write_to_file(file, path.c_str(), false);
    ggml_free(memory);
    gguf_free(file);
  }

  static Json config() {
    return {{"model_type", "llama"},
            {"num_hidden_layers", kLayers},
            {"hidden_size", kHidden},
            {"num_attention_heads", kHeads},
            {"num_key_value_heads", kKvHeads},
            {"intermediate_size", kFeedForward},
            {"vocab_size", kVocabulary},
            {"rms_norm_eps", 1e-5},
            {"rope_theta", 5000}};
  }

  // One .safetensors file with every `of`-th tensor from `first` on.
  void write_part(const std::filesystem::path& path, size_t first, size_t of) const {
    Json header = Json::object();
    std::string data;
    for (size_t i = first; i < tensors.size(); i += of) {
      const size_t start = data.size();
      for (const float value : tensors[i].values) {
        const uint16_t bits = to_bf16(value);
        data.append(reinterpret_cast<const char*>(&bits), sizeof(bits));
      }
      const Json shape = tensors[i].rows == 1 ? Json::array({tensors[i].columns})
                                              : Json::array({tensors[i].rows, tensors[i].columns});
      header[tensors[i].hf] = {
          {"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {start, data.size()}}};
    }
    const std::string text = header.dump();
    const uint64_t length = text.size();
    std::ofstream(path, std::ios::binary)
        << std::string(reinterpret_cast<const char*>(&length), sizeof(length)) << text << data;
  }

  void write_sharded(const std::filesystem::path& folder) const {
    put(folder / "config.json", config().dump());
    write_part(folder / "model-1.safetensors", 0, 2);
    write_part(folder / "model-2.safetensors", 1, 2);
    Json map = Json::object();
    for (size_t i = 0; i < tensors.size(); ++i) {
      map[tensors[i].hf] = i % 2 == 0 ? "model-1.safetensors" : "model-2.safetensors";
    }
    put(folder / "model.safetensors.index.json", Json{{"weight_map", map}}.dump());
  }
};

TEST(Source, gguf_and_safetensors_of_sprout_agree) {
  const auto gguf = open_source(sprout_gguf());
  const auto hf = open_source(sprout_hf());
  ASSERT_TRUE(gguf) << gguf.error().text();
  ASSERT_TRUE(hf) << hf.error().text();
  EXPECT_EQ(gguf->sizes, hf->sizes);
  EXPECT_EQ(gguf->name, "Sprout 3M");
  EXPECT_EQ(hf->name, "hf");
  ASSERT_EQ(gguf->tensors.size(), hf->tensors.size());
  for (const auto& [name, tensor] : gguf->tensors) {
    const auto here = all_of(tensor), there = all_of(*hf->find(name));
    ASSERT_EQ(here.size(), there.size()) << name;
    for (size_t i = 0; i < here.size(); ++i) {
      ASSERT_LE(std::abs(here[i] - there[i]), std::abs(here[i]) / 256 + 1e-6F) << name << i;
    }
  }
}

TEST(Source, q8_0_is_dequantised) {
  const auto exact = open_source(sprout_gguf());
  const auto packed = open_source(source_path("/models/sprout/sprout-q8_0.gguf"));
  ASSERT_TRUE(packed) << packed.error().text();
  const auto here = all_of(*exact->find("layer.0.q")), there = all_of(*packed->find("layer.0.q"));
  const float most =
      std::abs(*std::ranges::max_element(here, {}, [](float x) { return std::abs(x); }));
  for (size_t i = 0; i < here.size(); ++i) ASSERT_NEAR(here[i], there[i], most / 100);
}

TEST(Source, llama_rows_agree_once_the_permutation_is_undone) {
  const Scratch scratch;
  const TinyLlama llama;
  llama.write_gguf(scratch.path / "tiny.gguf");
  llama.write_sharded(scratch.path);
  const auto gguf = open_source(scratch.path / "tiny.gguf");
  const auto hf = open_source(scratch.path);
  ASSERT_TRUE(gguf) << gguf.error().text();
  ASSERT_TRUE(hf) << hf.error().text();
  EXPECT_TRUE(gguf->sizes.rope_interleaved);
  EXPECT_FALSE(hf->sizes.rope_interleaved);
  EXPECT_EQ(gguf->sizes.rope_base, 5000);
  for (const TinyLlama::Named& tensor : llama.tensors) {
    SCOPED_TRACE(tensor.hf);
    const auto& [name, found] = *std::ranges::find_if(
        hf->tensors, [&](const auto& each) { return each.second.origin == tensor.hf; });
    EXPECT_EQ(all_of(found), tensor.values);
    EXPECT_EQ(all_of(*gguf->find(name)),
              tensor.heads > 0 ? TinyLlama::permuted(tensor) : tensor.values);
  }
}

TEST(Source, rows_can_be_read_from_the_middle) {
  const auto source = open_source(sprout_hf());
  const SourceTensor& tensor = *source->find("layer.5.down");
  const auto whole = all_of(tensor);
  std::vector<float> part(static_cast<size_t>(2 * tensor.columns));
  read_rows(tensor, 7, part);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 7 * tensor.columns));
}

struct BadConfig {
  const char* key;
  Json value;
  const char* message;
};

TEST(Source, unsupported_models_are_named) {
  const BadConfig cases[] = {
      {"model_type", "gemma3", "architecture \"gemma3\" can't be packed"},
      {"hidden_act", "gelu", "activation \"gelu\" can't be packed"},
      {"rope_scaling", {{"rope_type", "llama3"}}, "rotary scaling \"llama3\" can't be packed"},
      {"use_sliding_window", true, "sliding-window attention can't be packed"},
      {"head_dim", 7, "head size 7 is odd"},
      {"intermediate_size", 33, "is 32 x 16, expected 33 x 16"},
      {"num_hidden_layers", 3, "the model has no tensor for layer.2.attn_norm"},
      {"vocab_size", 13, "is 12 x 16, expected 13 x 16"},
      {"num_hidden_layers", "x", "the model's layers is 0"},
  };
  for (const BadConfig& bad : cases) {
    const Scratch scratch;
    TinyLlama().write_sharded(scratch.path);
    Json config = TinyLlama::config();
    config[bad.key] = bad.value;
    put(scratch.path / "config.json", config.dump());
    const auto source = open_source(scratch.path);
    ASSERT_FALSE(source) << bad.message;
    EXPECT_NE(source.error().message.find(bad.message), std::string::npos)
        << source.error().message;
    EXPECT_NE(source.error().message.find(scratch.path.string()), std::string::npos);
  }
}

TEST(Source, missing_and_broken_files_are_errors) {
  const Scratch scratch;
  EXPECT_EQ(open_source(scratch.path / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(open_source(scratch.path).error().code, ErrorCode::kNotFound);
  put(scratch.path / "a.gguf", "GGUF");
  EXPECT_EQ(open_source(scratch.path / "a.gguf").error().code, ErrorCode::kCorrupt);
  put(scratch.path / "b.gguf", "version https://git-lfs");
  EXPECT_NE(open_source(scratch.path / "b.gguf").error().message.find("not a GGUF"),
            std::string::npos);
}

// Embedding models are saved without the part that generates, so that no name begins with "model.".
TEST(Source, safetensors_of_an_embedding_model_are_the_same_weights) {
  const Scratch scratch;
  put(scratch.path / "config.json", get(sprout_hf() / "config.json"));
  std::string bytes = get(sprout_hf() / "model.safetensors");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  std::string header = bytes.substr(8, length);
  for (size_t at = header.find("\"model."); at != std::string::npos; at = header.find("\"model.")) {
    header.erase(at + 1, 6);
  }
  header.resize(length, ' ');
  put(scratch.path / "model.safetensors", bytes.replace(8, length, header));
  std::filesystem::create_directory(scratch.path / "1_Pooling");
  put(scratch.path / "1_Pooling/config.json", R"({"pooling_mode_lasttoken": true})");
  const auto embedding = open_source(scratch.path);
  const auto usual = open_source(sprout_hf());
  ASSERT_TRUE(embedding && usual) << embedding.error().text();
  EXPECT_EQ(embedding->pooling, axmodel::EmbeddingPooling::kLast);
  EXPECT_EQ(usual->pooling, std::nullopt);
  ASSERT_EQ(embedding->tensors.size(), usual->tensors.size());
  for (const auto& [name, tensor] : usual->tensors) {
    ASSERT_NE(embedding->find(name), nullptr) << name;
    EXPECT_EQ(all_of(*embedding->find(name)), all_of(tensor)) << name;
  }
}

TEST(Source, gguf_cut_short_is_corrupt) {
  const Scratch scratch;
  std::string bytes = get(sprout_gguf());
  bytes.resize(bytes.size() / 2);
  put(scratch.path / "cut.gguf", bytes);
  const auto source = open_source(scratch.path / "cut.gguf");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::kCorrupt);
}

TEST(Source, safetensors_cut_short_or_mangled_is_corrupt) {
  const Scratch scratch;
  put(scratch.path / "config.json", TinyLlama::config().dump());
  const auto model = scratch.path / "model.safetensors";
  TinyLlama().write_part(model, 0, 1);
  const std::string whole = get(model);
  ASSERT_TRUE(open_source(scratch.path));
  for (const size_t length : {size_t{0}, size_t{4}, size_t{8}, size_t{100}, whole.size() - 1}) {
    put(model, whole.substr(0, length));
    const auto source = open_source(scratch.path);
    ASSERT_FALSE(source) << length;
    EXPECT_EQ(source.error().code, ErrorCode::kCorrupt) << source.error().text();
  }
  put(model, "\xff\xff\xff\xff\xff\xff\xff\xff" + whole.substr(8));
  EXPECT_EQ(open_source(scratch.path).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace axllama::pack
