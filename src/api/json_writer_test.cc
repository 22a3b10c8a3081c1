#include "api/json_writer.h"

#include <gtest/gtest.h>

#include <vector>

namespace axllama::json {
namespace {

TEST(JsonWriter, strings_are_escaped_as_go_does) {
  std::string out;
  append_string(out, "a<>&\u2028\u2029\x7F\x01\b\f\n\r\t\xFF\"\\/é");
  EXPECT_EQ(out,
            "\"a\\u003c\\u003e\\u0026\\u2028\\u2029\x7F\\u0001\\b\\f\\n\\r\\t\\ufffd\\\"\\\\/é\"");
}

TEST(JsonWriter, an_object_has_its_fields_in_order) {
  const std::string text = object_text([](Writer& writer) {
    writer.text("a", "x");
    writer.text_if("none", "");
    writer.flag("b", true);
    writer.integer("c", -5);
    writer.integer_if("none", 0);
    writer.number("d", 0.5);
    writer.null("e");
    writer.object("f", [](Writer& inner) { inner.raw("g", " { \"<\" : [ 1 , 2 ] } "); });
    writer.array("h", std::vector<int>{1, 2},
                 [](int number, std::string& out) { out += std::to_string(number); });
  });
  EXPECT_EQ(text,
            R"({"a":"x","b":true,"c":-5,"d":0.5,"e":null,"f":{"g":{"\u003c":[1,2]}},"h":[1,2]})");
}

TEST(JsonWriter, nothing_is_written_as_an_empty_object) {
  EXPECT_EQ(object_text([](Writer&) {}), "{}");
}

}  // namespace
}  // namespace axllama::json
