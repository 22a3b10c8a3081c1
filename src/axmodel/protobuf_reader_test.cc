#include "axmodel/protobuf_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "axmodel/protobuf_writer.h"

namespace axllama::axmodel {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

Slice slice_of(const std::string& bytes, uint64_t offset = 0) {
  return {std::as_bytes(std::span(bytes)), offset};
}

Result<Field> first_field(const std::string& bytes) {
  return FieldReader(slice_of(bytes, 100)).next();
}

std::string why_not(const std::string& bytes) {
  const auto field = first_field(bytes);
  if (field) return "no error";
  EXPECT_EQ(field.error().code, ErrorCode::kCorrupt);
  return field.error().message;
}

TEST(FieldReader, gives_the_fields_of_a_message_in_order) {
  const std::string message = "\x08\x96\x01\x12\x02hi\x1d\x01\x02\x03\x04\x21"s + "12345678";
  FieldReader reader(slice_of(message, 1000));
  const auto number = reader.next();
  ASSERT_TRUE(number);
  EXPECT_EQ(number->number, 1u);
  EXPECT_EQ(number->integer(), 150);
  EXPECT_EQ(number->offset, 1000u);
  EXPECT_EQ(number->payload.bytes.size(), 2u);
  const auto text = reader.next();
  ASSERT_TRUE(text);
  EXPECT_EQ(text->number, 2u);
  EXPECT_EQ(text->text(), "hi");
  EXPECT_EQ(text->offset, 1003u);
  EXPECT_EQ(text->payload.offset, 1005u);
  const auto four = reader.next();
  ASSERT_TRUE(four);
  EXPECT_EQ(four->wire, WireType::kFixed32);
  EXPECT_EQ(four->payload.bytes.size(), 4u);
  EXPECT_FALSE(reader.done());
  const auto eight = reader.next();
  ASSERT_TRUE(eight);
  EXPECT_EQ(eight->wire, WireType::kFixed64);
  EXPECT_EQ(eight->payload.offset, 1013u);
  EXPECT_TRUE(reader.done());
}

TEST(FieldReader, nothing_is_an_empty_message) {
  EXPECT_TRUE(FieldReader(Slice{}).done());
}

TEST(FieldReader, numbers_of_every_length_come_back_as_written) {
  for (const int64_t number : {int64_t{0}, int64_t{127}, int64_t{128}, int64_t{1} << 35,
                               int64_t{-1}, std::numeric_limits<int64_t>::min()}) {
    const auto field = first_field(MessageWriter().integer(3, number).message());
    ASSERT_TRUE(field);
    EXPECT_EQ(field->integer(), number);
  }
}

TEST(FieldReader, five_byte_lengths_are_read) {
  const std::string bytes = MessageWriter().bytes_header(7, 3).message() + "abc";
  const auto field = first_field(bytes);
  ASSERT_TRUE(field);
  EXPECT_EQ(field->text(), "abc");
}

TEST(FieldReader, message_cut_short_anywhere_is_corrupt) {
  const std::string message = MessageWriter().integer(300, 1 << 20).message();
  const std::string text = MessageWriter().bytes(1, std::string(200, 'x')).message();
  for (const std::string& whole : {message, text, "\x0d\x01\x02\x03\x04"s, "\x09"s + "12345678"}) {
    ASSERT_TRUE(first_field(whole));
    for (size_t length = 1; length < whole.size(); ++length) {
      EXPECT_THAT(why_not(whole.substr(0, length)), HasSubstr("at byte 10")) << length;
    }
  }
}

TEST(FieldReader, length_past_the_end_is_told_with_both_sizes) {
  EXPECT_EQ(why_not("\x12\x05"s + "abc"), "at byte 100: a field of 5 bytes, but only 3 are left");
  EXPECT_THAT(why_not("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s),
              HasSubstr("18446744073709551615 bytes"));
}

TEST(FieldReader, number_of_more_than_ten_bytes_is_corrupt) {
  EXPECT_THAT(why_not("\x08"s + std::string(10, '\x80') + "\x01"), HasSubstr("without end"));
}

TEST(FieldReader, field_numbers_outside_protobufs_range_are_corrupt) {
  EXPECT_THAT(why_not("\x02\x01"s + "a"), HasSubstr("no field begins here"));
  EXPECT_THAT(why_not("\x82\x80\x80\x80\x10\x01"s + "a"), HasSubstr("no field begins here"));
}

TEST(FieldReader, groups_and_unknown_wire_types_are_named) {
  for (const int wire : {3, 4, 6, 7}) {
    EXPECT_THAT(why_not(std::string(1, static_cast<char>(8 + wire))),
                HasSubstr("wire type " + std::to_string(wire)));
  }
}

TEST(Field, of_another_wire_type_than_wanted_is_corrupt) {
  const auto number = first_field("\x08\x01"s);
  ASSERT_TRUE(number);
  EXPECT_EQ(number->text().error().message, "at byte 100: field 1 holds a number instead of bytes");
  const auto text = first_field("\x12\x01"s + "a");
  ASSERT_TRUE(text);
  EXPECT_THAT(text->integer().error().message, HasSubstr("holds bytes instead of a number"));
}

TEST(PackedList, gives_its_numbers_and_refuses_half_ones) {
  std::vector<int64_t> numbers;
  const auto add = [&numbers](int64_t number) -> Result<void> {
    numbers.push_back(number);
    return {};
  };
  EXPECT_TRUE(for_each_varint(slice_of("\x01\x96\x01\x00"s), add));
  EXPECT_THAT(numbers, testing::ElementsAre(1, 150, 0));
  const auto half = for_each_varint(slice_of("\x01\x96"s, 50), add);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().message, "at byte 51: the data ends inside a number");
}

}  // namespace
}  // namespace axllama::axmodel
