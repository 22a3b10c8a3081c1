// Feeds an answer to the parsers of every family, whole and in pieces as a runner would hand it on.
// The first byte chooses the family, the second what is asked for, the third the pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "base/log.h"
#include "chat/family_test_chat.h"
#include "generate/stream.h"

namespace {

using namespace axllama;

// Of a family's answers, by the two lowest bits of what is asked for: no tools; JSON.
struct Family {
  std::string name;
  std::vector<AnswerParser> parsers;
};

ChatRequest request_for(const nlohmann::ordered_json& file, unsigned asked) {
  ChatRequest request = recorded_request(file);
  if ((asked & 1) != 0) request.tools.clear();
  if ((asked & 2) != 0) request.settings.format.kind = Format::Kind::kJson;
  return request;
}

std::vector<Family> load_families() {
  std::vector<Family> families;
  for (const auto& [name, file] : recorded_families()) {
    if (!has_template(file)) continue;
    const Result<ChatTemplate> made = make_template(file);
    if (!made) throw std::runtime_error(made.error().text());
    Family& family = families.emplace_back(name);
    for (unsigned asked = 0; asked < 4; ++asked)
      family.parsers.push_back(render(request_for(file, asked), *made).parser);
  }
  return families;
}

// In up to `count` pieces.
Answer in_pieces(AnswerParser parser, std::string_view text, size_t count, unsigned seed) {
  std::minstd_rand random(seed + 1);
  TextStream stream({});
  Answer answer;
  for (; count > 1; --count) {
    const size_t length = random() % (2 * text.size() / count + 1);
    answer.add(parser.push(stream.push(text.substr(0, length))));
    text.remove_prefix(std::min(length, text.size()));
  }
  answer.add(parser.push(stream.push(text)));
  answer.add(parser.push(stream.finish()));
  answer.add(parser.finish());
  return answer;
}

[[noreturn]] void complain(const char* what, const Family& family, const Answer& one,
                           const Answer& other) {
  std::cerr << family.name << ": " << what << '\n';
  for (const Answer* answer : {&one, &other}) {
    std::cerr << "thinking [" << answer->thinking << "]\ncontent  [" << answer->content << "]\n";
    for (const std::string& call : answer->call_texts()) std::cerr << "call     " << call << '\n';
  }
  std::abort();
}

// Characters that no family's markup has, so that only a call may keep some for itself.
size_t witnesses(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return std::string_view("$~^%&;!?").contains(c); }));
}

std::vector<Family>& families() {
  static auto& loaded = *new std::vector<Family>(load_families());
  return loaded;
}

}  // namespace

// Loading takes seconds, which would count as the first input's.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  return families().empty() ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return -1;
  const Family& family = families()[data[0] % families().size()];
  const AnswerParser& parser = family.parsers[data[1] % family.parsers.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const Answer whole = in_pieces(parser.copy(), text, 1, 0);
  const Answer pieces = in_pieces(parser.copy(), text, 2 + data[2] % 8, data[2]);
  const bool same = whole.thinking == pieces.thinking && whole.content == pieces.content &&
                    whole.call_texts() == pieces.call_texts();
  if (!same) complain("pieces change the answer", family, whole, pieces);
  const size_t said = witnesses(whole.thinking) + witnesses(whole.content);
  if (whole.calls.empty() && said != witnesses(text))
    complain("text is lost or doubled", family, whole, pieces);
  return 0;
}
