#include "standin/pack/config_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace axllama::pack {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string config_json(const ModelDescription& model) {
  Json config = {
      {"model_name", model.name},
      {"tokenizer_type", model.tokenizer_type},
      {"url_tokenizer_model", model.plan.tokenizer},
      {"template_filename_axmodel", model.plan.layer_template},
      {"axmodel_num", model.sizes.layers},
      {"filename_post_axmodel", model.plan.head},
      {"filename_tokens_embed", model.plan.embedding},
      {"tokens_embed_num", model.sizes.vocabulary},
      {"tokens_embed_size", model.sizes.hidden},
      {"use_mmap_load_embed", true},
      {"devices", Json::array({0})},
  };
  if (model.embedding) {
    config["is_embedding"] = true;
  } else {
    config["post_config_path"] = "post_config.json";
  }
  return config.dump(4) + "\n";
}

std::string pooling_json(int hidden, axmodel::EmbeddingPooling pooling) {
  using axmodel::EmbeddingPooling;
  const Json config = {
      {"word_embedding_dimension", hidden},
      {"pooling_mode_mean_tokens", pooling == EmbeddingPooling::kMean},
      {"pooling_mode_lasttoken", pooling == EmbeddingPooling::kLast},
  };
  return config.dump(2) + "\n";
}

std::string post_config_json() {
  const Json config = {
      {"enable_temperature", true},
      {"temperature", 0.9},
      {"enable_repetition_penalty", true},
      {"repetition_penalty", 1.2},
      {"penalty_window", 20},
      {"enable_top_p_sampling", false},
      {"top_p", 0.8},
      {"enable_top_k_sampling", true},
      {"top_k", 10},
  };
  return config.dump(4) + "\n";
}

std::string run_script(const ModelDescription& model, std::string_view program) {
  const bool over_pcie = program.find("axcl") != std::string_view::npos;
  return fmt::format(
      "./{} \\\n"
      "--template_filename_axmodel \"{}\" \\\n"
      "--axmodel_num {} \\\n"
      "--tokenizer_type 2 \\\n"
      "--url_tokenizer_model \"http://127.0.0.1:12345\" \\\n"
      "--filename_post_axmodel \"{}\" \\\n"
      "--filename_tokens_embed \"{}\" \\\n"
      "--tokens_embed_num {} \\\n"
      "--tokens_embed_size {} \\\n"
      "--use_mmap_load_embed 1 \\\n"
      "--bos 0 --eos 0 \\\n"
      "{}--live_print 1\n",
      program, model.plan.layer_template, model.sizes.layers, model.plan.head, model.plan.embedding,
      model.sizes.vocabulary, model.sizes.hidden, over_pcie ? "--devices 0 \\\n" : "");
}

std::string readme(const ModelDescription& model) {
  return fmt::format(
      "# {}\n\n"
      "Made by axllama-pack for axllama's stand-in device. The files have the form of AXERA's, "
      "but\n"
      "hold no NPU code: a real AX650 can't run them.\n",
      model.name);
}

std::string usual_tokenizer_type(Family family, const Tokenizer& tokenizer) {
  switch (family) {
    case Family::kQwen3:
      return "Qwen3";
    case Family::kQwen2:
      return "Qwen2_5";
    case Family::kLlama:
      break;
  }
  return std::ranges::count(tokenizer.tokens, "<|im_start|>") > 0 ? "SmolLM2" : "";
}

}  // namespace axllama::pack
