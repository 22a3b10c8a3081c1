// A model's Go template: prompts as Ollama renders them, and answers split by the tags that the
// template shows (spec/ollama.md 6.1-6.3).
#include <optional>
#include <utility>

#include "chat/control_tokens.h"
#include "chat/go_prompt.h"
#include "chat/template_inputs.h"
#include "chat/template_state.h"
#include "chat/thinking_splitter.h"
#include "chat/tool_call_reader.h"
#include "generate/literal_pattern.h"
#include "go_template/inspect.h"

namespace axllama {
namespace {

using go_template::Tags;
using go_template::Template;

// Thinking first, then calls, then content.
struct GoAnswer final : AnswerParser::State {
  std::vector<Event> push(std::string_view text) override {
    std::vector<Event> events;
    if (!thinking) {
      add_content(text, events);
    } else {
      add(thinking->push(text), events);
    }
    return events;
  }

  std::vector<Event> finish() override {
    std::vector<Event> events;
    if (thinking) add(thinking->finish(), events);
    if (calls) calls->finish(events);
    return events;
  }

  std::unique_ptr<State> copy() const override { return std::make_unique<GoAnswer>(*this); }

  void add(const ThinkingSplitter::Pieces& pieces, std::vector<Event>& events) {
    if (!pieces.thinking.empty()) events.push_back(Thinking{pieces.thinking});
    add_content(pieces.content, events);
  }

  void add_content(std::string_view text, std::vector<Event>& events) {
    if (text.empty()) return;
    if (calls) return calls->push(text, events);
    events.push_back(Content{std::string(text)});
  }

  std::optional<ThinkingSplitter> thinking;
  std::optional<ToolCallReader> calls;
};

bool ends_with_tag(std::string_view prompt, const std::string& tag) {
  const size_t end = prompt.find_last_not_of(" \t\r\n");
  return end != std::string_view::npos && prompt.substr(0, end + 1).ends_with(tag);
}

// The grammar of a format holds from the end of the thinking on, or at once where the answer begins
// with something else than the opening tag.
Result<Grammar> format_grammar(const std::string& schema, const std::optional<Tags>& tags,
                               bool begun) {
  Grammar grammar;
  if (schema.empty()) return grammar;
  AX_TRY(grammar.gbnf, schema_grammar(schema));
  if (!tags) return grammar;
  grammar.trigger_patterns.push_back(literal_pattern(tags->closing) + "\\s*(\\S)");
  if (!begun) {
    const std::string first = tags->opening.substr(0, 1);
    const bool special = first == "[" || first == "^" || first == "\\";
    grammar.trigger_patterns.push_back("^\\s*([^\\s" + std::string(special ? "\\" : "") + first +
                                       "])");
  }
  return grammar;
}

// What can be had of Jinja's grammars only.
Result<void> check_tool_use(const ChatRequest& request) {
  if (request.tools.empty()) return {};
  if (request.tool_choice == ToolChoice::kRequired) {
    return fail(ErrorCode::kInvalidArgument,
                "this model's Go template gives no way to force a tool call",
                "leave tool_choice at auto");
  }
  if (!request.parallel_calls) {
    return fail(ErrorCode::kInvalidArgument,
                "this model's Go template gives no way to keep an answer to one tool call",
                "leave out parallel_tool_calls");
  }
  return {};
}

class GoTemplate final : public ChatTemplate::State {
 public:
  GoTemplate(Template pattern, const Vocabulary& vocabulary)
      : vocabulary_(vocabulary),
        template_(go_template::with_response(std::move(pattern))),
        tags_(go_template::thinking_tags(template_)),
        call_tag_(go_template::tool_call_tag(template_)),
        tools_(go_template::field_names(template_).contains("tools")) {}

  Result<RenderedChat> render(const ChatRequest& request) const override;
  bool supports_tools() const override { return tools_; }
  bool supports_thinking() const override { return tags_.has_value(); }

 private:
  std::unique_ptr<GoAnswer> answer(const ChatRequest& request, const std::optional<Tags>& tags,
                                   bool begun) const;

  const Vocabulary& vocabulary_;
  Template template_;
  std::optional<Tags> tags_;
  std::string call_tag_;
  bool tools_;
};

Result<RenderedChat> GoTemplate::render(const ChatRequest& given) const {
  ChatRequest request = given;
  if (request.tool_choice == ToolChoice::kNone) request.tools.clear();
  AX_CHECK(check_tool_use(request));
  const ThinkValues think = think_values(request.think, tags_.has_value());
  AX_TRY(std::string prompt, go_prompt(template_, request, think));
  const std::optional<Tags> tags = think.think ? tags_ : std::nullopt;
  const bool begun = tags && ends_with_tag(prompt, tags->opening);
  AX_TRY(Grammar grammar, format_grammar(schema_of(request.settings.format), tags, begun));
  std::vector<std::string> marks;
  if (tags) marks = {tags->opening, tags->closing};
  if (!request.tools.empty()) marks.push_back(call_tag_);
  return RenderedChat{.prompt = std::move(prompt),
                      .grammar = std::move(grammar),
                      .stops = {},
                      .preserved = control_tokens(vocabulary_, marks),
                      .parser = AnswerParser(answer(request, tags, begun))};
}

std::unique_ptr<GoAnswer> GoTemplate::answer(const ChatRequest& request,
                                             const std::optional<Tags>& tags, bool begun) const {
  auto answer = std::make_unique<GoAnswer>();
  if (tags) answer->thinking.emplace(*tags, begun);
  if (request.tools.empty()) return answer;
  std::vector<std::string> names;
  for (const Tool& tool : request.tools) names.push_back(tool.name);
  answer->calls.emplace(call_tag_, std::move(names));
  return answer;
}

}  // namespace

Result<std::unique_ptr<ChatTemplate::State>> make_go_template(std::string_view text,
                                                              const Vocabulary& vocabulary) {
  AX_TRY(Template pattern, Template::parse(text));
  return std::make_unique<GoTemplate>(std::move(pattern), vocabulary);
}

}  // namespace axllama
