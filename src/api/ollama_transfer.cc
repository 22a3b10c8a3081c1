#include "api/ollama_transfer.h"

#include <optional>

#include "api/json_document.h"
#include "api/ollama_fields.h"
#include "api/ollama_pieces.h"

namespace axllama::ollama {
namespace {

Result<TransferBody> read_transfer(std::string_view text, const char* go_type) {
  AX_TRY(const json::Document document, parse_body(text));
  json::Decoder decoder;
  TransferBody body;
  std::string name, username, password;
  std::optional<bool> stream;
  decoder.object(document.root(), go_type,
                 {{"model", &body.model},
                  {"insecure", &body.insecure},
                  {"username", &username},
                  {"password", &password},
                  {"stream", &stream},
                  {"name", &name},
                  {"device", [&](json::Value v) { return read_device(decoder, v, body.device); }}});
  AX_CHECK(decoder.result());
  if (body.model.empty()) body.model = name;
  body.stream = stream.value_or(true);
  return body;
}

}  // namespace

Result<TransferBody> read_pull(std::string_view body) {
  return read_transfer(body, "api.PullRequest");
}

Result<TransferBody> read_push(std::string_view body) {
  return read_transfer(body, "api.PushRequest");
}

std::string transfer_line(std::string_view status, std::string_view digest, uint64_t total,
                          uint64_t completed) {
  return json::object_text([&](json::Writer& writer) {
           writer.text("status", status);
           writer.text_if("digest", digest);
           writer.integer_if("total", static_cast<int64_t>(total));
           writer.integer_if("completed", static_cast<int64_t>(completed));
         }) +
         "\n";
}

}  // namespace axllama::ollama
