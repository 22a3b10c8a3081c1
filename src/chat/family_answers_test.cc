// Answers as models of each family write them (tests/data/answers), in all the pieces they can come
// in. Pieces are whole characters, for the runner cuts none (generate/stream.h).
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chat/family_test_chat.h"

namespace axllama {
namespace {

using Json = nlohmann::ordered_json;

struct Recorded {
  std::string family;
  Json file;
  Json answer;

  std::string text() const { return answer.at("text"); }
  Answer wanted() const {
    Answer wanted{.thinking = answer.value("thinking", ""), .content = answer.value("content", "")};
    for (const Json& call : answer.value("calls", Json::array()))
      wanted.calls.push_back({.id = {}, .name = call.at(0), .arguments = call.at(1).dump()});
    return wanted;
  }
};

void PrintTo(const Recorded& recorded, std::ostream* out) {
  *out << recorded.family << ", " << recorded.answer.at("name");
}

std::vector<Recorded> all_recorded() {
  std::vector<Recorded> all;
  for (const auto& [family, file] : recorded_families())
    for (const Json& answer : file.at("answers"))
      all.push_back({.family = family, .file = file, .answer = answer});
  return all;
}

Answer rest_of(AnswerParser parser, const std::string& text) {
  return parse(std::move(parser), {text});
}

Answer joined(const Answer& first, const Answer& second) {
  Answer both = first;
  both.thinking += second.thinking;
  both.content += second.content;
  both.calls.insert(both.calls.end(), second.calls.begin(), second.calls.end());
  return both;
}

// Calls with their JSON written alike.
std::vector<std::string> calls_of(const Answer& answer) {
  std::vector<std::string> calls;
  for (const ToolCall& call : answer.calls)
    calls.push_back(call.name + Json::parse(call.arguments).dump());
  return calls;
}

void expect_same(const Answer& found, const Answer& wanted, const std::string& how) {
  EXPECT_EQ(found.thinking, wanted.thinking) << how;
  EXPECT_EQ(found.content, wanted.content) << how;
  EXPECT_EQ(calls_of(found), calls_of(wanted)) << how;
}

class FamilyAnswers : public testing::TestWithParam<Recorded> {
 protected:
  void SetUp() override {
    const Json& file = GetParam().file;
    if (!has_template(file)) GTEST_SKIP() << "no " << jinja_file(file);
    const auto made = make_template(file);
    ASSERT_TRUE(made.has_value()) << made.error().text();
    parser_.emplace(render(recorded_request(file), *made).parser);
  }

  std::optional<AnswerParser> parser_;
};

TEST_P(FamilyAnswers, whole_text_is_thinking_content_and_calls) {
  expect_same(rest_of(parser_->copy(), GetParam().text()), GetParam().wanted(), "whole");
}

TEST_P(FamilyAnswers, every_split_gives_the_same_events_joined) {
  const std::string text = GetParam().text();
  const Answer wanted = GetParam().wanted();
  AnswerParser growing = parser_->copy();
  Answer so_far;
  size_t at = 0;
  for (const std::string& character : one_by_one(text)) {
    at += character.size();
    AnswerParser halved = parser_->copy();
    Answer first;
    first.add(halved.push(text.substr(0, at)));
    expect_same(joined(first, rest_of(std::move(halved), text.substr(at))), wanted,
                "split in two behind " + text.substr(0, at));
    so_far.add(growing.push(character));
    expect_same(joined(so_far, rest_of(growing.copy(), text.substr(at))), wanted,
                "character by character, up to " + text.substr(0, at));
  }
  expect_same(joined(so_far, rest_of(std::move(growing), "")), wanted, "character by character");
}

// What num_predict cuts off: what has come does not depend on its pieces, and calls stay sent.
TEST_P(FamilyAnswers, every_cut_gives_the_same_however_it_came) {
  AnswerParser growing = parser_->copy();
  Answer so_far;
  std::string text;
  size_t calls = 0;
  for (const std::string& character : one_by_one(GetParam().text())) {
    text += character;
    so_far.add(growing.push(character));
    const Answer whole = rest_of(parser_->copy(), text);
    expect_same(joined(so_far, rest_of(growing.copy(), "")), whole, "cut behind " + text);
    EXPECT_GE(whole.calls.size(), calls) << "cut behind " << text;
    calls = whole.calls.size();
  }
}

std::string test_name(const testing::TestParamInfo<Recorded>& info) {
  std::string name = info.param.family + "_" + info.param.answer.at("name").get<std::string>();
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Recorded, FamilyAnswers, testing::ValuesIn(all_recorded()), test_name);

}  // namespace
}  // namespace axllama
