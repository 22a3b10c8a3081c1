#include "runner/protocol.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <concepts>
#include <type_traits>
#include <utility>

#include "base/base64.h"
#include "base/byte_size.h"

namespace axllama::runner {
namespace {

using Json = nlohmann::ordered_json;

// Each struct has one function that names its fields; Writer and Reader both walk it, so that the
// two directions can't differ.
template <class V, class T>
concept Struct = requires(V visit, T value) { fields(visit, value); };

template <class Texts>
struct Base64;

struct Writer {
  Json out = Json::object();
  void operator()(const char* name, const Base64<const std::vector<std::string>>& list);
  template <class T>
  void operator()(const char* name, const T& value) {
    out[name] = write(value);
  }
  template <class T>
  static Json write(const T& value);
};

struct Reader {
  const Json& in;
  void operator()(const char* name, const Base64<std::vector<std::string>>& list);
  template <class T>
  void operator()(const char* name, T& value) {
    if (const auto it = in.find(name); it != in.end()) read(*it, value);
  }
  template <class T>
  static void read(const Json& json, T& value);
};

// Files travel in base64.
template <class Texts>  // a vector of strings, const or not
struct Base64 {
  Texts& files;
};
template <class Texts>
Base64<Texts> as_base64(Texts& files) {
  return {files};
}

// `T` or `const T`: one walk for both directions.
template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

void fields(auto& visit, Is<ToolCall> auto& call) {
  visit("id", call.id);
  visit("index", call.index);
  visit("name", call.name);
  visit("arguments", call.arguments);
}

void fields(auto& visit, Is<Message> auto& message) {
  visit("role", message.role);
  visit("content", message.content);
  visit("thinking", message.thinking);
  visit("images", as_base64(message.images));
  visit("image_places", message.image_places);
  visit("tool_calls", message.tool_calls);
  visit("tool_name", message.tool_name);
  visit("tool_call_id", message.tool_call_id);
}

void fields(auto& visit, Is<Tool> auto& tool) {
  visit("name", tool.name);
  visit("description", tool.description);
  visit("parameters", tool.parameters);
}

void fields(auto& visit, Is<Think> auto& think) {
  visit("on", think.on);
  visit("level", think.level);
}

void fields(auto& visit, Is<Format> auto& format) {
  visit("kind", format.kind);
  visit("schema", format.schema);
}

void fields(auto& visit, Is<Options> auto& options) {
  for (const OptionInfo& info : option_table()) {
    std::visit([&](auto member) { visit(info.name, options.*member); }, info.member);
  }
}

void fields(auto& visit, Is<TokenBias> auto& bias) {
  visit("token", bias.token);
  visit("bias", bias.bias);
}

void fields(auto& visit, Is<GenerateSettings> auto& settings) {
  visit("options", settings.options);
  visit("format", settings.format);
  visit("truncate", settings.truncate);
  visit("shift", settings.shift);
  visit("logprobs", settings.logprobs);
  visit("top_logprobs", settings.top_logprobs);
  visit("logit_bias", settings.logit_bias);
}

void fields(auto& visit, Is<TextRequest> auto& request) {
  visit("prompt", request.prompt);
  visit("images", as_base64(request.images));
  visit("settings", request.settings);
}

void fields(auto& visit, Is<ChatRequest> auto& request) {
  visit("messages", request.messages);
  visit("tools", request.tools);
  visit("tool_choice", request.tool_choice);
  visit("parallel_calls", request.parallel_calls);
  visit("think", request.think);
  visit("suffix", request.suffix);
  visit("go_template", request.go_template);
  visit("context", request.context);
  visit("want_context", request.want_context);
  visit("render_only", request.render_only);
  visit("settings", request.settings);
}

void fields(auto& visit, Is<EmbedRequest> auto& request) {
  visit("inputs", request.inputs);
  visit("truncate", request.truncate);
  visit("dimensions", request.dimensions);
  visit("normalize", request.normalize);
}

void fields(auto& visit, Is<EmbedAnswer> auto& answer) {
  visit("embeddings", answer.embeddings);
  visit("prompt_tokens", answer.prompt_tokens);
}

void fields(auto& visit, Is<LoadRequest> auto& request) {
  visit("model", request.model);
  visit("projector", request.projector);
  visit("adapter", request.adapter);
  visit("template", request.template_jinja);
  visit("template_go", request.template_go);
  visit("context", request.context);
  visit("slots", request.slots);
  visit("batch", request.batch);
  visit("threads", request.threads);
  visit("use_mmap", request.use_mmap);
  visit("device", request.device);
  visit("park_bytes", request.park_bytes);
}

void fields(auto& visit, Is<DeviceMemory> auto& memory) {
  visit("device", memory.device);
  visit("bytes", memory.bytes);
}

void fields(auto& visit, Is<ShortcutVerdict> auto& verdict) {
  visit("name", verdict.name);
  visit("on", verdict.on);
  visit("why", verdict.why);
}

void fields(auto& visit, Is<RunnerInfo> auto& info) {
  visit("engine", info.engine);
  visit("context", info.context);
  visit("trained_context", info.trained_context);
  visit("slots", info.slots);
  visit("embedding_size", info.embedding_size);
  visit("embeds", info.embeds);
  visit("tools", info.tools);
  visit("thinking", info.thinking);
  visit("has_template", info.has_template);
  visit("host_bytes", info.host_bytes);
  visit("device_bytes", info.device_bytes);
  visit("devices", info.devices);
  visit("driver", info.driver);
  visit("shortcuts", info.shortcuts);
}

void fields(auto& visit, Is<LoadEvent> auto& event) {
  visit("share", event.share);
  visit("ready", event.ready);
  visit("error", event.error);
}

void fields(auto& visit, Is<Health> auto& health) {
  visit("status", health.status);
  visit("active", health.active);
  visit("queued", health.queued);
  visit("parked_bytes", health.parked_bytes);
  visit("info", health.info);
}

void fields(auto& visit, Is<Error> auto& error) {
  visit("code", error.code);
  visit("message", error.message);
  visit("hint", error.hint);
}

void fields(auto& visit, Is<TokenLogprob> auto& token) {
  visit("token", token.token);
  visit("logprob", token.logprob);
  visit("top", token.top);
}

void fields(auto& visit, Is<Started> auto& started) {
  visit("prompt_tokens", started.prompt_tokens);
  visit("cached_tokens", started.cached_tokens);
}

void fields(auto& visit, Is<Thinking> auto& piece) {
  visit("text", piece.text);
  visit("logprobs", piece.logprobs);
}

void fields(auto& visit, Is<Content> auto& piece) {
  visit("text", piece.text);
  visit("logprobs", piece.logprobs);
}

void fields(auto& visit, Is<ToolCalls> auto& event) {
  visit("calls", event.calls);
}

void fields(auto& visit, Is<Done> auto& done) {
  visit("reason", done.reason);
  visit("prompt_tokens", done.prompt_tokens);
  visit("cached_tokens", done.cached_tokens);
  visit("answer_tokens", done.answer_tokens);
  visit("prompt_time", done.prompt_time);
  visit("answer_time", done.answer_time);
  visit("context", done.context);
  visit("stop", done.stop);
  visit("thinking_tokens", done.thinking_tokens);
  visit("dropped_messages", done.dropped_messages);
}

void fields(auto& visit, Is<Failed> auto& failed) {
  visit("error", failed.error);
}

template <class T>
struct OptionalValue;
template <class T>
struct OptionalValue<std::optional<T>> {
  using Type = T;
};

// Text that is no UTF-8 (a token may end within a character) travels as an array of bytes.
bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

Json write_text(const std::string& text) {
  if (is_utf8(text)) return text;
  Json bytes = Json::array();
  for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

void read_text(const Json& json, std::string& text) {
  if (!json.is_array()) {
    text = json.get<std::string>();
    return;
  }
  for (const Json& byte : json) text.push_back(static_cast<char>(byte.get<int>()));
}

template <class T>
Json Writer::write(const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    return write_text(value);
  } else if constexpr (std::same_as<T, ErrorCode>) {
    return error_name(value);
  } else if constexpr (std::same_as<T, Nanoseconds>) {
    return value.count();
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_underlying(value);
  } else if constexpr (requires { typename OptionalValue<T>::Type; }) {
    return value ? write(*value) : Json();
  } else if constexpr (Struct<Writer&, const T&>) {
    Writer writer;
    fields(writer, value);
    return std::move(writer.out);
  } else if constexpr (requires { typename T::value_type; }) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(write(item));
    return list;
  } else {
    return value;
  }
}

template <class T>
void Reader::read(const Json& json, T& value) {
  if constexpr (std::same_as<T, std::string>) {
    read_text(json, value);
  } else if constexpr (std::same_as<T, ErrorCode>) {
    value = error_from_name(json.get<std::string>());
  } else if constexpr (std::same_as<T, Nanoseconds>) {
    value = Nanoseconds(json.get<int64_t>());
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(json.get<int>());
  } else if constexpr (requires { typename OptionalValue<T>::Type; }) {
    value.reset();
    if (!json.is_null()) read(json, value.emplace());
  } else if constexpr (Struct<Reader&, T&>) {
    if (!json.is_object()) throw std::invalid_argument("an object was expected");
    Reader reader{json};
    fields(reader, value);
  } else if constexpr (requires { typename T::value_type; }) {
    if (!json.is_array()) throw std::invalid_argument("an array was expected");
    value.clear();
    for (const Json& item : json) read(item, value.emplace_back());
  } else {
    value = json.get<T>();
  }
}

void Writer::operator()(const char* name, const Base64<const std::vector<std::string>>& list) {
  Json files = Json::array();
  for (const std::string& file : list.files) files.push_back(encode_base64(file));
  out[name] = std::move(files);
}

void Reader::operator()(const char* name, const Base64<std::vector<std::string>>& list) {
  const auto it = in.find(name);
  if (it == in.end()) return;
  list.files.clear();
  for (const Json& file : *it) {
    Result<std::string> bytes = decode_base64(file.get<std::string>());
    if (!bytes) throw std::invalid_argument(bytes.error().message);
    list.files.push_back(*std::move(bytes));
  }
}

template <class T>
std::string encode_struct(const T& value) {
  return Writer::write(value).dump();
}

template <class T>
Result<T> decode_struct(std::string_view text) {
  try {
    T value{};
    Reader::read(Json::parse(text), value);
    return value;
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument, std::string("runner protocol: ") + error.what());
  }
}

