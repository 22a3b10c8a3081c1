#include "runner/token_json.h"

#include <nlohmann/json.hpp>

namespace axllama::runner {
namespace {

template <class T>
Result<T> decode_member(std::string_view body, const char* name) {
  try {
    return nlohmann::json::parse(body).at(name).get<T>();
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument, error.what(),
                "send {\"" + std::string(name) + "\": ...}");
  }
}

}  // namespace

Result<std::string> decode_text(std::string_view body) {
  return decode_member<std::string>(body, "text");
}

std::string encode_text(std::string_view text) {
  return nlohmann::json{{"text", text}}.dump(-1, ' ', false,
                                             nlohmann::json::error_handler_t::replace);
}

Result<std::vector<Token>> decode_tokens(std::string_view body) {
  return decode_member<std::vector<Token>>(body, "tokens");
}

std::string encode_tokens(const std::vector<Token>& tokens) {
  return nlohmann::json{{"tokens", tokens}}.dump();
}

}  // namespace axllama::runner
