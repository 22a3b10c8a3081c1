#include "api/anthropic.h"
#include "api/anthropic_pieces.h"
#include "api/openai.h"

namespace axllama::anthropic {
namespace {

using json::Writer;

const char* type_of(int status) {
  switch (status) {
    case 400:
    case 405:
    case 409:
      return "invalid_request_error";
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
    case 529:
      return "overloaded_error";
    case 504:
      return "timeout_error";
    default:
      return "api_error";
  }
}

}  // namespace

void write_error(Writer& writer, const Error& error, std::string_view request_id) {
  writer.object("error", [&](Writer& inner) {
    inner.text("type", type_of(http_status(error.code)));
    inner.text("message", error.message);
  });
  writer.text("request_id", request_id);
}

std::string new_id(std::string_view prefix) {
  return openai::new_stamp(prefix).id;
}

std::string error_body(const Error& error, std::string_view request_id) {
  return json::object_text([&](Writer& writer) {
    writer.text("type", "error");
    write_error(writer, error, request_id);
  });
}

std::string count_body(int64_t tokens) {
  return json::object_text([&](Writer& writer) { writer.integer("input_tokens", tokens); });
}

}  // namespace axllama::anthropic
