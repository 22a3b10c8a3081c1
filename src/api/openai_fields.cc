#include "api/openai_fields.h"

#include <array>
#include <charconv>

#include "api/json_text.h"
#include "api/ollama_fields.h"

namespace axllama::openai {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

bool read_stop(Decoder& decoder, Value value, std::optional<std::vector<std::string>>& out) {
  out.reset();
  if (value.is_null()) return true;
  std::vector<std::string>& stops = out.emplace();
  const auto add = [&](Value text) {
    if (text.kind() != Kind::kString) {
      return decoder.stop("stop must be a string or a list of strings");
    }
    stops.push_back(text.string());
    return true;
  };
  return value.kind() == Kind::kArray ? value.each_element(add) : add(value);
}

template <class T>
void add_if(OptionList& list, const char* name, const std::optional<T>& value) {
  if (value) list.emplace_back(name, *value);
}

}  // namespace

std::vector<json::Field> sampling_fields(Decoder& decoder, Sampling& out) {
  const auto integer = [&decoder](std::optional<int64_t>& member) {
    return [&decoder, &member](Value v) { return read_integer(decoder, v, member); };
  };
  const auto number = [&decoder](std::optional<double>& member) {
    return [&decoder, &member](Value v) { return read_number(decoder, v, member); };
  };
  return {{"max_tokens", integer(out.max_tokens)},
          {"max_completion_tokens", integer(out.max_completion_tokens)},
          {"seed", integer(out.seed)},
          {"temperature", number(out.temperature)},
          {"top_p", number(out.top_p)},
          {"frequency_penalty", number(out.frequency_penalty)},
          {"presence_penalty", number(out.presence_penalty)},
          {"stop", [&](Value v) { return read_stop(decoder, v, out.stop); }}};
}

OptionList options_of(const Sampling& sampling) {
  OptionList list;
  add_if(list, "num_predict",
         sampling.max_completion_tokens ? sampling.max_completion_tokens : sampling.max_tokens);
  add_if(list, "seed", sampling.seed);
  add_if(list, "temperature", sampling.temperature);
  add_if(list, "top_p", sampling.top_p);
  add_if(list, "frequency_penalty", sampling.frequency_penalty);
  add_if(list, "presence_penalty", sampling.presence_penalty);
  add_if(list, "stop", sampling.stop);
  return list;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool read_number(Decoder& decoder, Value value, std::optional<double>& out) {
  out.reset();
  if (value.is_null()) return true;
  if (value.kind() != Kind::kNumber) return decoder.mismatch(value, "float64");
  out = value.number();
  return decoder.any(value);
}

bool read_integer(Decoder& decoder, Value value, std::optional<int64_t>& out) {
  out.reset();
  if (value.is_null()) return true;
  return decoder.integer(value, out.emplace());
}

bool read_logit_bias(Decoder& decoder, Value value, std::vector<TokenBias>& out) {
  out.clear();
  if (value.is_null()) return true;
  return decoder.map(value, "map[string]float64", [&](const std::string& key, Value bias) {
    TokenBias each;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), each.token);
    if (error != std::errc() || end != key.data() + key.size()) {
      return decoder.stop("logit_bias: " + json::quote(key) + " is no token id");
    }
    if (bias.kind() != Kind::kNumber) return decoder.mismatch(bias, "float64");
    each.bias = bias.number();
    if (!(each.bias >= -100 && each.bias <= 100)) {
      return decoder.stop("logit_bias must be between -100 and 100");
    }
    out.push_back(each);
    return true;
  });
}

bool read_response_format(Decoder& decoder, Value value, ResponseFormat& out) {
  out = {};
  const auto schema = [&](Value v) {
    out.schema = v.raw();
    return true;
  };
  const auto json_schema = [&](Value v) {
    return decoder.object(v, "openai.JsonSchema", {{"schema", schema}});
  };
  return decoder.object(value, "openai.ResponseFormat",
                        {{"type", &out.type}, {"json_schema", json_schema}});
}

Result<Format> format_of(const ResponseFormat& wanted, std::string_view field,
                         std::string_view schema) {
  const std::string type = lower_case(wanted.type);
  if (type.empty() || type == "text") return Format{};
  if (type == "json_object") return Format{Format::Kind::kJson};
  if (type != "json_schema") {
    return fail(ErrorCode::kInvalidArgument,
                "invalid " + std::string(field) + " type: " + json::quote(wanted.type) +
                    R"( (must be "text", "json_object", or "json_schema"))");
  }
  if (!wanted.schema.starts_with('{')) {
    return fail(ErrorCode::kInvalidArgument, std::string(field) + " of type json_schema needs " +
                                                 std::string(schema) + ", a JSON object");
  }
  return ollama::read_format(wanted.schema);
}

Result<std::optional<Think>> think_of(std::string_view effort) {
  struct Row {
    std::string_view effort;
    Think think;
  };
  static const std::array kRows = {
      Row{"none", {false}},        Row{"minimal", {true, "low"}},
      Row{"low", {true, "low"}},   Row{"medium", {true, "medium"}},
      Row{"high", {true, "high"}}, Row{"max", {true, "max"}},
      Row{"xhigh", {true, "max"}}, Row{"ultra", {true, "max"}},
  };
  if (effort.empty()) return std::nullopt;
  for (const Row& row : kRows) {
    if (row.effort == effort) return row.think;
  }
  return fail(ErrorCode::kInvalidArgument,
              "invalid reasoning effort: " + json::quote(effort) +
                  R"( (must be "none", "minimal", "low", "medium", "high", "xhigh", or "max"))");
}

}  // namespace axllama::openai
