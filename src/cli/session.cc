#include "cli/session.h"

#include "cli/repl_command.h"
#include "cli/repl_help.h"
#include "cli/show_text.h"

namespace axllama::cli {
namespace {

std::string or_else(const std::string& text, const char* fallback) {
  return text.empty() ? fallback : text;
}

std::string parameters_text(const ShownModel& shown, const Session& session) {
  std::string text;
  if (!shown.parameters.empty()) text += "Of the model:\n" + shown.parameters + "\n";
  if (!session.ask.options.empty()) text += (text.empty() ? "" : "\n") + std::string("Set here:\n");
  for (const auto& [name, value] : session.ask.options) {
    text += parameter_line(name, value) + "\n";
  }
  while (text.ends_with('\n')) text.pop_back();
  return or_else(text, "No parameters were specified for this model.");
}

}  // namespace

std::vector<Message> messages_to_send(const Session& session) {
  std::vector<Message> messages;
  if (!session.system.empty()) messages.push_back({.role = "system", .content = session.system});
  messages.insert(messages.end(), session.messages.begin(), session.messages.end());
  return messages;
}

NewModel model_to_save(const Session& session, const ShownModel& shown, std::string name) {
  NewModel model{.name = std::move(name), .from = session.ask.model};
  if (!session.system.empty()) model.system = session.system;
  model.parameters = session.ask.options;
  if (session.messages.empty()) return model;  // the model's own are taken over
  model.messages = shown.messages;
  model.messages.insert(model.messages.end(), session.messages.begin(), session.messages.end());
  return model;
}

Action act(Session& session, const Input& input) {
  if (input.kind == Input::Kind::kCommand) return run_repl_command(session, input.text);
  return Send{input.text};
}

std::string part_text(ShowPart part, const ShownModel& shown, const Session& session) {
  switch (part) {
    case ShowPart::kInfo: {
      std::string text = show_text(shown, false);
      while (text.ends_with('\n')) text.pop_back();
      return text;
    }
    case ShowPart::kLicense:
      return or_else(shown.license, "No license was specified for this model.");
    case ShowPart::kModelfile:
      return shown.modelfile;
    case ShowPart::kParameters:
      return parameters_text(shown, session);
    case ShowPart::kSystem:
      return or_else(session.system.empty() ? shown.system : session.system,
                     "No system message was specified for this model.");
    case ShowPart::kTemplate:
      return or_else(shown.go_template, "No prompt template was specified for this model.");
  }
  return {};
}

}  // namespace axllama::cli
