#include <bit>
#include <random>

#include "api/openai.h"
#include "api/openai_pieces.h"
#include "base/base64.h"

namespace axllama::openai {
namespace {

using json::Writer;

const char* type_of(int status) {
  switch (status) {
    case 400:
      return "invalid_request_error";
    case 404:
      return "not_found_error";
    default:
      return "api_error";
  }
}

void append_row(const ModelRow& row, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("id", row.id);
    writer.text("object", "model");
    writer.integer("created", unix_seconds(row.created));
    writer.text("owned_by", row.owner);
  });
}

std::string little_endian(const std::vector<float>& vector) {
  std::string bytes;
  bytes.reserve(vector.size() * sizeof(float));
  for (const float number : vector) {
    const auto bits = std::bit_cast<uint32_t>(number);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift & 0xFF);
  }
  return bytes;
}

void write_vector(Writer& writer, const std::vector<float>& vector, bool base64) {
  if (base64) {
    writer.text("embedding", encode_base64(little_endian(vector)));
  } else {
    writer.array("embedding", vector,
                 [](float number, std::string& out) { out += json::json_number(number); });
  }
}

}  // namespace

std::string server_event(std::string_view name, std::string_view data) {
  std::string event;
  if (!name.empty()) ((event += "event: ") += name) += '\n';
  ((event += "data: ") += data) += "\n\n";
  return event;
}

std::string error_body(const Error& error) {
  return json::object_text([&](Writer& writer) {
    writer.object("error", [&](Writer& inner) {
      inner.text("message", error.message);
      inner.text("type", type_of(http_status(error.code)));
      inner.null("param");
      inner.null("code");
    });
  });
}

Stamp new_stamp(std::string_view prefix) {
  std::random_device random;
  std::string id(prefix);
  for (int i = 0; i < 24; ++i) id += "0123456789abcdef"[random() & 0xF];
  return {std::move(id), std::chrono::system_clock::now()};
}

std::string write_model(const ModelRow& row) {
  std::string out;
  append_row(row, out);
  return out;
}

std::string write_models(const std::vector<ModelRow>& rows) {
  return json::object_text([&](Writer& writer) {
    writer.text("object", "list");
    writer.array("data", rows, append_row);
  });
}

std::string write_embeddings(std::string_view model, const EmbedAnswer& answer, bool base64) {
  int64_t index = 0;
  const auto append_vector = [&](const std::vector<float>& vector, std::string& out) {
    json::append_object(out, [&](Writer& writer) {
      writer.text("object", "embedding");
      write_vector(writer, vector, base64);
      writer.integer("index", index++);
    });
  };
  return json::object_text([&](Writer& writer) {
    writer.text("object", "list");
    writer.array("data", answer.embeddings, append_vector);
    writer.text("model", model);
    writer.object("usage", [&](Writer& usage) {
      usage.integer("prompt_tokens", answer.prompt_tokens);
      usage.integer("total_tokens", answer.prompt_tokens);
    });
  });
}

}  // namespace axllama::openai
