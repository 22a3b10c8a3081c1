#include "token/vocabulary_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/fd.h"
#include "token/axera_text.h"
#include "token/family_template.h"
#include "token/hf_tokenizer.h"
#include "token/special_tokens.h"
#include "token/vocabulary.h"
#include "token/vocabulary_gguf.h"

namespace axllama {
namespace {

namespace fs = std::filesystem;

// Part of the digest: raise it when the same tokenizer gives another file than before.
constexpr int kVersion = 1;
constexpr int kMostRows = static_cast<int>(kMostTokens);

// What a vocabulary is made of.
struct Origin {
  std::string path;
  bool is_folder;
  std::string tokenizer_type;
  std::string closing_token;
  std::string text;  // AXERA's file
  HfFiles files;     // or the folder's
};

Result<Origin> read_files(Origin origin) {
  if (origin.is_folder) {
    AX_TRY(origin.files, read_hf_files(origin.path));
  } else {
    AX_TRY(origin.text, read_file(origin.path));
  }
  return origin;
}

std::string digest_of(const Origin& origin, int rows) {
  Sha256 digest;
  digest.update(fmt::format("{} {} {}\n", kVersion, rows, origin.tokenizer_type));
  if (!origin.closing_token.empty()) digest.update(fmt::format("{}\n", origin.closing_token));
  const HfFiles& files = origin.files;
  const std::string family = family_template(origin.tokenizer_type);
  for (const std::string* part :
       {&origin.text, &files.tokenizer, &files.vocabulary, &files.merges, &files.config,
        &files.generation_config, &files.chat_template, &family}) {
    digest.update(fmt::format("{}\n", part->size()));
    digest.update(*part);
  }
  return digest.hex();
}

Result<void> pad(TokenizerSource& source, int rows) {
  if (rows <= 0) return {};
  if (rows > kMostRows) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} rows of embeddings", rows));
  }
  const auto wanted = static_cast<size_t>(rows);
  if (source.tokens.size() > wanted) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} tokens, but the model has only {}", source.tokens.size(), wanted),
                "the tokenizer is of another model");
  }
  source.tokens.resize(wanted);
  return {};
}

// What the tokenizer itself puts behind a text wins.
Result<void> close_texts(TokenizerSource& source, const std::string& closing_token) {
  if (closing_token.empty() || source.add_eos) return {};
  const auto found = std::ranges::find(source.tokens, closing_token, &SourceToken::text);
  if (found == source.tokens.end()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("it has no token {}, which the model's texts end with", closing_token),
                "the tokenizer is of another model");
  }
  if (source.eos != -1) source.stops.push_back(source.eos);
  source.eos = static_cast<int>(found - source.tokens.begin());
  source.add_eos = true;
  return {};
}

Result<TokenizerSource> read_tokenizer(const Origin& origin, int rows) {
  AX_TRY(TokenizerSource source, origin.is_folder
                                     ? read_hf_tokenizer(origin.files, origin.tokenizer_type)
                                     : read_axera_text(origin.text, origin.tokenizer_type));
  if (source.chat_template.empty()) {
    source.chat_template = family_template(origin.tokenizer_type);
  }
  AX_CHECK(pad(source, rows));
  AX_CHECK(close_texts(source, origin.closing_token));
  AX_CHECK(finish_tokenizer(source));
  return source;
}

Result<void> check_loads(const std::string& path, size_t tokens) {
  AX_TRY(const auto vocabulary, Vocabulary::load(path));
  if (static_cast<size_t>(vocabulary->size()) == tokens) return {};
  return fail(ErrorCode::kInternal,
              fmt::format("{} has {} tokens, not {}", path, vocabulary->size(), tokens));
}

Result<void> make_file(const Origin& origin, int rows, const std::string& digest,
                       const std::string& path) {
  auto source = read_tokenizer(origin, rows);
  if (!source) {
    Error error = source.error();
    error.message = fmt::format("tokenizer {}: {}", origin.path, error.message);
    return std::unexpected(std::move(error));
  }
  AX_CHECK(write_file_atomically(path, vocabulary_bytes(*source, digest)));
  auto loads = check_loads(path, source->tokens.size());
  if (loads) return {};
  std::error_code ignored;
  fs::remove(path, ignored);
  return loads;
}

}  // namespace

Result<std::string> vocabulary_for(const std::string& tokenizer_path, bool is_folder,
                                   const std::string& tokenizer_type, int rows,
                                   const std::string& cache_folder,
                                   const std::string& closing_token) {
  AX_TRY(const Origin origin,
         read_files({tokenizer_path, is_folder, tokenizer_type, closing_token, {}, {}}));
  const std::string digest = digest_of(origin, rows);
  const fs::path path =
      fs::path(cache_folder) / fmt::format("vocabulary-{}.gguf", digest.substr(0, 32));
  if (digest_in_vocabulary(path.string()) != digest) {
    AX_CHECK(make_file(origin, rows, digest, path.string()));
  }
  return path.string();
}

}  // namespace axllama
