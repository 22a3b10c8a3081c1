// For tests: the families of tests/data/answers, and what parses their answers.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"
#include "test_places.h"
#include "token/family_template.h"

namespace axllama {

// A file is one family. Its "jinja" names a template in llama.cpp's source, "built_in" one of ours,
// "go" is the text of a Go template; "tools" and "think" are what is asked for.
struct RecordedFamily {
  std::string name;
  nlohmann::ordered_json file;
};

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// By name.
inline std::vector<RecordedFamily> recorded_families() {
  std::vector<RecordedFamily> all;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("/tests/data/answers")))
    all.push_back({entry.path().stem(), nlohmann::ordered_json::parse(read_text(entry.path()))});
  std::ranges::sort(all, {}, &RecordedFamily::name);
  return all;
}

inline std::filesystem::path jinja_file(const nlohmann::ordered_json& file) {
  return llama_lib_dir() + "/../src/models/templates/" + file.value("jinja", "") + ".jinja";
}

// Whether its template is there: llama.cpp's source may not be.
inline bool has_template(const nlohmann::ordered_json& file) {
  return !file.contains("jinja") || std::filesystem::exists(jinja_file(file));
}

inline Result<ChatTemplate> make_template(const nlohmann::ordered_json& file) {
  if (file.contains("go"))
    return ChatTemplate::create_go(file.at("go").get<std::string>(), sprout());
  if (!file.contains("built_in"))
    return ChatTemplate::create(read_text(jinja_file(file)), sprout());
  return ChatTemplate::create(family_template(file.at("built_in").get<std::string>()), sprout());
}

inline Tool note_tool() {
  return {.name = "save_note",
          .description = "",
          .parameters = R"({"type":"object","properties":{"title":{"type":"string"},)"
                        R"("tags":{"type":"array","items":{"type":"string"}},)"
                        R"("place":{"type":"object","properties":{"city":{"type":"string"},)"
                        R"("at":{"type":"array","items":{"type":"number"}}}}},)"
                        R"("required":["title"]})"};
}

// What its answers were recorded for.
inline ChatRequest recorded_request(const nlohmann::ordered_json& file) {
  ChatRequest request{.messages = {{.role = "user", .content = "Weather?"}}};
  if (file.value("tools", true)) request.tools = {weather_tool(), add_tool(), note_tool()};
  if (file.contains("think")) request.think = Think{.on = file.at("think")};
  return request;
}

}  // namespace axllama
