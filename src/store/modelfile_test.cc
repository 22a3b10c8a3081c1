#include "store/modelfile.h"

#include <gmock/gmock.h>

#include <random>

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Strings = std::vector<std::string>;

constexpr const char* kCommandError =
    "command must be one of \"from\", \"license\", \"template\", \"system\", \"adapter\", "
    "\"draft\", "
    "\"renderer\", \"parser\", \"parameter\", \"message\", or \"requires\"";
constexpr const char* kRoleError =
    "message role must be one of \"system\", \"user\", or \"assistant\"";

Modelfile parsed(std::string_view text) {
  auto file = parse_modelfile(text);
  EXPECT_TRUE(file) << text << "\n" << (file ? "" : file.error().text());
  return file ? *std::move(file) : Modelfile{};
}

std::string error_of(std::string_view text) {
  const auto file = parse_modelfile(text);
  if (file) return "no error";
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  return file.error().message;
}

TEST(Modelfile, every_command_is_understood) {
  const Modelfile file = parsed(
      "# a comment\n"
      "FROM ./model.gguf\n"
      "from ./projector.gguf\n"
      "\n"
      "  PARAMETER temperature 0.7\n"
      "PARAMETER num_ctx 4096\n"
      "PARAMETER stop <|im_end|>\n"
      "PARAMETER stop \"AI assistant: \"\n"
      "PARAMETER use_mmap false\n"
      "PARAMETER temperature 1e-1\n"
      "Template \"\"\"{{ .System }}\n{{ .Prompt }}\"\"\"\n"
      "SYSTEM You are terse.\n"
      "ADAPTER ./lora.gguf\n"
      "LICENSE MIT\n"
      "LICENSE \"\"\"\nlong text\n\"\"\"\n"
      "MESSAGE user Hello: there\n"
      "MESSAGE assistant \"\"\"Hi.\n\"\"\"\n"
      "RENDERER qwen3-coder\n"
      "PARSER qwen3\n"
      "REQUIRES v0.14.0");
  EXPECT_EQ(file.from, (Strings{"./model.gguf", "./projector.gguf"}));
  EXPECT_THAT(file.parameters,
              ElementsAre(Pair("temperature", OptionValue(0.1)),
                          Pair("num_ctx", OptionValue(int64_t{4096})),
                          Pair("stop", OptionValue(Strings{"<|im_end|>", "AI assistant: "})),
                          Pair("use_mmap", OptionValue(false))));
  EXPECT_TRUE(file.has_template);
  EXPECT_EQ(file.go_template, "{{ .System }}\n{{ .Prompt }}");
  EXPECT_TRUE(file.has_system);
  EXPECT_EQ(file.system, "You are terse.");
  EXPECT_EQ(file.adapters, Strings{"./lora.gguf"});
  EXPECT_EQ(file.licenses, (Strings{"MIT", "\nlong text\n"}));
  EXPECT_EQ(file.messages, (std::vector<Message>{{.role = "user", .content = "Hello: there"},
                                                 {.role = "assistant", .content = "Hi.\n"}}));
  EXPECT_EQ(file.renderer, "qwen3-coder");
  EXPECT_EQ(file.parser, "qwen3");
  EXPECT_EQ(file.required_version, "0.14.0");
  EXPECT_THAT(file.warnings, IsEmpty());
}

struct SystemRow {
  std::string text;  // behind "SYSTEM "
  std::string value;
};

TEST(Modelfile, quotes_work_as_in_ollama) {
  const std::vector<SystemRow> table = {
      {"plain words  \t", "plain words"},
      {"  \t plain", "plain"},
      {"\" kept \"", " kept "},
      {"\"\"", ""},
      {"\"\"\"\"\"\"", ""},
      {"\"'\"", "'"},
      {"it's", "it's"},
      {"\"a\" and \"b\"", "a\" and \"b"},
      {"\"two\nlines\"", "two\nlines"},
      {"\"two\r\nlines\"\r\n", "two\r\nlines"},
      {"\"\"\"\n  a\n\n  b \"quoted\"\n\"\"\"   ", "\n  a\n\n  b \"quoted\"\n"},
      {"\"\"\"a\"\"b\"\"\"", "a\"\"b"},
      {"\"open\n# no comment\nclosed\"", "open\n# no comment\nclosed"},
      {"a # no comment", "a # no comment"},
      {"tab\tinside", "tab\tinside"},
      {"bell\x07 and \x1b escape", "bell and  escape"},
      {"gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x8c\xb1", "gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x8c\xb1"},
  };
  for (const SystemRow& row : table) {
    EXPECT_EQ(parsed("FROM m\nSYSTEM " + row.text).system, row.value) << row.text;
    EXPECT_EQ(parsed("FROM m\nSYSTEM " + row.text + "\nLICENSE x\n").system, row.value) << row.text;
  }
}