constexpr const char* kEventNames[] = {"started",    "thinking", "content",
                                       "tool_calls", "done",     "failed"};
static_assert(std::size(kEventNames) == std::variant_size_v<Event>);

template <size_t I = 0>
Event read_event(const Json& json) {
  if constexpr (I == std::variant_size_v<Event>) {
    throw std::invalid_argument("unknown event");
  } else {
    const auto it = json.find(kEventNames[I]);
    if (it == json.end()) return read_event<I + 1>(json);
    std::variant_alternative_t<I, Event> value{};
    Reader::read(*it, value);
    return value;
  }
}

constexpr uint64_t kMostParkedByDefault = uint64_t{1} << 30;

}  // namespace

Result<int64_t> park_size(std::string_view text, uint64_t host_memory) {
  if (text.empty()) return static_cast<int64_t>(std::min(kMostParkedByDefault, host_memory / 8));
  AX_TRY(const uint64_t bytes, parse_bytes(text));
  return static_cast<int64_t>(bytes);
}

std::string encode(const LoadRequest& request) {
  return encode_struct(request);
}
std::string encode(const LoadEvent& event) {
  return encode_struct(event);
}
std::string encode(const Health& health) {
  return encode_struct(health);
}
std::string encode(const TextRequest& request) {
  return encode_struct(request);
}
std::string encode(const ChatRequest& request) {
  return encode_struct(request);
}
std::string encode(const EmbedRequest& request) {
  return encode_struct(request);
}
std::string encode(const EmbedAnswer& answer) {
  return encode_struct(answer);
}

