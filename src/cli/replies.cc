#include "cli/replies.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "store/messages.h"

namespace axllama::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return fail(ErrorCode::kCorrupt, "the server's answer is not understood",
                "does OLLAMA_HOST name an axllama or Ollama server?");
  }
  if (const auto error = json.find("error"); error != json.end() && error->is_string()) {
    return fail(ErrorCode::kInternal, error->get<std::string>());
  }
  return json;
}

// Members of any JSON value; what is missing or of another type is empty or 0.
const Json& member(const Json& json, const std::string& key) {
  static const Json kNothing;
  if (!json.is_object()) return kNothing;
  const auto found = json.find(key);
  return found == json.end() ? kNothing : *found;
}

std::string text_of(const Json& json, const std::string& key) {
  const Json& value = member(json, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

int64_t integer_of(const Json& json, const std::string& key) {
  const Json& value = member(json, key);
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}

uint64_t size_of(const Json& json, const std::string& key) {
  return static_cast<uint64_t>(std::max<int64_t>(integer_of(json, key), 0));
}

std::vector<std::string> texts_of(const Json& json, const std::string& key) {
  std::vector<std::string> texts;
  for (const Json& value : member(json, key)) {
    if (value.is_string()) texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
  return all;
}

std::string shape_text(const Json& shape) {
  std::string text;
  for (const Json& size : shape) text += (text.empty() ? "" : ", ") + size.dump();
  return "[" + text + "]";
}

void read_model_info(const Json& info, ShownModel& model) {
  model.architecture = text_of(info, "general.architecture");
  model.parameter_count = size_of(info, "general.parameter_count");
  model.context_length = integer_of(info, model.architecture + ".context_length");
  model.embedding_length = integer_of(info, model.architecture + ".embedding_length");
  for (const auto& [key, value] : info.items()) {
    if (value.is_null() || value.is_structured()) continue;
    model.metadata.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

std::optional<ShownModel::Projector> read_projector(const Json& info) {
  if (!info.is_object()) return std::nullopt;
  const std::string architecture = text_of(info, "general.architecture");
  return ShownModel::Projector{
      .architecture = architecture,
      .parameter_count = size_of(info, "general.parameter_count"),
      .embedding_length = integer_of(info, architecture + ".vision.embedding_length"),
      .dimensions = integer_of(info, architecture + ".vision.projection_dim")};
}

}  // namespace

bool ShownModel::can(std::string_view capability) const {
  return std::ranges::find(capabilities, capability) != capabilities.end();
}

Result<Chunk> read_chunk(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  const Json& message = member(json, "message");
  Chunk chunk;
  chunk.content = text_of(json, "response") + text_of(message, "content");
  chunk.thinking = text_of(json, "thinking") + text_of(message, "thinking");
  const Json& done = member(json, "done");
  chunk.done = done.is_boolean() && done.get<bool>();
  chunk.metrics = {.total = Nanoseconds(integer_of(json, "total_duration")),
                   .load = Nanoseconds(integer_of(json, "load_duration")),
                   .prompt_time = Nanoseconds(integer_of(json, "prompt_eval_duration")),
                   .answer_time = Nanoseconds(integer_of(json, "eval_duration")),
                   .prompt_tokens = integer_of(json, "prompt_eval_count"),
                   .answer_tokens = integer_of(json, "eval_count")};
  return chunk;
}

Result<std::vector<ListedModel>> read_list(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  std::vector<ListedModel> models;
  for (const Json& row : member(json, "models")) {
    models.push_back({.name = text_of(row, "name"),
                      .digest = text_of(row, "digest"),
                      .size = size_of(row, "size"),
                      .modified = parse_time(text_of(row, "modified_at")).value_or(Time{})});
  }
  return models;
}

Result<std::vector<LoadedModel>> read_loaded(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  std::vector<LoadedModel> models;
  for (const Json& row : member(json, "models")) {
    models.push_back({.name = text_of(row, "name"),
                      .digest = text_of(row, "digest"),
                      .size = size_of(row, "size"),
                      .size_vram = size_of(row, "size_vram"),
                      .format = text_of(member(row, "details"), "format"),
                      .context = integer_of(row, "context_length"),
                      .until = parse_time(text_of(row, "expires_at"))});
  }
  return models;
}

std::optional<LoadingModel> read_loading(std::string_view text) {
  const Result<Json> json = parse(text);
  if (!json) return std::nullopt;
  const Json& loading = member(*json, "loading");
  if (!loading.is_array() || loading.empty()) return std::nullopt;
  const Json& share = member(loading.front(), "share");
  return LoadingModel{text_of(loading.front(), "name"),
                      share.is_number() ? share.get<double>() : 0};
}

Result<ShownModel> read_shown(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  ShownModel model;
  const Json& license = member(json, "license");
  model.license = license.is_array() ? joined(texts_of(json, "license")) : text_of(json, "license");
  model.modelfile = text_of(json, "modelfile");
  model.parameters = text_of(json, "parameters");
  model.go_template = text_of(json, "template");
  model.system = text_of(json, "system");
  const Json& details = member(json, "details");
  model.family = text_of(details, "family");
  model.parameter_size = text_of(details, "parameter_size");
  model.quantization = text_of(details, "quantization_level");
  model.requires_version = text_of(json, "requires");
  model.capabilities = texts_of(json, "capabilities");
  if (const Json& messages = member(json, "messages"); messages.is_array()) {
    AX_TRY(model.messages, store::parse_messages(messages.dump()));
  }
  model.projector = read_projector(member(json, "projector_info"));
  read_model_info(member(json, "model_info"), model);
  for (const Json& tensor : member(json, "tensors")) {
    model.tensors.push_back(
        {text_of(tensor, "name"), text_of(tensor, "type"), shape_text(member(tensor, "shape"))});
  }
  return model;
}

Result<ProgressLine> read_progress(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  return ProgressLine{.status = text_of(json, "status"),
                      .digest = text_of(json, "digest"),
                      .total = size_of(json, "total"),
                      .completed = size_of(json, "completed")};
}

Result<std::string> read_version(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  return text_of(json, "version");
}

Result<std::string> read_embedding(std::string_view text) {
  AX_TRY(const Json json, parse(text));
  const Json& all = member(json, "embeddings");
  if (!all.is_array() || all.empty()) {
    return fail(ErrorCode::kCorrupt, "the server's answer holds no embedding");
  }
  return all[0].dump();
}

Error read_error(int status, std::string_view body) {
  Error error{ErrorCode::kInternal, "the server answered " + std::to_string(status)};
  if (status == 404) error.code = ErrorCode::kNotFound;
  const Json json = Json::parse(body, nullptr, false);
  if (const std::string text = text_of(json, "error"); !text.empty()) {
    error.message = text;
  } else if (!body.empty() && body.size() < 200) {
    error.message += ": " + std::string(body);
  }
  return error;
}

std::optional<Time> parse_time(const std::string& text) {
  std::tm fields{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.') {
    do ++rest;
    while (*rest >= '0' && *rest <= '9');
  }
  int64_t offset_minutes = 0;
  if (*rest == '+' || *rest == '-') {
    int hours = 0, minutes = 0;
    if (std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) != 2) return std::nullopt;
    offset_minutes = (*rest == '-' ? -1 : 1) * (hours * 60 + minutes);
  } else if (*rest != 'Z') {
    return std::nullopt;
  }
  // A model that stays for ever has a date past what a time_point can hold.
  constexpr int64_t kLast =
      std::chrono::duration_cast<std::chrono::seconds>(Time::max().time_since_epoch()).count();
  const int64_t seconds = timegm(&fields) - offset_minutes * 60;
  if (seconds >= kLast) return Time::max();
  return Time(std::chrono::seconds(std::max(seconds, -kLast)));
}

}  // namespace axllama::cli