TEST(Modelfile, utf16_and_byte_order_marks_are_read) {
  const std::u16string text = u"FROM m\nSYSTEM gr\u00fc\u00df \U0001f331\n";
  std::string little = "\xff\xfe";
  std::string big = "\xfe\xff";
  for (const char16_t unit : text) {
    little += {static_cast<char>(unit & 0xff), static_cast<char>(unit >> 8)};
    big += {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xff)};
  }
  const std::string want = "gr\xc3\xbc\xc3\x9f \xf0\x9f\x8c\xb1";
  EXPECT_EQ(parsed(little).system, want);
  EXPECT_EQ(parsed(big).system, want);
  EXPECT_EQ(parsed("\xef\xbb\xbf"
                   "FROM m\nSYSTEM " +
                   want)
                .system,
            want);
  EXPECT_EQ(parsed(std::string("FROM m\nSYSTEM a\xff")).system, "a\xef\xbf\xbd");
  // Half a unit at the end is no text.
  EXPECT_EQ(error_of(little + "\x3d"), std::string("(line 3): ") + kCommandError);
}

TEST(Modelfile, from_may_come_late_and_hold_anything) {
  EXPECT_EQ(parsed("SYSTEM x\nFROM lemons make lemonade ").from, Strings{"lemons make lemonade"});
  EXPECT_EQ(parsed("FROM \"  a b \"").from, Strings{"  a b "});
  EXPECT_EQ(parsed("FROM m\r\n# c\r\nSYSTEM s\r\n").system, "s");
}

struct ErrorRow {
  std::string text;
  std::string error;
};

TEST(Modelfile, errors_have_ollamas_words) {
  const std::vector<ErrorRow> table = {
      {"", "no FROM line"},
      {"# only a comment", "no FROM line"},
      {"SYSTEM x", "no FROM line"},
      {"FROM \nSYSTEM x", "no FROM line"},
      {"FROM m\n\nBADCOMMAND a b\n", std::string("(line 3): ") + kCommandError},
      {"FROM m\r\n\r\nBADCOMMAND a b", std::string("(line 3): ") + kCommandError},
      {"FROM m\nSYSTEM \"a\nb\"\nBAD x", std::string("(line 4): ") + kCommandError},
      {"FROM", "unexpected EOF"},
      {"FROM\nm", std::string("(line 1): ") + kCommandError},
      {"FROM=m", std::string("(line 1): ") + kCommandError},
      {"<html>", std::string("(line 1): ") + kCommandError},
      {"FROM m\nMESSAGE badguy hi\n", std::string("(line 2): ") + kRoleError},
      {"FROM m\nMESSAGE User hi\n", std::string("(line 2): ") + kRoleError},
      {"FROM m\nMESSAGE user", "unexpected EOF"},
      {"FROM m\nMESSAGE user\n", "unexpected EOF: user"},
      {"FROM m\nPARAMETER top_k", "unexpected EOF"},
      {"FROM m\nPARAMETER top_k\n", "unexpected EOF: top_k"},
      {"FROM m\nPARAMETER top-k 5\n", "unexpected EOF: top"},
      {"FROM m\nSYSTEM \"\"\"never closed\"\"\n", "unexpected EOF"},
      {"FROM m\nSYSTEM \"\n", "unexpected EOF"},
      {"FROM m\nSYSTEM \"\"\"\"\n", "unexpected EOF"},
      {"FROM m\nPARAMETER x 1", "unknown parameter 'x'"},
      {"FROM m\nPARAMETER num_ctx many", "invalid int value [many]"},
      {"FROM m\nPARAMETER num_ctx 1.5", "invalid int value [1.5]"},
      {"FROM m\nPARAMETER num_ctx 99999999999999999999",
       "invalid int value [99999999999999999999]"},
      {"FROM m\nPARAMETER temperature warm", "invalid float value [warm]"},
      {"FROM m\nPARAMETER temperature 1e39", "invalid float value [1e39]"},
      {"FROM m\nPARAMETER temperature nan", "invalid float value [nan]"},
      {"FROM m\nPARAMETER use_mmap yes", "invalid bool value [yes]"},
      {"FROM m\nREQUIRES new", "requires must be a valid semver (e.g. 0.14.0)"},
      {"FROM m\nREQUIRES 1.02", "requires must be a valid semver (e.g. 0.14.0)"},
      {"FROM m\nREQUIRES 1.2.3.4", "requires must be a valid semver (e.g. 0.14.0)"},
  };
  for (const ErrorRow& row : table) EXPECT_EQ(error_of(row.text), row.error) << row.text;
}

