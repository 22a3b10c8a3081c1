#include "engine/llama/tiny_models.h"

#include <gguf.h>
#include <llama.h>

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace axllama::test_kit {
namespace {

class TinyModel {
 public:
  explicit TinyModel(const std::string& family)
      : family_(family),
        gguf_(gguf_init_empty()),
        ggml_(ggml_init({.mem_size = 1 << 24, .mem_buffer = nullptr, .no_alloc = false})) {
    gguf_set_val_str(gguf_, "general.architecture", family.c_str());
  }
  ~TinyModel() {
    ggml_free(ggml_);
    gguf_free(gguf_);
  }
  TinyModel(const TinyModel&) = delete;
  TinyModel& operator=(const TinyModel&) = delete;

  void number(const std::string& key, uint32_t value) const {
    gguf_set_val_u32(gguf_, (family_ + "." + key).c_str(), value);
  }
  void real(const std::string& key, float value) const {
    gguf_set_val_f32(gguf_, (family_ + "." + key).c_str(), value);
  }
  void flag(const std::string& key, bool value) const {
    gguf_set_val_bool(gguf_, (family_ + "." + key).c_str(), value);
  }
  void reals(const std::string& key, const std::vector<float>& values) const {
    gguf_set_arr_data(gguf_, (family_ + "." + key).c_str(), GGUF_TYPE_FLOAT32, values.data(),
                      values.size());
  }
  void text(const std::string& key, const char* value) const {
    gguf_set_val_str(gguf_, (family_ + "." + key).c_str(), value);
  }
  void general(const char* key, const char* value) const { gguf_set_val_str(gguf_, key, value); }
  void alpha(float value) const { gguf_set_val_f32(gguf_, "adapter.lora.alpha", value); }
  void tokenizer(const char* kind, const std::vector<std::string>& tokens,
                 const std::vector<int32_t>& types) const {
    std::vector<const char*> texts;
    for (const std::string& token : tokens) texts.push_back(token.c_str());
    const std::vector<float> scores(tokens.size(), 0.0F);
    gguf_set_val_str(gguf_, "tokenizer.ggml.model", kind);
    gguf_set_arr_str(gguf_, "tokenizer.ggml.tokens", texts.data(), texts.size());
    gguf_set_arr_data(gguf_, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(),
                      types.size());
    gguf_set_arr_data(gguf_, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(),
                      scores.size());
  }
  void special_token(const std::string& name, uint32_t id) const {
    gguf_set_val_u32(gguf_, ("tokenizer.ggml." + name).c_str(), id);
  }
  // Weights around `center`.
  void tensor(const std::string& name, std::initializer_list<int64_t> shape, float center = 0,
              float size = 0.3F) {
    ggml_tensor* made =
        ggml_new_tensor(ggml_, GGML_TYPE_F32, static_cast<int>(shape.size()), shape.begin());
    ggml_set_name(made, name.c_str());
    std::normal_distribution<float> spread;
    auto* values = static_cast<float*>(made->data);
    for (int64_t i = 0; i < ggml_nelements(made); ++i) values[i] = center + size * spread(random_);
    gguf_add_tensor(gguf_, made);
  }
  void write(const std::filesystem::path& path) const {
    gguf_write_to_file(gguf_, path.c_str(), false);
  }

 private:
  std::string family_;
  gguf_context* gguf_;
  ggml_context* ggml_;
  std::mt19937 random_{3};
};

// <unk> <s> </s> and the bytes. Gives their number.
int64_t byte_tokenizer(const TinyModel& model) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  std::vector<int32_t> types = {LLAMA_TOKEN_TYPE_UNKNOWN, LLAMA_TOKEN_TYPE_CONTROL,
                                LLAMA_TOKEN_TYPE_CONTROL};
  for (int byte = 0; byte < 256; ++byte) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    tokens.push_back(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">");
    types.push_back(LLAMA_TOKEN_TYPE_BYTE);
  }
  model.tokenizer("llama", tokens, types);
  return static_cast<int64_t>(tokens.size());
}

constexpr int64_t kTower = 64;
constexpr int64_t kPatch = 8;

// A linear map with its bias.
void add_linear(TinyModel& model, const std::string& name, int64_t from, int64_t to) {
  model.tensor(name + ".weight", {from, to});
  model.tensor(name + ".bias", {to});
}

void add_tower_layer(TinyModel& model, const std::string& layer, bool joined) {
  constexpr int64_t kInner = 96;
  for (const char* name : {"ln1", "ln2"}) {
    model.tensor(layer + name + ".weight", {kTower}, 1);
    model.tensor(layer + name + ".bias", {kTower});
  }
  if (joined) add_linear(model, layer + "attn_qkv", kTower, 3 * kTower);
  for (const char* name : {"attn_q", "attn_k", "attn_v"}) {
    if (!joined) add_linear(model, layer + name, kTower, kTower);
  }
  add_linear(model, layer + "attn_out", kTower, kTower);
  add_linear(model, layer + "ffn_up", kTower, kInner);
  add_linear(model, layer + "ffn_down", kInner, kTower);
}

