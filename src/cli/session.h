// A conversation at the prompt: its settings and messages, and what each input makes of them.
// Pure: neither terminal nor server.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/repl_input.h"
#include "cli/replies.h"
#include "cli/requests.h"
#include "core/message.h"

namespace axllama::cli {

struct Session {
  Ask ask = {};                                // model, options, format, think, keep_alive
  std::string system = {};                     // of /set system; empty: the model's own
  std::vector<Message> messages = {};          // without the system message
  std::vector<std::string> capabilities = {};  // of the model
  bool verbose = false;
  bool word_wrap = true;
  bool history = true;  // of what is typed
  bool hide_thinking = false;
};

// The conversation as it is sent, the system message first when one is set.
std::vector<Message> messages_to_send(const Session& session);
// What /save makes: the present model, which the server tells as `shown`, with this session's
// settings and messages behind its own.
NewModel model_to_save(const Session& session, const ShownModel& shown, std::string name);

// What the terminal has to do after an input.
struct Say {  // print this, with a newline when there is any
  std::string text;
  bool operator==(const Say&) const = default;
};
struct Send {  // ask the model; the user's message is not in the session yet
  std::string text;
  bool operator==(const Send&) const = default;
};
enum class ShowPart { kInfo, kLicense, kModelfile, kParameters, kSystem, kTemplate };
struct ShowModel {
  ShowPart part;
  bool operator==(const ShowModel&) const = default;
};
struct ListModels {
  bool operator==(const ListModels&) const = default;
};
struct LoadModel {  // go on with another model and no messages
  std::string name;
  bool operator==(const LoadModel&) const = default;
};
struct SaveModel {
  std::string name;
  bool operator==(const SaveModel&) const = default;
};
struct Quit {
  bool operator==(const Quit&) const = default;
};
using Action = std::variant<Say, Send, ShowModel, ListModels, LoadModel, SaveModel, Quit>;

// Carries one input out on the session.
Action act(Session& session, const Input& input);

// What /show prints of a part; `shown` is the model as the server tells it.
std::string part_text(ShowPart part, const ShownModel& shown, const Session& session);

}  // namespace axllama::cli
