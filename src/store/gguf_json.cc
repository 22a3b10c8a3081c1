#include "store/gguf.h"
#include "store/gguf_scalar.h"
#include "store/gguf_types.h"
#include "store/json_text.h"

namespace axllama::store {
namespace {

// Above this a page for people is no use, and its text would not fit into memory.
constexpr uint64_t kMaxShown = 4'000'000;

std::string scalar_json(const GgufValue& value) {
  struct Writer {
    std::string operator()(uint64_t number) const { return std::to_string(number); }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(float number) const { return json_number(number); }
    std::string operator()(double number) const { return json_number(number); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const std::string& text) const { return json_quote(text); }
    std::string operator()(const GgufArray& array) const {
      return array.count == 0 ? "[]" : "null";
    }
  };
  return std::visit(Writer{}, value);
}

Result<std::string> value_json(const Gguf& gguf, const GgufValue& value, bool verbose) {
  const GgufArray* array = std::get_if<GgufArray>(&value);
  if (array == nullptr || !verbose) return scalar_json(value);
  return gguf.array_json(*array);
}

std::string shape_json(const std::vector<uint64_t>& shape) {
  std::string text;
  for (const uint64_t length : shape) text += (text.empty() ? "" : ",") + std::to_string(length);
  return "[" + text + "]";
}

std::string type_name(uint32_t number) {
  const TensorType* type = find_tensor_type(number);
  return type == nullptr ? "unknown" : type->name;
}

}  // namespace

Result<JsonText> Gguf::array_json(const GgufArray& array) const {
  if (array.count > kMaxShown) return "null";
  ByteCursor cursor(source_, array.offset);
  std::string text = "[";
  for (uint64_t i = 0; i < array.count; ++i) {
    AX_TRY(const GgufValue element, read_gguf_scalar(cursor, array.type));
    if (i > 0) text += ',';
    text += scalar_json(element);
  }
  return text + "]";
}

std::optional<int64_t> whole_number(const GgufValue* value) {
  if (value == nullptr) return std::nullopt;
  if (const int64_t* number = std::get_if<int64_t>(value)) return *number;
  const uint64_t* number = std::get_if<uint64_t>(value);
  if (number == nullptr || *number > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(*number);
}

Result<JsonText> model_info_json(const Gguf& gguf, bool verbose) {
  GgufValues values = gguf.values();
  values.erase("general.name");
  values.erase("tokenizer.chat_template");
  values.insert_or_assign("general.parameter_count", gguf.parameters());
  std::string text;
  for (const auto& [key, value] : values) {
    AX_TRY(const std::string written, value_json(gguf, value, verbose));
    text += (text.empty() ? "" : ",") + json_quote(key) + ":" + written;
  }
  return "{" + text + "}";
}

JsonText tensors_json(const Gguf& gguf) {
  std::string text;
  for (const GgufTensor& tensor : gguf.tensors()) {
    if (!text.empty()) text += ',';
    text += "{\"name\":" + json_quote(tensor.name) +
            ",\"type\":" + json_quote(type_name(tensor.type)) +
            ",\"shape\":" + shape_json(tensor.shape) + "}";
  }
  return "[" + text + "]";
}

}  // namespace axllama::store
