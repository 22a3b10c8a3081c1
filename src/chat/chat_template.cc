#include <chat.h>
#include <fmt/format.h>
#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <log.h>

#include <exception>
#include <mutex>

#include "base/log.h"
#include "chat/answer_splitter.h"
#include "chat/chat.h"
#include "chat/template_grammar.h"
#include "chat/template_inputs.h"

namespace axllama {
namespace {

// llama.cpp's helpers write to standard error, and what users say with it.
void silence_helpers() {
  static std::once_flag once;
  std::call_once(once, [] { common_log_set_verbosity_thold(LOG_LEVEL_OUTPUT - 1); });
}

std::string text_of(const Vocabulary& vocabulary, Token token) {
  return token == kNoToken ? std::string{} : vocabulary.piece(token, true);
}

// Parsing is done once for its own sake: common_chat_templates_init() loses the reason.
void parse(const std::string& jinja) {
  jinja::lexer lexer;
  jinja::parse_from_tokens(lexer.tokenize(jinja));
}

bool can_think(const common_chat_templates* templates) {
  try {
    return common_chat_templates_support_enable_thinking(templates);
  } catch (const std::exception& error) {
    log_warn(fmt::format("the chat template rejects a plain question: {}", error.what()));
    return false;
  }
}

// A template whose answers llama.cpp finds no grammar for still renders; its answers are content.
common_chat_params apply(const common_chat_templates* templates,
                         common_chat_templates_inputs& inputs) {
  try {
    return common_chat_templates_apply(templates, inputs);
  } catch (const std::invalid_argument& error) {
    inputs.force_pure_content = true;
    common_chat_params params = common_chat_templates_apply(templates, inputs);
    log_debug(fmt::format("the answer will be passed on unread: {}", error.what()));
    return params;
  }
}

}  // namespace

// A call is forced by a grammar that is awake from the first token on.
Result<void> check_forced(const common_chat_params& params) {
  if (!params.grammar.empty() && !params.grammar_lazy) return {};
  return fail(ErrorCode::kInvalidArgument,
              "this model's chat template gives no way to force a tool call",
              "leave tool_choice at auto");
}

struct AnswerParser::State {
  AnswerSplitter splitter;
};

AnswerParser::AnswerParser(std::unique_ptr<State> state) : state_(std::move(state)) {}
AnswerParser::AnswerParser(AnswerParser&&) noexcept = default;
AnswerParser& AnswerParser::operator=(AnswerParser&&) noexcept = default;
AnswerParser::~AnswerParser() = default;

std::vector<Event> AnswerParser::push(std::string_view text) {
  return state_->splitter.push(text);
}

std::vector<Event> AnswerParser::finish() {
  return state_->splitter.finish();
}

struct ChatTemplate::State {
  const Vocabulary& vocabulary;
  common_chat_templates_ptr templates;
  std::string bos;  // not empty: the tokenizer writes it, so the prompt must not
  bool tools = false;
  bool thinking = false;
  bool parallel_calls = false;

  Result<Grammar> grammar(const common_chat_params& params, const std::string& schema,
                          bool thinks) const;
  std::vector<Token> control_tokens(const std::vector<std::string>& words) const;
};

ChatTemplate::ChatTemplate(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::create(const std::string& jinja, const Vocabulary& vocabulary) {
  silence_helpers();
  if (jinja.empty()) return fail(ErrorCode::kInvalidArgument, "the model has no chat template");
  const std::string bos = text_of(vocabulary, vocabulary.bos());
  auto state =
      std::make_unique<State>(State{vocabulary, nullptr, vocabulary.adds_bos() ? bos : ""});
  try {
    parse(jinja);
    state->templates =
        common_chat_templates_init(nullptr, jinja, bos, text_of(vocabulary, vocabulary.eos()));
    auto caps = common_chat_templates_get_caps(state->templates.get());
    state->tools = caps["supports_tools"] && caps["supports_tool_calls"];
    state->parallel_calls = caps["supports_parallel_tool_calls"];
    state->thinking = can_think(state->templates.get());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the chat template can't be used: {}", error.what()));
  }
  return ChatTemplate(std::move(state));
}

Result<Grammar> ChatTemplate::State::grammar(const common_chat_params& params,
                                             const std::string& schema, bool thinks) const {
  if (schema.empty() || !params.grammar.empty()) return grammar_of(params, vocabulary);
  return plain_format_grammar(params, schema, thinks && thinking);
}

std::vector<Token> ChatTemplate::State::control_tokens(
    const std::vector<std::string>& words) const {
  std::vector<Token> control;
  for (const std::string& word : words) {
    const std::vector<Token> tokens = vocabulary.encode(word, false, true);
    if (tokens.size() == 1 && vocabulary.piece(tokens[0]).empty()) control.push_back(tokens[0]);
  }
  return control;
}

Result<RenderedChat> ChatTemplate::render(const ChatRequest& request) const {
  const std::string schema = schema_of(request.settings.format);
  if (!schema.empty()) AX_CHECK(schema_grammar(schema));
  common_chat_templates_inputs inputs;
  AX_CHECK(fill_inputs(request, state_->parallel_calls, inputs));
  try {
    common_chat_params params = apply(state_->templates.get(), inputs);
    if (!state_->bos.empty() && params.prompt.starts_with(state_->bos))
      params.prompt.erase(0, state_->bos.size());
    const bool forced = request.tool_choice == ToolChoice::kRequired;
    if (forced) AX_CHECK(check_forced(params));
    AX_TRY(Grammar grammar, state_->grammar(params, schema, inputs.enable_thinking));
    if (forced) grammar.gbnf = without_preface(std::move(grammar.gbnf));
    AnswerSplitter splitter(AnswerReader(params), !schema.empty());
    return RenderedChat{
        .prompt = std::move(params.prompt),
        .grammar = std::move(grammar),
        .stops = std::move(params.additional_stops),
        .preserved = state_->control_tokens(params.preserved_tokens),
        .parser = AnswerParser(std::make_unique<AnswerParser::State>(std::move(splitter)))};
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the chat template can't render this conversation: {}", error.what()));
  }
}

bool ChatTemplate::supports_tools() const {
  return state_->tools;
}

bool ChatTemplate::supports_thinking() const {
  return state_->thinking;
}

}  // namespace axllama
