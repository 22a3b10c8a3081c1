#include <algorithm>
#include <type_traits>

#include "api/json_document.h"
#include "api/json_number.h"
#include "api/json_text.h"
#include "api/ollama.h"
#include "api/ollama_pieces.h"
#include "base/format.h"

namespace axllama::ollama {
namespace {

using json::Writer;

constexpr size_t kKeyWidth = 30;

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};

// Calls each(name, value) with every value as a std::string, several times for a list.
template <class Each>
void each_parameter(const OptionList& parameters, Each each) {
  for (const auto& [name, value] : parameters) {
    std::visit(Overload{
                   [&](int64_t number) { each(name, std::to_string(number)); },
                   [&](double number) { each(name, json::go_number(number)); },
                   [&](bool on) { each(name, on ? "true" : "false"); },
                   [&](const std::vector<std::string>& texts) {
                     for (const std::string& text : texts) each(name, json::quote(text));
                   },
               },
               value);
  }
}

std::string parameter_lines(const OptionList& parameters) {
  std::string lines;
  each_parameter(parameters, [&](std::string name, const std::string& value) {
    if (!lines.empty()) lines += '\n';
    if (name.size() < kKeyWidth) name.append(kKeyWidth - name.size(), ' ');
    (lines += name) += ' ';
    lines += value;
  });
  return lines;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (&text != &texts.front()) all += '\n';
    all += text;
  }
  return all;
}

// How hard a model can be told to think: gpt-oss in levels, others only whether.
void write_thinking(Writer& writer, const ShowReply& reply) {
  if (std::ranges::find(reply.capabilities, capability::kThinking) == reply.capabilities.end()) {
    return;
  }
  const bool levels = reply.details.family == "gptoss" || reply.details.family == "gpt-oss";
  writer.raw("thinking", levels ? R"({"values":["low","medium","high"],"default":"medium"})"
                                : R"({"values":[false,true],"default":true})");
}

}  // namespace

std::string write_show(const ShowReply& reply) {
  return json::object_text([&](Writer& writer) {
    writer.text_if("license", joined(reply.licenses));
    writer.text_if("modelfile", reply.modelfile);
    writer.text_if("parameters", parameter_lines(reply.parameters));
    writer.text_if("template", reply.go_template);
    writer.text_if("system", reply.system);
    writer.object("details", [&](Writer& details) { write_details(details, reply.details); });
    writer.array_if("messages", reply.messages, append_message);
    // Clients look into model_info without asking whether it is there.
    writer.raw("model_info", json::is_object(reply.model_info) ? reply.model_info : "{}");
    if (json::is_object(reply.projector_info)) writer.raw("projector_info", reply.projector_info);
    if (json::is_array(reply.tensors)) writer.raw("tensors", reply.tensors);
    writer.array_if("capabilities", reply.capabilities, append_text);
    write_thinking(writer, reply);
    writer.text("modified_at", format_time_local(reply.modified));
    writer.text_if("requires", reply.required_version);
  });
}

}  // namespace axllama::ollama
