#include "store/gguf.h"

#include <limits>
#include <random>

#include "base/format.h"
#include "store/details.h"
#include "store/gguf_types.h"
#include "store/test_support.h"

namespace axllama::store {
namespace {

Result<Gguf> parse(const std::string& bytes) {
  return Gguf::parse(ByteSource(bytes));
}

Error error_of(const std::string& bytes) {
  const auto gguf = parse(bytes);
  return gguf ? Error{ErrorCode::kInternal, "no error"} : gguf.error();
}

// Goes through everything that reads a header; nothing may crash.
void use(const std::string& bytes) {
  const auto gguf = parse(bytes);
  if (!gguf) return;
  (void)gguf->check_data();
  (void)model_info_json(*gguf, true);
  (void)tensors_json(*gguf);
  (void)gguf_details(*gguf);
  (void)is_projector(*gguf);
  (void)find_capabilities({Config{}, &*gguf});
}

TEST(Gguf, reads_the_demo_model) {
  const auto gguf = Gguf::open(kSprout);
  ASSERT_TRUE(gguf) << gguf.error().text();
  EXPECT_EQ(gguf->architecture(), "qwen3");
  EXPECT_EQ(gguf->values().size(), 29u);
  EXPECT_EQ(gguf->tensors().size(), 68u);
  EXPECT_TRUE(gguf->check_data());
  EXPECT_EQ(gguf->file_size(), std::filesystem::file_size(kSprout));
  EXPECT_EQ(whole_number(gguf->find_for_architecture("context_length")), 1024);
  const ModelDetails details = gguf_details(*gguf);
  EXPECT_EQ(details.format, "gguf");
  EXPECT_EQ(details.family, "qwen3");
  EXPECT_EQ(details.families, std::vector<std::string>{"qwen3"});
  EXPECT_EQ(details.parameter_size, format_parameters(2755392));
  EXPECT_EQ(gguf->parameters(), 2755392u);
  EXPECT_EQ(details.quantization_level, "Q8_0");
  EXPECT_EQ(details.context_length, 1024);
  EXPECT_EQ(details.embedding_length, 192);
}

TEST(Gguf, metadata_of_every_type_becomes_sorted_json_without_name_and_template) {
  GgufBytes file;
  file.header(1, 17)
      .string_value("general.name", "left out")
      .string_value("tokenizer.chat_template", "left out")
      .value<uint8_t>("a.u8", 0, 255)
      .value<int8_t>("a.i8", 1, -128)
      .value<uint16_t>("a.u16", 2, 65535)
      .value<int16_t>("a.i16", 3, -32768)
      .value<uint32_t>("a.u32", 4, 4294967295)
      .value<int32_t>("a.i32", 5, -2147483647 - 1)
      .value<float>("a.f32", 6, 1e-6f)
      .value<uint8_t>("a.bool", 7, 1)
      .value<uint64_t>("a.u64", 10, std::numeric_limits<uint64_t>::max())
      .value<int64_t>("a.i64", 11, std::numeric_limits<int64_t>::min())
      .value<double>("a.f64", 12, 0.1)
      .value<float>("a.nan", 6, std::numeric_limits<float>::quiet_NaN())
      .string_value("a.text", "\"quoted\" \xff")
      .array("a.empty", 4, 0)
      .array("a.words", 8, 2)
      .text("one")
      .text("two")
      .tensor("t", {32}, 8, 0)
      .data(34);
  const auto gguf = parse(file.bytes());
  ASSERT_TRUE(gguf) << gguf.error().text();
  const std::string head =
      "{\"a.bool\":true,\"a.empty\":[],\"a.f32\":0.000001,\"a.f64\":0.1,\"a.i16\":-32768,"
      "\"a.i32\":-2147483648,\"a.i64\":-9223372036854775808,\"a.i8\":-128,\"a.nan\":null,"
      "\"a.text\":\"\\\"quoted\\\" \xef\xbf\xbd\",\"a.u16\":65535,\"a.u32\":4294967295,"
      "\"a.u64\":18446744073709551615,\"a.u8\":255,\"a.words\":";
  const std::string tail = ",\"general.parameter_count\":32}";
  EXPECT_EQ(model_info_json(*gguf, false), head + "null" + tail);
  EXPECT_EQ(model_info_json(*gguf, true), head + "[\"one\",\"two\"]" + tail);
  EXPECT_EQ(tensors_json(*gguf), "[{\"name\":\"t\",\"type\":\"Q8_0\",\"shape\":[32]}]");
}

TEST(Gguf, version_2_is_read_and_others_are_named) {
  EXPECT_TRUE(parse(GgufBytes().header(0, 0, 2).bytes()));
  for (const uint32_t version : {0u, 1u, 4u}) {
    const Error error = error_of(GgufBytes().header(0, 0, version).bytes());
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_NE(error.message.find("version " + std::to_string(version)), std::string::npos);
  }
  EXPECT_EQ(error_of(GgufBytes().header(0, 0, 0x03000000).bytes()).message,
            "the GGUF file is big-endian");
}

TEST(Gguf, what_is_no_gguf_is_refused_in_ollamas_words) {
  for (const std::string& bytes :
       {std::string(), std::string("GG"), std::string("PK\3\4 zip"), std::string(100, '\0')}) {
    const Error error = error_of(bytes);
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(error.message, "supplied file was not in GGUF format");
  }
}

TEST(Gguf, lengths_and_counts_that_the_file_cannot_hold_are_refused) {
  constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();
  const std::vector<std::string> table = {
      GgufBytes().header(kHuge, 0).bytes(),
      GgufBytes().header(0, kHuge).bytes(),
      GgufBytes().header(0, 60000).bytes(),
      GgufBytes().header(0, 1).number(kHuge).bytes(),
      GgufBytes().header(0, 1).text("").bytes(),
      GgufBytes().header(0, 1).text("k").number<uint32_t>(8).number(kHuge).bytes(),
      GgufBytes().header(0, 1).text("k").number<uint32_t>(13).bytes(),
      GgufBytes().header(0, 1).array("k", 4, kHuge).bytes(),
      GgufBytes().header(0, 1).array("k", 4, kHuge / 4 + 1).bytes(),
      GgufBytes().header(0, 1).array("k", 8, 1'000'000).bytes(),
      GgufBytes().header(0, 1).array("k", 8, 1).number(kHuge).bytes(),
      GgufBytes().header(0, 1).array("k", 9, 1).number<uint64_t>(0).bytes(),
      GgufBytes().header(0, 2).value<uint8_t>("k", 0, 1).value<uint8_t>("k", 0, 1).bytes(),
      GgufBytes().header(0, 1).value<uint32_t>("general.alignment", 4, 0).bytes(),
      GgufBytes().header(0, 1).value<uint32_t>("general.alignment", 4, 24).bytes(),
      GgufBytes().header(0, 1).string_value("general.alignment", "32").bytes(),
      GgufBytes().header(1, 0).tensor("t", {1, 1, 1, 1, 1}, 0, 0).bytes(),
      GgufBytes().header(1, 0).tensor("t", {kHuge}, 0, 0).bytes(),
      GgufBytes().header(1, 0).tensor("t", {1ull << 40, 1ull << 40}, 0, 0).bytes(),
      GgufBytes().header(1, 0).tensor(std::string(256, 't'), {1}, 0, 0).bytes(),
      GgufBytes().header(2, 0).tensor("t", {1}, 0, 0).tensor("t", {1}, 0, 0).bytes(),
  };
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(error_of(table[i]).code, ErrorCode::kCorrupt) << "row " << i;
  }
}

TEST(Gguf, an_error_says_where_in_the_header_it_is) {
  EXPECT_EQ(error_of(GgufBytes().header(0, 1).array("k", 4, 9).bytes()).message,
            "metadata \"k\": an array of 9 elements in the last 0 bytes of the file");
}

TEST(Gguf, tensor_data_must_fit_type_alignment_and_file) {
  struct Row {
    std::vector<uint64_t> shape;
    uint32_t type;
    uint64_t offset;
    std::string message;
  };
  const std::vector<Row> table = {
      {{32, 2}, 0, 0, ""},
      {{64}, 8, 64, ""},
      {{33}, 8, 0, "tensor \"t\" has rows of 33 elements, but Q8_0 needs whole blocks of 32"},
      {{32}, 8, 1, "tensor \"t\" starts off its alignment of 32"},
      {{32}, 4, 0, "tensor \"t\" is of type 4, which nothing here loads"},
      {{1ull << 62}, 0, 0, "tensor \"t\" is larger than any file"},
      {{32}, 0, ~0ull - 31, "tensor \"t\" is larger than any file"},
      {{96},
       0,
       0,
       "the file is cut short: tensor \"t\" ends at byte 448, but the file has 352 bytes"},
  };
  for (const Row& row : table) {
    GgufBytes file;
    file.header(1, 0).tensor("t", row.shape, row.type, row.offset).data(0);
    file.data(352 - file.bytes().size());
    const auto gguf = parse(file.bytes());
    ASSERT_TRUE(gguf) << gguf.error().text();
    const auto checked = gguf->check_data();
    EXPECT_EQ(checked ? "" : checked.error().message, row.message);
  }
}

TEST(Gguf, parameters_do_not_overflow) {
  GgufBytes file;
  file.header(3, 0);
  for (const char* name : {"a", "b", "c"}) file.tensor(name, {1ull << 62, 1}, 0, 0);
  const auto gguf = parse(file.bytes());
  ASSERT_TRUE(gguf);
  EXPECT_EQ(gguf->parameters(), 3ull << 62);
}

TEST(Gguf, a_header_cut_anywhere_is_an_error) {
  const std::string whole = read_text(kSprout);
  const auto gguf = parse(whole);
  ASSERT_TRUE(gguf);
  for (size_t size = 0; size < gguf->data_offset() - 32; size += size < 2048 ? 1 : 1024) {
    const auto cut = parse(whole.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, size < 4 ? ErrorCode::kInvalidArgument : ErrorCode::kCorrupt);
  }
  const std::string half = whole.substr(0, whole.size() / 2);
  const auto cut = parse(half);
  ASSERT_TRUE(cut);
  const auto checked = cut->check_data();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(checked.error().message.find("the file has 1501984 bytes"), std::string::npos)
      << checked.error().message;
}

TEST(Gguf, flipped_bits_never_crash) {
  const std::string whole = read_text(kSprout);
  const auto gguf = parse(whole);
  ASSERT_TRUE(gguf);
  std::mt19937 random(20260727);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = whole.substr(0, gguf->data_offset() + 64);
    // Half of the rounds hit the front, where the lengths and counts are dense.
    const size_t reach = round % 2 == 0 ? 1400 : bytes.size();
    const unsigned flips = 1 + random() % 8;
    for (unsigned i = 0; i < flips; ++i) {
      bytes[random() % reach] ^= static_cast<char>(1u << random() % 8);
    }
    use(bytes);
  }
}

TEST(Gguf, a_missing_file_is_not_found_and_a_folder_is_no_file) {
  const TempDir dir;
  EXPECT_EQ(Gguf::open(dir.path() / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Gguf::open(dir.path()).error().code, ErrorCode::kIo);
}

TEST(Gguf, file_types_have_llama_cpps_names) {
  EXPECT_STREQ(file_type_name(0), "F32");
  EXPECT_STREQ(file_type_name(1), "F16");
  EXPECT_STREQ(file_type_name(7), "Q8_0");
  EXPECT_STREQ(file_type_name(15), "Q4_K_M");
  EXPECT_STREQ(file_type_name(32), "BF16");
  EXPECT_STREQ(file_type_name(4), "unknown");
  EXPECT_STREQ(file_type_name(1024), "unknown");
}

}  // namespace
}  // namespace axllama::store