TEST(Modelfile, an_errors_hint_names_the_line) {
  EXPECT_EQ(parse_modelfile("FROM m\n\nPARAMETER top_k x").error().hint,
            "look at line 3 of the Modelfile");
  EXPECT_EQ(parse_modelfile("FROM m\nSYSTEM \"a\nb\n").error().hint,
            "look at line 2 of the Modelfile");
}

TEST(Modelfile, retired_parameters_and_drafts_are_warnings) {
  const Modelfile file = parsed("FROM m\nPARAMETER mirostat 1\nPARAMETER use_mlock x\nDRAFT d");
  EXPECT_THAT(file.parameters, IsEmpty());
  EXPECT_THAT(file.warnings,
              ElementsAre("parameter mirostat is deprecated", "parameter use_mlock is deprecated",
                          "DRAFT is not supported and left out"));
}

TEST(Modelfile, versions_may_be_short_or_long) {
  for (const std::string version : {"1", "0.14", "0.14.0", "1.2.3-rc.1", "1.2.3+build", "v2.0"}) {
    const std::string want = version.starts_with("v") ? version.substr(1) : version;
    EXPECT_EQ(parsed("FROM m\nREQUIRES " + version).required_version, want);
  }
}

TEST(Parameter, takes_gos_spellings) {
  EXPECT_EQ(parse_parameter("num_ctx", {"+5"}), OptionValue(int64_t{5}));
  EXPECT_EQ(parse_parameter("num_predict", {"-1"}), OptionValue(int64_t{-1}));
  EXPECT_EQ(parse_parameter("top_p", {".5"}), OptionValue(0.5));
  EXPECT_EQ(parse_parameter("use_mmap", {"T"}), OptionValue(true));
  EXPECT_EQ(parse_parameter("stop", {"a", ""}), OptionValue(Strings{"a", ""}));
  EXPECT_EQ(parse_parameter("num_ctx", {"1", "2"}), OptionValue(int64_t{1}));
  EXPECT_EQ(parse_parameter("num_ctx", {"a", "b"}).error().message, "invalid int value [a b]");
  EXPECT_EQ(parse_parameter("num_ctx", {}).error().message, "invalid int value []");
  EXPECT_EQ(parse_parameter("num_ctx", {"+-5"}).error().message, "invalid int value [+-5]");
}

TEST(Modelfile, many_empty_lines_in_an_open_quote_cost_little) {
  const std::string text = "FROM m\nSYSTEM \"" + std::string(4'000'000, '\n');
  EXPECT_EQ(error_of(text), "unexpected EOF");
}

TEST(Modelfile, cut_or_changed_text_never_crashes) {
  const std::string whole =
      "FROM m\nPARAMETER stop \"a\"\nSYSTEM \"\"\"x\ny\"\"\"\nMESSAGE user \"hi\"\nREQUIRES 1.2\n";
  std::mt19937 random(7);
  for (size_t size = 0; size < whole.size(); ++size) {
    (void)parse_modelfile(whole.substr(0, size));
    for (int round = 0; round < 20; ++round) {
      std::string changed = whole;
      changed[random() % whole.size()] = static_cast<char>(random());
      (void)parse_modelfile(changed);
    }
  }
}

}  // namespace
}  // namespace axllama::store
