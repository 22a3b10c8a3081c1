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
#include "chat/control_tokens.h"
#include "chat/image_marks.h"
#include "chat/template_grammar.h"
#include "chat/template_inputs.h"
#include "chat/template_state.h"
#include "generate/schema_grammar.h"

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

// A call is forced by a grammar that is awake from the first token on.
Result<void> check_forced(const common_chat_params& params) {
  if (!params.grammar.empty() && !params.grammar_lazy) return {};
  return fail(ErrorCode::kInvalidArgument,
              "this model's chat template gives no way to force a tool call",
              "leave tool_choice at auto");
}

struct JinjaAnswer final : AnswerParser::State {
  explicit JinjaAnswer(AnswerSplitter given) : splitter(std::move(given)) {}
  std::vector<Event> push(std::string_view text) override { return splitter.push(text); }
  std::vector<Event> finish() override { return splitter.finish(); }
  std::unique_ptr<State> copy() const override { return std::make_unique<JinjaAnswer>(*this); }

  AnswerSplitter splitter;
};

struct JinjaTemplate final : ChatTemplate::State {
  JinjaTemplate(const Vocabulary& given, std::string bos_text)
      : vocabulary(given), bos(std::move(bos_text)) {}
  Result<RenderedChat> render(const ChatRequest& request) const override;
  bool supports_tools() const override { return tools; }
  bool supports_thinking() const override { return thinking; }

  const Vocabulary& vocabulary;
  common_chat_templates_ptr templates;
  std::string bos;  // not empty: the tokenizer writes it, so the prompt must not
  bool tools = false;
  bool thinking = false;
  bool parallel_calls = false;

  // `gbnf`: the grammar of `schema`; empty where no format is asked for.
  Grammar grammar(const common_chat_params& params, const BoundSchema& schema, std::string gbnf,
                  bool thinks) const;
};

}  // namespace

AnswerParser::AnswerParser(std::unique_ptr<State> state) : state_(std::move(state)) {}
AnswerParser::AnswerParser(AnswerParser&&) noexcept = default;
AnswerParser& AnswerParser::operator=(AnswerParser&&) noexcept = default;
AnswerParser::~AnswerParser() = default;

std::vector<Event> AnswerParser::push(std::string_view text) {
  return state_->push(text);
}

std::vector<Event> AnswerParser::finish() {
  return state_->finish();
}

AnswerParser AnswerParser::copy() const {
  return AnswerParser(state_->copy());
}

ChatTemplate::ChatTemplate(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::create(const std::string& jinja, const Vocabulary& vocabulary) {
  silence_helpers();
  if (jinja.empty()) return fail(ErrorCode::kInvalidArgument, "the model has no chat template");
  const std::string bos = text_of(vocabulary, vocabulary.bos());
  auto state = std::make_unique<JinjaTemplate>(vocabulary, vocabulary.adds_bos() ? bos : "");
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

namespace {

Grammar JinjaTemplate::grammar(const common_chat_params& params, const BoundSchema& schema,
                               std::string gbnf, bool thinks) const {
  if (!gbnf.empty() && params.grammar.empty())
    return plain_format_grammar(params, std::move(gbnf), thinks && thinking);
  Grammar grammar = grammar_of(params, vocabulary);
  grammar.gbnf = with_numbers(std::move(grammar.gbnf), schema);
  return grammar;
}

Result<RenderedChat> JinjaTemplate::render(const ChatRequest& request) const {
  if (!request.suffix.empty()) {
    return fail(ErrorCode::kUnsupported, "a Jinja template can't fill in between two texts");
  }
  const std::string schema = schema_of(request.settings.format);
  BoundSchema bound;
  std::string gbnf;
  if (!schema.empty()) {
    AX_TRY(bound, bound_schema(schema));
    AX_TRY(gbnf, grammar_of(bound));
  }
  common_chat_templates_inputs inputs;
  AX_CHECK(fill_inputs(request, parallel_calls, inputs));
  inputs.json_schema = bound.json;
  try {
    common_chat_params params = apply(templates.get(), inputs);
    if (!bos.empty() && params.prompt.starts_with(bos)) params.prompt.erase(0, bos.size());
    const bool forced = request.tool_choice == ToolChoice::kRequired;
    if (forced) AX_CHECK(check_forced(params));
    Grammar grammar = this->grammar(params, bound, std::move(gbnf), inputs.enable_thinking);
    if (forced) grammar.gbnf = without_preface(std::move(grammar.gbnf));
    if (!request.parallel_calls) grammar.gbnf = with_one_call(std::move(grammar.gbnf));
    AnswerSplitter splitter(AnswerReader(params), !schema.empty());
    return RenderedChat{.prompt = std::move(params.prompt),
                        .grammar = std::move(grammar),
                        .stops = std::move(params.additional_stops),
                        .preserved = control_tokens(vocabulary, params.preserved_tokens),
                        .parser = AnswerParser(std::make_unique<JinjaAnswer>(std::move(splitter)))};
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the chat template can't render this conversation: {}", error.what()));
  }
}

}  // namespace

Result<ChatTemplate> ChatTemplate::create_go(std::string_view text, const Vocabulary& vocabulary) {
  AX_TRY(std::unique_ptr<State> state, make_go_template(text, vocabulary));
  return ChatTemplate(std::move(state));
}

Result<RenderedChat> ChatTemplate::render(const ChatRequest& request) const {
  if (count_images(request.messages) == 0) return state_->render(request);
  ChatRequest marked = request;
  marked.messages = with_image_marks(request.messages);
  return state_->render(marked);
}

bool ChatTemplate::supports_tools() const {
  return state_->supports_tools();
}

bool ChatTemplate::supports_thinking() const {
  return state_->supports_thinking();
}

}  // namespace axllama
