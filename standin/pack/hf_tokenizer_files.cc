// Writing; hf_tokenizer.cc reads.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/fd.h"
#include "standin/pack/hf_tokenizer.h"

namespace axllama::pack {
namespace {

using Json = nlohmann::json;  // ordered_json looks a key up one by one: minutes for a vocabulary

constexpr std::array kCopied = {
    "tokenizer.json",  "tokenizer_config.json",   "vocab.json",
    "merges.txt",      "special_tokens_map.json", "added_tokens.json",
    "tokenizer.model", "generation_config.json",  "chat_template.jinja",
};

Result<std::vector<TokenizerFile>> copies(const std::filesystem::path& folder) {
  std::vector<TokenizerFile> files;
  for (const char* name : kCopied) {
    auto content = read_file(folder / name);
    if (content) {
      files.push_back({name, *std::move(content)});
    } else if (content.error().code != ErrorCode::kNotFound) {
      return std::unexpected(content.error());
    }
  }
  return files;
}

// GGUF has them joined by a blank, as merges.txt does.
std::string merges_text(const Tokenizer& tokenizer) {
  std::string text = "#version: 0.2\n";
  for (const std::string& merge : tokenizer.merges) text += merge + "\n";
  return text;
}

Json vocabulary(const Tokenizer& tokenizer) {
  Json tokens = Json::object();
  for (size_t id = 0; id < tokenizer.tokens.size(); ++id) {
    if (tokenizer.added(id) || tokenizer.types[id] == TokenType::kUnused) continue;
    tokens[tokenizer.tokens[id]] = id;
  }
  return tokens;
}

Json added_tokens(const Tokenizer& tokenizer) {
  Json added = Json::array();
  for (size_t id = 0; id < tokenizer.tokens.size(); ++id) {
    if (!tokenizer.added(id)) continue;
    added.push_back({{"id", id},
                     {"content", tokenizer.tokens[id]},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", tokenizer.types[id] == TokenType::kControl}});
  }
  return added;
}

Json byte_level(bool use_regex) {
  return {{"type", "ByteLevel"},
          {"add_prefix_space", false},
          {"trim_offsets", false},
          {"use_regex", use_regex}};
}

Json pre_tokenizer(const PreTokenizer& pre) {
  const Json split = {{"type", "Split"},
                      {"pattern", {{"Regex", std::string(pre.regex)}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  return {{"type", "Sequence"}, {"pretokenizers", Json::array({split, byte_level(false)})}};
}

std::string tokenizer_json(const Tokenizer& tokenizer, const PreTokenizer& pre,
                           const Json& tokens) {
  const Json model = {{"type", "BPE"},
                      {"dropout", nullptr},
                      {"unk_token", nullptr},
                      {"continuing_subword_prefix", ""},
                      {"end_of_word_suffix", ""},
                      {"fuse_unk", false},
                      {"byte_fallback", false},
                      {"vocab", tokens},
                      {"merges", tokenizer.merges}};
  const Json normalizer = tokenizer.normalize_nfc ? Json{{"type", "NFC"}} : Json();
  const Json json = {{"version", "1.0"},
                     {"truncation", nullptr},
                     {"padding", nullptr},
                     {"added_tokens", added_tokens(tokenizer)},
                     {"normalizer", normalizer},
                     {"pre_tokenizer", pre_tokenizer(pre)},
                     {"post_processor", byte_level(false)},
                     {"decoder", byte_level(false)},
                     {"model", model}};
  return json.dump();
}

Json token_or_null(const Tokenizer& tokenizer, int id) {
  return id >= 0 ? Json(tokenizer.tokens[static_cast<size_t>(id)]) : Json();
}

std::string tokenizer_config(const Tokenizer& tokenizer) {
  const int eos = tokenizer.stops.empty() ? -1 : tokenizer.stops.front();
  Json config = {{"add_bos_token", tokenizer.add_bos},
                 {"add_prefix_space", false},
                 {"bos_token", token_or_null(tokenizer, tokenizer.bos)},
                 {"eos_token", token_or_null(tokenizer, eos)},
                 {"tokenizer_class", "PreTrainedTokenizerFast"}};
  if (!tokenizer.chat_template.empty()) config["chat_template"] = tokenizer.chat_template;
  return config.dump(2);
}

}  // namespace

Result<std::vector<TokenizerFile>> hf_tokenizer_files(const Tokenizer& tokenizer) {
  if (!tokenizer.folder.empty()) return copies(tokenizer.folder);
  if (tokenizer.kind != Tokenizer::Kind::kBpe) {
    return fail(ErrorCode::kUnsupported,
                "a Hugging Face tokenizer can be made from a BPE vocabulary only",
                "give --tokenizer axera, or the Hugging Face folder as the source");
  }
  const PreTokenizer* pre = find_pre_tokenizer(tokenizer.pre);
  if (pre == nullptr) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the regex of pre-tokenizer \"{}\" isn't known", tokenizer.pre),
                "give --tokenizer axera, or the Hugging Face folder as the source");
  }
  const Json tokens = vocabulary(tokenizer);
  return std::vector<TokenizerFile>{{"tokenizer.json", tokenizer_json(tokenizer, *pre, tokens)},
                                    {"tokenizer_config.json", tokenizer_config(tokenizer)},
                                    {"vocab.json", tokens.dump()},
                                    {"merges.txt", merges_text(tokenizer)}};
}

}  // namespace axllama::pack
