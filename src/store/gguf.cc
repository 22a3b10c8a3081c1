#include "store/gguf.h"

#include <bit>
#include <limits>

#include "store/gguf_scalar.h"

namespace axllama::store {
namespace {

constexpr std::string_view kMagic = "GGUF";

// Far above what any model has.
constexpr uint64_t kMaxValues = 1 << 16;
constexpr uint64_t kMaxTensors = 1 << 17;
constexpr uint64_t kMaxKeyLength = 65535;

Result<void> skip_strings(ByteCursor& cursor, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    AX_TRY(const uint64_t length, cursor.number<uint64_t>());
    AX_CHECK(cursor.skip(length));
    AX_CHECK(check_gguf_length(cursor));
  }
  return {};
}

Result<GgufValue> read_array(ByteCursor& cursor) {
  AX_TRY(const uint32_t number, cursor.number<uint32_t>());
  AX_TRY(const GgufType type, gguf_type(number));
  AX_TRY(const uint64_t count, cursor.number<uint64_t>());
  if (type == GgufType::kArray) return corrupt_gguf("an array of arrays");
  // A string takes at least the eight bytes of its length.
  const uint64_t size = type == GgufType::kString ? sizeof(uint64_t) : gguf_scalar_size(type);
  if (count > cursor.remaining() / size) {
    return corrupt_gguf("an array of " + std::to_string(count) + " elements in the last " +
                        std::to_string(cursor.remaining()) + " bytes of the file");
  }
  const GgufArray array{type, count, cursor.position()};
  if (type == GgufType::kString) {
    AX_CHECK(skip_strings(cursor, count));
  } else {
    AX_CHECK(cursor.skip(count * size));
  }
  return array;
}

Result<GgufValue> read_value(ByteCursor& cursor) {
  AX_TRY(const uint32_t number, cursor.number<uint32_t>());
  AX_TRY(const GgufType type, gguf_type(number));
  return type == GgufType::kArray ? read_array(cursor) : read_gguf_scalar(cursor, type);
}

Result<void> check_version(uint32_t version) {
  if (version == 2 || version == 3) return {};
  if (version != 0 && (version & 0xffff) == 0) {
    return fail(ErrorCode::kUnsupported, "the GGUF file is big-endian",
                "convert it to little-endian");
  }
  return fail(ErrorCode::kUnsupported,
              "the file is of GGUF version " + std::to_string(version) +
                  "; only versions 2 and 3 can be read",
              "convert the model with a present llama.cpp");
}

Result<uint64_t> read_count(ByteCursor& cursor, uint64_t limit, std::string_view what) {
  AX_TRY(const uint64_t count, cursor.number<uint64_t>());
  if (count <= limit) return count;
  return corrupt_gguf("the header tells of " + std::to_string(count) + " " + std::string(what) +
                      "; at most " + std::to_string(limit) + " are read");
}

}  // namespace

Result<Gguf> Gguf::open(const std::filesystem::path& path) {
  AX_TRY(ByteSource source, ByteSource::open(path));
  return parse(std::move(source));
}

Result<Gguf> Gguf::parse(ByteSource source) {
  Gguf gguf(std::move(source));
  AX_CHECK(gguf.read_header());
  return gguf;
}

Result<void> Gguf::read_header() {
  ByteCursor cursor(source_);
  const auto magic = cursor.text(kMagic.size());
  if (!magic && magic.error().code == ErrorCode::kIo) return std::unexpected(magic.error());
  if (!magic || *magic != kMagic) {
    return fail(ErrorCode::kInvalidArgument, "supplied file was not in GGUF format");
  }
  AX_TRY(const uint32_t version, cursor.number<uint32_t>());
  AX_CHECK(check_version(version));
  AX_TRY(const uint64_t tensors, read_count(cursor, kMaxTensors, "tensors"));
  AX_TRY(const uint64_t values, read_count(cursor, kMaxValues, "metadata values"));
  AX_CHECK(read_values(cursor, values));
  AX_CHECK(read_alignment());
  AX_CHECK(read_tensors(cursor, tensors));
  data_offset_ = (cursor.position() + alignment_ - 1) & ~(alignment_ - 1);
  return {};
}

Result<void> Gguf::read_values(ByteCursor& cursor, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    auto key = read_gguf_name(cursor, kMaxKeyLength);
    if (!key) return gguf_error_at("metadata key " + std::to_string(i), key.error());
    auto value = read_value(cursor);
    if (!value) return gguf_error_at("metadata \"" + *key + "\"", value.error());
    AX_CHECK(check_gguf_length(cursor));
    const bool is_new = values_.try_emplace(*key, *std::move(value)).second;
    if (!is_new) return corrupt_gguf("metadata \"" + *key + "\" stands there twice");
  }
  return {};
}

Result<void> Gguf::read_alignment() {
  const GgufValue* value = find("general.alignment");
  if (value == nullptr) return {};
  const uint64_t* number = std::get_if<uint64_t>(value);
  constexpr uint64_t kMost = 1 << 30;
  if (number == nullptr || !std::has_single_bit(*number) || *number > kMost) {
    return corrupt_gguf("general.alignment is no power of two");
  }
  alignment_ = *number;
  return {};
}

uint64_t Gguf::parameters() const {
  uint64_t sum = 0;
  for (const GgufTensor& tensor : tensors_) {
    if (__builtin_add_overflow(sum, tensor.elements, &sum)) {
      return std::numeric_limits<uint64_t>::max();
    }
  }
  return sum;
}

const GgufValue* Gguf::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

const GgufValue* Gguf::find_for_architecture(std::string_view key) const {
  return find(architecture() + "." + std::string(key));
}

std::string Gguf::text(std::string_view key) const {
  const GgufValue* value = find(key);
  const std::string* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string{} : *text;
}

}  // namespace axllama::store
