#include "api/json_document.h"
#include "api/ollama.h"
#include "api/ollama_pieces.h"
#include "base/format.h"

namespace axllama::ollama {
namespace {

using json::Writer;
using Time = std::chrono::system_clock::time_point;

// The longest time Go knows, in whole years.
constexpr int kForeverYears = 292;

// The clock of the standard library ends in 2262, so the year is moved in the text.
std::string never() {
  std::string text = format_time_local(std::chrono::system_clock::now());
  const size_t year = text.find('-');
  return std::to_string(std::stoi(text.substr(0, year)) + kForeverYears) + text.substr(year);
}

std::string expiry(Time expires) {
  return expires == Time::max() ? never() : format_time_local(expires);
}

void append_tags_row(const TagsRow& row, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("name", row.name);
    writer.text("model", row.name);
    writer.text("modified_at", format_time_local(row.modified));
    writer.integer("size", static_cast<int64_t>(row.size));
    writer.text("digest", row.digest);
    writer.object("details", [&](Writer& details) { write_details(details, row.details); });
    writer.array_if("capabilities", row.capabilities, append_text);
  });
}

void append_device(const DeviceMemory& memory, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("device", memory.device);
    writer.integer("bytes", static_cast<int64_t>(memory.bytes));
  });
}

void append_shortcut(const ShortcutVerdict& verdict, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("name", verdict.name);
    writer.flag("on", verdict.on);
    writer.text_if("why", verdict.why);
  });
}

void write_engine(Writer& writer, const PsRow& row) {
  writer.text("engine", row.engine);
  writer.array("devices", row.devices, append_device);
  writer.text_if("driver", row.driver);
  writer.array_if("shortcuts", row.shortcuts, append_shortcut);
}

void append_ps_row(const PsRow& row, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("name", row.name);
    writer.text("model", row.name);
    writer.integer("size", static_cast<int64_t>(row.size));
    writer.text("digest", row.digest);
    ModelDetails details = row.details;
    details.parent_model.clear();
    writer.object("details", [&](Writer& inner) { write_details(inner, details); });
    writer.text("expires_at", expiry(row.expires));
    writer.integer("size_vram", static_cast<int64_t>(row.size_vram));
    writer.integer("context_length", row.context_length);
    if (!row.engine.empty()) {
      writer.object("axllama", [&](Writer& inner) { write_engine(inner, row); });
    }
  });
}

void append_loading_row(const LoadingRow& row, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("name", row.name);
    writer.number("share", row.share);
  });
}

template <class Row, class One>
std::string models(const std::vector<Row>& rows, One one) {
  return json::object_text([&](Writer& writer) { writer.array("models", rows, one); });
}

}  // namespace

std::string write_tags(const std::vector<TagsRow>& rows) {
  return models(rows, append_tags_row);
}

std::string write_ps(const std::vector<PsRow>& rows, const std::vector<LoadingRow>& loading) {
  return json::object_text([&](Writer& writer) {
    writer.array("models", rows, append_ps_row);
    writer.array_if("loading", loading, append_loading_row);
  });
}

std::string write_embed(std::string_view model, const EmbedReply& reply) {
  const auto append_number = [](float number, std::string& out) {
    out += json::json_number(number);
  };
  const auto append_vector = [&](const std::vector<float>& vector, std::string& out) {
    json::append_array(out, vector, append_number);
  };
  return json::object_text([&](Writer& writer) {
    writer.text("model", model);
    writer.array("embeddings", reply.answer.embeddings, append_vector);
    writer.integer_if("total_duration", reply.total.count());
    writer.integer_if("load_duration", reply.load.count());
    writer.integer_if("prompt_eval_count", reply.answer.prompt_tokens);
  });
}

std::string write_embeddings(const EmbedReply& reply) {
  const auto& all = reply.answer.embeddings;
  return json::object_text([&](Writer& writer) {
    // Here Ollama writes the numbers as doubles, with all their digits.
    writer.array("embedding", all.empty() ? std::vector<float>() : all.front(),
                 [](float number, std::string& out) {
                   out += json::json_number(static_cast<double>(number));
                 });
  });
}

}  // namespace axllama::ollama
