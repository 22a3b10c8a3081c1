#include "standin/pack/gguf_metadata.h"

namespace axllama::pack {
namespace {

// The key's index when it is of `type`; ggml aborts on any other use.
std::optional<int64_t> find(const gguf_context& file, const std::string& key, gguf_type type) {
  const int64_t id = gguf_find_key(&file, key.c_str());
  if (id < 0 || gguf_get_kv_type(&file, id) != type) return std::nullopt;
  return id;
}

std::optional<int64_t> find_array(const gguf_context& file, const std::string& key,
                                  gguf_type element) {
  const auto id = find(file, key, GGUF_TYPE_ARRAY);
  if (!id || gguf_get_arr_type(&file, *id) != element) return std::nullopt;
  return id;
}

template <class T>
std::vector<T> numbers(const gguf_context& file, const std::string& key, gguf_type element) {
  const auto id = find_array(file, key, element);
  if (!id) return {};
  const auto* first = static_cast<const T*>(gguf_get_arr_data(&file, *id));
  return {first, first + gguf_get_arr_n(&file, *id)};
}

}  // namespace

std::optional<int64_t> gguf_integer(const gguf_context& file, const std::string& key) {
  const int64_t id = gguf_find_key(&file, key.c_str());
  if (id < 0) return std::nullopt;
  switch (gguf_get_kv_type(&file, id)) {
    case GGUF_TYPE_UINT8:
      return gguf_get_val_u8(&file, id);
    case GGUF_TYPE_INT8:
      return gguf_get_val_i8(&file, id);
    case GGUF_TYPE_UINT16:
      return gguf_get_val_u16(&file, id);
    case GGUF_TYPE_INT16:
      return gguf_get_val_i16(&file, id);
    case GGUF_TYPE_UINT32:
      return gguf_get_val_u32(&file, id);
    case GGUF_TYPE_INT32:
      return gguf_get_val_i32(&file, id);
    case GGUF_TYPE_UINT64:
      return static_cast<int64_t>(gguf_get_val_u64(&file, id));
    case GGUF_TYPE_INT64:
      return gguf_get_val_i64(&file, id);
    default:
      return std::nullopt;
  }
}

std::optional<double> gguf_number(const gguf_context& file, const std::string& key) {
  if (const auto id = find(file, key, GGUF_TYPE_FLOAT32)) return gguf_get_val_f32(&file, *id);
  if (const auto id = find(file, key, GGUF_TYPE_FLOAT64)) return gguf_get_val_f64(&file, *id);
  return std::nullopt;
}

std::optional<bool> gguf_flag(const gguf_context& file, const std::string& key) {
  const auto id = find(file, key, GGUF_TYPE_BOOL);
  if (!id) return std::nullopt;
  return gguf_get_val_bool(&file, *id);
}

std::optional<std::string> gguf_text(const gguf_context& file, const std::string& key) {
  const auto id = find(file, key, GGUF_TYPE_STRING);
  if (!id) return std::nullopt;
  return gguf_get_val_str(&file, *id);
}

std::vector<std::string> gguf_texts(const gguf_context& file, const std::string& key) {
  const auto id = find_array(file, key, GGUF_TYPE_STRING);
  if (!id) return {};
  std::vector<std::string> texts;
  const size_t count = gguf_get_arr_n(&file, *id);
  texts.reserve(count);
  for (size_t i = 0; i < count; ++i) texts.emplace_back(gguf_get_arr_str(&file, *id, i));
  return texts;
}

std::vector<int> gguf_integers(const gguf_context& file, const std::string& key) {
  return numbers<int>(file, key, GGUF_TYPE_INT32);
}

std::vector<float> gguf_floats(const gguf_context& file, const std::string& key) {
  return numbers<float>(file, key, GGUF_TYPE_FLOAT32);
}

}  // namespace axllama::pack
