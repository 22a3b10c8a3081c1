// Where Go is installed: the same templates through Go's own text/template, output and errors
// compared byte for byte.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "go_template/json.h"
#include "go_template/random_template.h"
#include "go_template/template.h"
#include "test_places.h"

namespace axllama::go_template {
namespace {

using Json = nlohmann::json;

constexpr const char* kData = R"({
  "text": "hello wörld", "int": {"$int": 7}, "real": 2.5, "yes": true, "no": false, "null": null,
  "list": [{"$int": 1}, "two", 3.5, null, true, ["x"], {"k": "v"}],
  "map": {"b": {"$int": 2}, "a": "one", "inner": {"c": [1, 2]}, "z<>&": "<tag> & \u2028"},
  "empty": [], "nothing": {}, "blank": "",
  "words": {"$strings": ["alpha", "beta \"q\"", ""]}, "ints": {"$ints": [3, -1, 0]},
  "place": {"$place": {"City": "Köln", "Zip": {"$int": 0}, "Note": null}},
  "person": {"$person": {"Name": "Ann <a>", "Age": {"$int": 41}, "Tags": {"$strings": ["t1", "t2"]},
             "Extra": {"k": 1}, "Home": {"$place": {"City": "Ulm", "Zip": {"$int": 9},
             "Note": [1]}}}},
  "deep": {"one": {"two": {"three": "end"}}}, "odd": "tab\tquote\" nul\u0000 é \u0007"
})";

Value build(const Json& json);

Struct place_of(const Json& json) {
  return {.type = "main.place",
          .fields = {{"City", json["City"].get<std::string>(), "city"},
                     {"Zip", build(json["Zip"]), "zip", true},
                     {"Note", build(json["Note"]), "note", false, true}}};
}

Value build(const Json& json) {
  if (json.is_array()) {
    List list;
    for (const Json& item : json) list.items.push_back(build(item));
    return list;
  }
  if (!json.is_object()) return *from_json(json.dump());
  if (json.contains("$int")) return json["$int"].get<int64_t>();
  if (json.contains("$ints") || json.contains("$strings")) {
    List list;
    list.boxes = false;
    list.type = json.contains("$ints") ? "[]int" : "[]string";
    for (const Json& item : json.begin().value()) {
      list.items.push_back(item.is_string() ? Value(item.get<std::string>())
                                            : Value(item.get<int64_t>()));
    }
    return list;
  }
  if (json.contains("$place")) return place_of(json["$place"]);
  if (json.contains("$person")) {
    const Json& person = json["$person"];
    return Struct{.type = "main.person",
                  .fields = {{"Name", build(person["Name"])},
                             {"Age", build(person["Age"])},
                             {"Tags", build(person["Tags"])},
                             {"Extra", build(person["Extra"]), "", false, true},
                             {"Home", build(person["Home"])}},
                  .pointer = true};
  }
  Map map;
  for (const auto& [key, value] : json.items()) map.entries.emplace(key, build(value));
  return map;
}

std::string own_verdict(const std::string& text, const Value& data) {
  const Result<Template> parsed = Template::parse(text);
  if (!parsed) return "error: " + parsed.error().message;
  const Result<std::string> output = parsed->execute(data);
  return output ? "output: " + *output : "error: " + output.error().message;
}

// What Go has that we have not: complex numbers, the sharp flag for floats, and stacks for a
// hundred thousand templates within one another.
bool comparable(const std::string& text, const std::string& own, const std::string& theirs) {
  return own.find("complex numbers") == std::string::npos &&
         own.find("0xc000000000") == std::string::npos && text.find("%#") == std::string::npos &&
         theirs.find("exceeded maximum template depth") == std::string::npos;
}

Json ask_go(const Json& question) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("axllama-oracle-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "question.json") << question.dump();
  const std::string command =
      "GOFLAGS=-mod=mod GOTOOLCHAIN=local go run " + source_path("/tests/go_template/oracle.go <") +
      (folder / "question.json").string() + " >" + (folder / "answer.json").string();
  Json answer;
  if (std::system(command.c_str()) == 0) {
    answer = Json::parse(std::ifstream(folder / "answer.json"), nullptr, false);
  }
  std::filesystem::remove_all(folder);
  return answer;
}

size_t wanted_count() {
  const char* count = std::getenv("ORACLE_COUNT");
  return count == nullptr ? 1000 : std::strtoul(count, nullptr, 10);
}

TEST(GoTemplateOracle, random_templates_give_what_go_gives) {
  if (std::system("command -v go >/dev/null 2>&1") != 0) GTEST_SKIP() << "Go is not installed";
  Json question = {{"data", Json::parse(kData)}, {"templates", Json::array()}};
  const char* seed = std::getenv("ORACLE_SEED");
  RandomTemplate random(seed == nullptr ? 1 : static_cast<uint32_t>(std::atoi(seed)));
  for (size_t i = 0; i < wanted_count(); ++i) {
    std::string text = random.make();
    if (Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore) ==
        Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)) {
      question["templates"].push_back(std::move(text));
    }
  }
  const Json answer = ask_go(question);
  ASSERT_EQ(answer.size(), question["templates"].size());
  const Value data = build(Json::parse(kData));
  int shown = 0;
  for (size_t i = 0; i < answer.size(); ++i) {
    const auto text = question["templates"][i].get<std::string>();
    const auto error = answer[i]["error"].get<std::string>();
    const std::string theirs =
        error.empty() ? "output: " + answer[i]["output"].get<std::string>() : "error: " + error;
    const std::string own = own_verdict(text, data);
    if (own == theirs || !comparable(text, own, theirs)) continue;
    EXPECT_EQ(own, theirs) << "template " << i << ": " << text;
    if (++shown == 20) break;
  }
}

}  // namespace
}  // namespace axllama::go_template