void add_projection(TinyModel& model, ProjectorKind kind, int64_t size) {
  switch (kind) {
    case ProjectorKind::kLlava:
      model.text("projector_type", "mlp");
      add_linear(model, "mm.0", kTower, size);
      add_linear(model, "mm.2", size, size);
      break;
    case ProjectorKind::kGemma:
      model.text("projector_type", "gemma3");
      model.number("vision.projector.scale_factor", 2);
      model.tensor("mm.input_projection.weight", {size, kTower});
      model.tensor("mm.soft_emb_norm.weight", {kTower}, 1);
      break;
    case ProjectorKind::kQwen:
      model.text("projector_type", "qwen3vl_merger");
      model.tensor("v.patch_embd.weight.1", {kPatch, kPatch, 3, kTower});
      add_linear(model, "mm.0", 4 * kTower, 128);
      add_linear(model, "mm.2", 128, size);
      break;
  }
}

void copy_value(const gguf_context* from, int64_t key, gguf_context* to, const std::string& name) {
  switch (gguf_get_kv_type(from, key)) {
    case GGUF_TYPE_UINT32:
      gguf_set_val_u32(to, name.c_str(), gguf_get_val_u32(from, key));
      break;
    case GGUF_TYPE_FLOAT32:
      gguf_set_val_f32(to, name.c_str(), gguf_get_val_f32(from, key));
      break;
    default:
      break;
  }
}

}  // namespace

void write_tiny_projector(const std::filesystem::path& path, ProjectorKind kind, int64_t size) {
  TinyModel model("clip");
  model.flag("has_vision_encoder", true);
  model.flag("use_gelu", true);
  model.number("vision.image_size", 64);
  model.number("vision.patch_size", kPatch);
  model.number("vision.embedding_length", kTower);
  model.number("vision.feed_forward_length", 96);
  model.number("vision.projection_dim", static_cast<uint32_t>(size));
  model.number("vision.block_count", 2);
  model.number("vision.attention.head_count", 4);
  model.real("vision.attention.layer_norm_epsilon", 1e-5F);
  model.reals("vision.image_mean", {0.5F, 0.5F, 0.5F});
  model.reals("vision.image_std", {0.5F, 0.5F, 0.5F});

  model.tensor("v.patch_embd.weight", {kPatch, kPatch, 3, kTower});
  model.tensor("v.patch_embd.bias", {kTower});
  model.tensor("v.position_embd.weight", {kTower, 64});
  for (const char* layer : {"v.blk.0.", "v.blk.1."}) {
    add_tower_layer(model, layer, kind == ProjectorKind::kQwen);
  }
  model.tensor("v.post_ln.weight", {kTower}, 1);
  model.tensor("v.post_ln.bias", {kTower});
  add_projection(model, kind, size);
  model.write(path);
}

void write_as_qwen3vl(const std::filesystem::path& model, const std::filesystem::path& path) {
  ggml_context* data = nullptr;
  gguf_context* const from = gguf_init_from_file(model.c_str(), {.no_alloc = false, .ctx = &data});
  gguf_context* const to = gguf_init_empty();
  gguf_set_kv(to, from);
  for (int64_t key = 0; key < gguf_get_n_kv(from); ++key) {
    const std::string name = gguf_get_key(from, key);
    if (!name.starts_with("qwen3.")) continue;
    gguf_remove_key(to, name.c_str());
    copy_value(from, key, to, "qwen3vl." + name.substr(6));
  }
  const std::vector<int32_t> sections = {6, 5, 5, 0};
  gguf_set_arr_data(to, "qwen3vl.rope.dimension_sections", GGUF_TYPE_INT32, sections.data(), 4);
  gguf_set_val_str(to, "general.architecture", "qwen3vl");
  for (int64_t i = 0; i < gguf_get_n_tensors(from); ++i) {
    gguf_add_tensor(to, ggml_get_tensor(data, gguf_get_tensor_name(from, i)));
  }
  gguf_write_to_file(to, path.c_str(), false);
  gguf_free(to);
  gguf_free(from);
  ggml_free(data);
}