std::string encode(const Event& event) {
  Json out = Json::object();
  std::visit([&](const auto& value) { out[kEventNames[event.index()]] = Writer::write(value); },
             event);
  return out.dump();
}

std::string encode(const Error& error) {
  Json out = Json::object();
  out["error"] = Writer::write(error);
  return out.dump();
}

Result<LoadRequest> decode_load_request(std::string_view text) {
  return decode_struct<LoadRequest>(text);
}
Result<LoadEvent> decode_load_event(std::string_view text) {
  return decode_struct<LoadEvent>(text);
}
Result<Health> decode_health(std::string_view text) {
  return decode_struct<Health>(text);
}
Result<TextRequest> decode_text_request(std::string_view text) {
  return decode_struct<TextRequest>(text);
}
Result<ChatRequest> decode_chat_request(std::string_view text) {
  return decode_struct<ChatRequest>(text);
}
Result<EmbedRequest> decode_embed_request(std::string_view text) {
  return decode_struct<EmbedRequest>(text);
}
Result<EmbedAnswer> decode_embed_answer(std::string_view text) {
  return decode_struct<EmbedAnswer>(text);
}

Result<Event> decode_event(std::string_view text) {
  try {
    return read_event(Json::parse(text));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument, std::string("runner protocol: ") + error.what());
  }
}

Error decode_error(int status, std::string_view text) {
  try {
    Error error;
    Reader::read(Json::parse(text).at("error"), error);
    return error;
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "the runner answered with status " + std::to_string(status) +
                                           ": " + std::string(text)};
  }
}

}  // namespace axllama::runner
