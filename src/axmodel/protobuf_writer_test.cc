#include "axmodel/protobuf_writer.h"

#include <gtest/gtest.h>

namespace axllama::axmodel {
namespace {

using namespace std::string_literals;

TEST(MessageWriter, numbers_take_as_few_bytes_as_they_can) {
  EXPECT_EQ(MessageWriter().integer(1, 150).message(), "\x08\x96\x01"s);
  EXPECT_EQ(MessageWriter().integer(16, 0).message(), "\x80\x01\x00"s);
  EXPECT_EQ(MessageWriter().integer(1, -1).message(), "\x08"s + std::string(9, '\xff') + "\x01");
}

TEST(MessageWriter, texts_have_their_length_in_front) {
  EXPECT_EQ(MessageWriter().bytes(2, "testing").message(), "\x12\x07testing"s);
  EXPECT_EQ(MessageWriter().bytes(2, "").message(), "\x12\x00"s);
}

TEST(MessageWriter, header_of_bytes_elsewhere_is_always_as_long) {
  EXPECT_EQ(MessageWriter().bytes_header(5, 1).message(), "\x2a\x81\x80\x80\x80\x00"s);
  EXPECT_EQ(MessageWriter().bytes_header(5, MessageWriter::kMaxHeaderSize).message(),
            "\x2a\xff\xff\xff\xff\x7f"s);
}

}  // namespace
}  // namespace axllama::axmodel
