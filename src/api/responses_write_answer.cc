#include <utility>

#include "api/json_writer.h"
#include "api/openai_pieces.h"
#include "api/overload.h"
#include "api/responses.h"

namespace axllama::responses {
namespace {

using json::Writer;

std::string call_item(const ToolCall& call, std::string_view id, std::string_view status,
                      std::string_view arguments) {
  return json::object_text([&](Writer& item) {
    item.text("id", id);
    item.text("type", "function_call");
    item.text("status", status);
    item.text("call_id", call.id);
    item.text("name", call.name);
    item.text("arguments", arguments);
  });
}

std::string summary_part(std::string_view text) {
  return json::object_text([&](Writer& part) {
    part.text("type", "summary_text");
    part.text("text", text);
  });
}

std::string elements_of(const std::vector<TokenLogprob>& logprobs) {
  std::string all;
  for (const TokenLogprob& each : logprobs) {
    if (!all.empty()) all += ',';
    openai::append_logprob(each, all);
  }
  return all;
}

std::string array_of(std::string_view elements) {
  return "[" + std::string(elements) + "]";
}

}  // namespace

AnswerWriter::AnswerWriter(std::string model, openai::Stamp stamp, Echo echo)
    : model_(std::move(model)), stamp_(std::move(stamp)), echo_(std::move(echo)) {}

// An event, whose name its data repeats. fields(Writer&) writes the rest.
template <class Fields>
std::string AnswerWriter::event(std::string_view type, Fields fields) {
  const std::string data = json::object_text([&](Writer& writer) {
    writer.text("type", type);
    writer.integer("sequence_number", sequence_++);
    fields(writer);
  });
  return openai::server_event(type, data);
}

std::string AnswerWriter::response_event(std::string_view type) {
  return event(type, [this](Writer& writer) { writer.raw("response", whole()); });
}

std::string AnswerWriter::item_event(std::string_view type, std::string_view item) {
  return event(type, [&](Writer& writer) {
    writer.integer("output_index", static_cast<int64_t>(items_.size()));
    writer.raw("item", item);
  });
}

std::string AnswerWriter::item_id(std::string_view prefix) const {
  const std::string_view own = std::string_view(stamp_.id).substr(stamp_.id.find('_') + 1);
  return std::string(prefix) + std::string(own) + "_" + std::to_string(items_.size());
}

std::string AnswerWriter::begin() {
  if (std::exchange(begun_, true)) return {};
  std::string out = response_event("response.created");
  return out + response_event("response.in_progress");
}

std::string AnswerWriter::open(Item kind) {
  if (item_ == kind) return {};
  std::string out = close();
  item_ = kind;
  text_.clear();
  logprobs_.clear();
  return out + (kind == Item::kReasoning ? open_reasoning() : open_message());
}

std::string AnswerWriter::close() {
  if (item_ == Item::kNone) return {};
  std::string out = item_ == Item::kReasoning ? close_reasoning() : close_message();
  item_ = Item::kNone;
  return out;
}

std::string AnswerWriter::reasoning_item() const {
  return json::object_text([this](Writer& item) {
    item.text("id", id_);
    item.text("type", "reasoning");
    item.raw("summary", array_of(text_.empty() ? "" : summary_part(text_)));
  });
}

std::string AnswerWriter::open_reasoning() {
  id_ = item_id("rs_");
  std::string out = item_event("response.output_item.added", reasoning_item());
  return out + event("response.reasoning_summary_part.added", [this](Writer& writer) {
           writer.text("item_id", id_);
           writer.integer("output_index", static_cast<int64_t>(items_.size()));
           writer.integer("summary_index", 0);
           writer.raw("part", summary_part(""));
         });
}

std::string AnswerWriter::add_reasoning(const Thinking& piece) {
  if (piece.text.empty()) return {};
  std::string out = open(Item::kReasoning);
  text_ += piece.text;
  return out + event("response.reasoning_summary_text.delta", [&](Writer& writer) {
           writer.text("item_id", id_);
           writer.integer("output_index", static_cast<int64_t>(items_.size()));
           writer.integer("summary_index", 0);
           writer.text("delta", piece.text);
         });
}

std::string AnswerWriter::close_reasoning() {
  const auto place = [this](Writer& writer) {
    writer.text("item_id", id_);
    writer.integer("output_index", static_cast<int64_t>(items_.size()));
    writer.integer("summary_index", 0);
  };
  std::string out = event("response.reasoning_summary_text.done", [&](Writer& writer) {
    place(writer);
    writer.text("text", text_);
  });
  out += event("response.reasoning_summary_part.done", [&](Writer& writer) {
    place(writer);
    writer.raw("part", summary_part(text_));
  });
  const std::string item = reasoning_item();
  out += item_event("response.output_item.done", item);
  items_.push_back(item);
  return out;
}

std::string AnswerWriter::text_part(std::string_view text, std::string_view logprobs) const {
  return json::object_text([&](Writer& part) {
    part.text("type", "output_text");
    part.text("text", text);
    part.raw("annotations", "[]");
    part.raw("logprobs", array_of(logprobs));
  });
}

std::string AnswerWriter::message_item(std::string_view status) const {
  return json::object_text([&](Writer& item) {
    item.text("id", id_);
    item.text("type", "message");
    item.text("status", status);
    item.text("role", "assistant");
    item.raw("content", status == "in_progress" ? "[]" : array_of(text_part(text_, logprobs_)));
  });
}

std::string AnswerWriter::open_message() {
  id_ = item_id("msg_");
  std::string out = item_event("response.output_item.added", message_item("in_progress"));
  return out + event("response.content_part.added", [this](Writer& writer) {
           writer.text("item_id", id_);
           writer.integer("output_index", static_cast<int64_t>(items_.size()));
           writer.integer("content_index", 0);
           writer.raw("part", text_part("", ""));
         });
}

// Logprobs may come without text; they open no message.
std::string AnswerWriter::add_text(const Content& piece) {
  if (piece.text.empty() && item_ != Item::kMessage) return {};
  std::string out = open(Item::kMessage);
  const std::string logprobs = elements_of(piece.logprobs);
  text_ += piece.text;
  if (!logprobs_.empty() && !logprobs.empty()) logprobs_ += ',';
  logprobs_ += logprobs;
  return out + event("response.output_text.delta", [&](Writer& writer) {
           writer.text("item_id", id_);
           writer.integer("output_index", static_cast<int64_t>(items_.size()));
           writer.integer("content_index", 0);
           writer.text("delta", piece.text);
           writer.raw("logprobs", array_of(logprobs));
         });
}

std::string AnswerWriter::close_message() {
  const auto place = [this](Writer& writer) {
    writer.text("item_id", id_);
    writer.integer("output_index", static_cast<int64_t>(items_.size()));
    writer.integer("content_index", 0);
  };
  std::string out = event("response.output_text.done", [&](Writer& writer) {
    place(writer);
    writer.text("text", text_);
    writer.raw("logprobs", array_of(logprobs_));
  });
  out += event("response.content_part.done", [&](Writer& writer) {
    place(writer);
    writer.raw("part", text_part(text_, logprobs_));
  });
  const std::string item =
      message_item(status_ == Status::kIncomplete ? "incomplete" : "completed");
  out += item_event("response.output_item.done", item);
  items_.push_back(item);
  return out;
}

std::string AnswerWriter::add_call(const ToolCall& call) {
  const std::string id = item_id("fc_");
  const std::string arguments = openai::arguments_text(call);
  const auto place = [&](Writer& writer) {
    writer.text("item_id", id);
    writer.integer("output_index", static_cast<int64_t>(items_.size()));
  };
  std::string out =
      item_event("response.output_item.added", call_item(call, id, "in_progress", ""));
  out += event("response.function_call_arguments.delta", [&](Writer& writer) {
    place(writer);
    writer.text("delta", arguments);
  });
  out += event("response.function_call_arguments.done", [&](Writer& writer) {
    place(writer);
    writer.text("name", call.name);
    writer.text("arguments", arguments);
  });
  const std::string item = call_item(call, id, "completed", arguments);
  out += item_event("response.output_item.done", item);
  items_.push_back(item);
  return out;
}

std::string AnswerWriter::end(const Done& done) {
  const bool cut = done.reason == DoneReason::kLength;
  status_ = cut ? Status::kIncomplete : Status::kCompleted;
  std::string out = close();
  done_ = done;
  return out + response_event(cut ? "response.incomplete" : "response.completed");
}

std::string AnswerWriter::fail(const Error& error) {
  status_ = Status::kFailed;
  error_ = error;
  return response_event("response.failed");
}

std::string AnswerWriter::line(const Event& given) {
  std::string out = begin();
  out += std::visit(Overload{
                        [](const Started&) { return std::string(); },
                        [this](const Thinking& piece) { return add_reasoning(piece); },
                        [this](const Content& piece) { return add_text(piece); },
                        [this](const ToolCalls& more) {
                          std::string calls = close();
                          for (const ToolCall& each : more.calls) calls += add_call(each);
                          return calls;
                        },
                        [this](const Done& done) { return end(done); },
                        [this](const Failed& failed) { return fail(failed.error); },
                    },
                    given);
  return out;
}

}  // namespace axllama::responses
