// Readers of the fields that several of OpenAI's requests have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/json_decoder.h"
#include "core/message.h"
#include "core/options.h"
#include "core/request.h"

namespace axllama::openai {

// Top-level fields that are options of the generation; null is absent.
struct Sampling {
  std::optional<int64_t> max_tokens = {}, max_completion_tokens = {}, seed = {};
  std::optional<double> temperature = {}, top_p = {}, frequency_penalty = {}, presence_penalty = {};
  std::optional<std::vector<std::string>> stop = {};
};
std::vector<json::Field> sampling_fields(json::Decoder& decoder, Sampling& out);
OptionList options_of(const Sampling& sampling);

std::string lower_case(std::string text);  // ASCII only

// Token ids as text, each with -100..100.
bool read_logit_bias(json::Decoder& decoder, json::Value value, std::vector<TokenBias>& out);
bool read_number(json::Decoder& decoder, json::Value value, std::optional<double>& out);
bool read_integer(json::Decoder& decoder, json::Value value, std::optional<int64_t>& out);
// {"url": ...} or the URL itself.
bool read_image(json::Decoder& decoder, json::Value value, std::string& url);
// A JSON object within a string; an empty string leaves `out` as it is.
bool read_arguments(json::Decoder& decoder, json::Value value, JsonText& out);
// Lower case; the instructions of an application have the role "developer" with newer clients.
std::string role_of(std::string role);
// Tool messages learn the name of their tool from the call they answer.
bool read_messages(json::Decoder& decoder, json::Value value, std::vector<Message>& out);

// response_format, judged after the whole body is read.
struct ResponseFormat {
  std::string type;
  std::string_view schema;  // as it was given, in the body's text
};
bool read_response_format(json::Decoder& decoder, json::Value value, ResponseFormat& out);
// `field`: its name, and `schema`: that of the schema in it, for error texts.
Result<Format> format_of(const ResponseFormat& wanted, std::string_view field,
                         std::string_view schema);

// `effort`: reasoning_effort or reasoning.effort; empty is absent.
Result<std::optional<Think>> think_of(std::string_view effort);

}  // namespace axllama::openai