void write_tiny_bert(const std::filesystem::path& path, FilePooling pooling) {
  constexpr int64_t kSize = 32;
  TinyModel model("bert");
  model.number("context_length", 64);
  model.number("embedding_length", kSize);
  model.number("block_count", 1);
  model.number("feed_forward_length", 64);
  model.number("attention.head_count", 2);
  model.real("attention.layer_norm_epsilon", 1e-5F);
  model.flag("attention.causal", false);
  if (pooling != FilePooling::kUnnamed) {
    model.number("pooling_type", static_cast<uint32_t>(pooling));
  }
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    tokens.push_back("\u2581" + std::string(1, letter));
  }
  std::vector<int32_t> types(tokens.size(), LLAMA_TOKEN_TYPE_NORMAL);
  for (size_t i = 0; i < 5; ++i) types[i] = LLAMA_TOKEN_TYPE_CONTROL;
  model.tokenizer("bert", tokens, types);
  model.special_token("token_type_count", 1);
  model.special_token("padding_token_id", 0);
  model.special_token("unknown_token_id", 1);
  model.special_token("cls_token_id", 2);
  model.special_token("bos_token_id", 2);
  model.special_token("seperator_token_id", 3);
  model.special_token("mask_token_id", 4);

  const auto words = static_cast<int64_t>(tokens.size());
  model.tensor("token_embd.weight", {kSize, words});
  model.tensor("position_embd.weight", {kSize, 64});
  model.tensor("token_embd_norm.weight", {kSize}, 1);
  model.tensor("token_embd_norm.bias", {kSize});
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
    model.tensor(std::string("blk.0.") + name + ".weight", {kSize, kSize});
  }
  for (const char* name : {"attn_output_norm", "layer_output_norm"}) {
    model.tensor(std::string("blk.0.") + name + ".weight", {kSize}, 1);
    model.tensor(std::string("blk.0.") + name + ".bias", {kSize});
  }
  model.tensor("blk.0.ffn_up.weight", {kSize, 64});
  model.tensor("blk.0.ffn_down.weight", {64, kSize});
  model.write(path);
}

void write_tiny_mamba(const std::filesystem::path& path) {
  constexpr int64_t kSize = 16;
  constexpr int64_t kInner = 32;
  constexpr int64_t kState = 8;
  TinyModel model("mamba");
  model.number("context_length", 128);
  model.number("embedding_length", kSize);
  model.number("block_count", 1);
  model.number("feed_forward_length", 0);
  model.number("attention.head_count", 0);
  model.real("attention.layer_norm_rms_epsilon", 1e-5F);
  model.number("ssm.conv_kernel", 4);
  model.number("ssm.inner_size", kInner);
  model.number("ssm.state_size", kState);
  model.number("ssm.time_step_rank", 2);
  const int64_t tokens = byte_tokenizer(model);

  model.tensor("token_embd.weight", {kSize, tokens});
  model.tensor("output_norm.weight", {kSize}, 1);
  model.tensor("blk.0.attn_norm.weight", {kSize}, 1);
  model.tensor("blk.0.ssm_in.weight", {kSize, 2 * kInner});
  model.tensor("blk.0.ssm_conv1d.weight", {4, kInner});
  model.tensor("blk.0.ssm_conv1d.bias", {kInner});
  model.tensor("blk.0.ssm_x.weight", {kInner, 2 + 2 * kState});
  model.tensor("blk.0.ssm_dt.weight", {2, kInner});
  model.tensor("blk.0.ssm_dt.bias", {kInner});
  model.tensor("blk.0.ssm_a", {kState, kInner}, -1);
  model.tensor("blk.0.ssm_d", {kInner}, 1);
  model.tensor("blk.0.ssm_out.weight", {kInner, kSize});
  model.write(path);
}

void write_tiny_gemma(const std::filesystem::path& path) {
  constexpr int64_t kSize = 32;
  constexpr int64_t kHead = 16;
  constexpr int64_t kInner = 64;
  TinyModel model("gemma3");
  model.number("context_length", 128);
  model.number("embedding_length", kSize);
  model.number("block_count", 2);
  model.number("feed_forward_length", kInner);
  model.number("attention.head_count", 2);
  model.number("attention.key_length", kHead);
  model.number("attention.value_length", kHead);
  model.number("attention.sliding_window", 8);
  model.number("attention.sliding_window_pattern", 2);
  model.real("attention.layer_norm_rms_epsilon", 1e-5F);
  const int64_t tokens = byte_tokenizer(model);

  model.tensor("token_embd.weight", {kSize, tokens});
  model.tensor("output_norm.weight", {kSize}, 1);
  for (const std::string layer : {"blk.0.", "blk.1."}) {
    for (const char* name : {"attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"}) {
      model.tensor(layer + name + ".weight", {kSize}, 1);
    }
    for (const char* name : {"attn_q_norm", "attn_k_norm"}) {
      model.tensor(layer + name + ".weight", {kHead}, 1);
    }
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      model.tensor(layer + name + ".weight", {kSize, kSize});
    }
    for (const char* name : {"ffn_gate", "ffn_up"}) {
      model.tensor(layer + name + ".weight", {kSize, kInner});
    }
    model.tensor(layer + "ffn_down.weight", {kInner, kSize});
  }
  model.write(path);
}

void write_tiny_adapter(const std::filesystem::path& path, const TinyAdapter& adapter) {
  constexpr int64_t kRank = 4;
  TinyModel made(adapter.family);
  made.general("general.type", "adapter");
  made.general("adapter.type", "lora");
  made.alpha(8);
  made.tensor(std::string(adapter.tensor) + ".lora_a", {adapter.from, kRank}, 0, adapter.size);
  made.tensor(std::string(adapter.tensor) + ".lora_b", {kRank, adapter.to}, 0, adapter.size);
  made.write(path);
}

}  // namespace axllama::test_kit
