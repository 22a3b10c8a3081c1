#include "store/details.h"

#include "base/format.h"
#include "store/gguf_types.h"

namespace axllama::store {
namespace {

int64_t architecture_number(const Gguf& gguf, std::string_view key) {
  return whole_number(gguf.find_for_architecture(key)).value_or(0);
}

std::string quantization(const Gguf& gguf) {
  const auto type = whole_number(gguf.find("general.file_type"));
  return type && *type >= 0 ? file_type_name(static_cast<uint64_t>(*type)) : "unknown";
}

template <class T>
void set_if_given(T& into, const T& value) {
  if (value != T{}) into = value;
}

bool is_true(const GgufValue* value) {
  const bool* truth = value == nullptr ? nullptr : std::get_if<bool>(value);
  return truth != nullptr && *truth;
}

}  // namespace

ModelDetails gguf_details(const Gguf& gguf) {
  ModelDetails details;
  details.format = "gguf";
  details.family = gguf.architecture();
  if (!details.family.empty()) details.families = {details.family};
  details.parameter_size = format_parameters(gguf.parameters());
  details.quantization_level = quantization(gguf);
  details.context_length = architecture_number(gguf, "context_length");
  details.embedding_length = architecture_number(gguf, "embedding_length");
  return details;
}

ModelDetails model_details(const Config& config, const Gguf* gguf) {
  ModelDetails details = gguf == nullptr ? ModelDetails{} : gguf_details(*gguf);
  set_if_given(details.format, config.model_format);
  set_if_given(details.family, config.model_family);
  set_if_given(details.families, config.model_families);
  set_if_given(details.parameter_size, config.model_type);
  set_if_given(details.quantization_level, config.file_type);
  set_if_given(details.context_length, config.context_length);
  set_if_given(details.embedding_length, config.embedding_length);
  return details;
}

bool is_projector(const Gguf& gguf) {
  const std::string type = gguf.text("general.type");
  if (type == "projector" || type == "mmproj") return true;
  if (architecture_number(gguf, "block_count") != 0) return false;
  if (architecture_number(gguf, "vision.block_count") > 0) return true;
  return gguf.architecture() == "clip" &&
         (is_true(gguf.find_for_architecture("has_vision_encoder")) ||
          is_true(gguf.find_for_architecture("has_audio_encoder")));
}

}  // namespace axllama::store
