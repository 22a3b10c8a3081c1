#include "runner/prepare.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "chat/image_marks.h"
#include "runner/limits.h"
#include "runner/prompt_images.h"

namespace axllama::runner {
namespace {

constexpr int64_t kLeastContext = 4;  // as Ollama: num_ctx min 4

// A request may ask for less context than the slot has, never for more.
int64_t context_of(const Prepared& model, const GenerateSettings& settings) {
  const int64_t wanted = settings.options.num_ctx;
  const int64_t most = model.info.context;
  return wanted > 0 ? std::clamp<int64_t>(wanted, std::min(kLeastContext, most), most) : most;
}

std::unexpected<Error> too_long() {
  return fail(ErrorCode::kInvalidArgument,
              "the prompt is longer than the context length currently available to the model; "
              "shorten the prompt, adjust the context length in settings, or use a model with a "
              "longer context length");
}

// A template that writes BOS itself must not get a second one.
bool lacks_bos(const Vocabulary& vocabulary, std::string_view prompt) {
  const Token bos = vocabulary.bos();
  return bos == kNoToken || !prompt.starts_with(vocabulary.piece(bos, true));
}

struct Fitted {
  RenderedChat chat;
  Prompt prompt;
  size_t dropped = 0;  // messages
};

// Borrows the model; `chat_template` is the model's, or what the request has in its place.
struct Renderer {
  const Prepared& model;
  const ChatTemplate& chat_template;
  ImageReader& images;
};

std::vector<const std::string*> files_of(std::span<const Message> messages) {
  std::vector<const std::string*> files;
  for (const Message& message : messages) {
    for (const std::string& image : message.images) files.push_back(&image);
  }
  return files;
}

Result<Prompt> encode(const Renderer& renderer, const ChatRequest& request,
                      const std::string& text) {
  const Vocabulary& vocabulary = renderer.model.vocabulary;
  const bool add_special = lacks_bos(vocabulary, text);
  const std::vector<const std::string*> files = files_of(request.messages);
  if (files.empty()) return Prompt{.tokens = vocabulary.encode(text, add_special, true)};
  return lay_out(renderer.model, split_at_images(text), files, renderer.images, add_special);
}

Result<Fitted> render(const Renderer& renderer, const ChatRequest& request) {
  AX_TRY(RenderedChat chat, renderer.chat_template.render(request));
  AX_TRY(Prompt prompt, encode(renderer, request, chat.prompt));
  prompt.tokens.insert(prompt.tokens.begin(), request.context.begin(), request.context.end());
  for (PlacedImage& image : prompt.images) image.begin += request.context.size();
  return Fitted{std::move(chat), std::move(prompt)};
}

// Drops as few of the oldest messages as leave at most `room` tokens. A render takes milliseconds
// and a conversation may have hundreds of messages, so their number is found by halving.
Result<Fitted> render_shortened(const Renderer& renderer, const ChatRequest& original,
                                size_t room) {
  ChatRequest request = original;
  const auto render_without = [&](size_t count) {
    request.messages = without_oldest(original.messages, count);
    return render(renderer, request);
  };
  size_t too_few = 0, enough = droppable_messages(original.messages);
  AX_TRY(Fitted best, render_without(enough));
  while (best.prompt.tokens.size() <= room && enough - too_few > 1) {
    const size_t middle = too_few + (enough - too_few) / 2;
    Result<Fitted> tried = render_without(middle);
    // A template may refuse a conversation that begins with an answer: then that one goes too.
    if (tried && tried->prompt.tokens.size() <= room) {
      best = *std::move(tried);
      enough = middle;
    } else {
      too_few = middle;
    }
  }
  best.dropped = enough;
  log_warn("dropped the " + std::to_string(enough) + " oldest messages: the conversation is " +
           "longer than the context of " + std::to_string(room + 1) + " tokens");
  return best;
}

Result<void> check_chat(const Prepared& model, const ChatRequest& request) {
  if (model.info.embeds) {
    return fail(ErrorCode::kUnsupported, "an embedding model does not support chat");
  }
  if (model.chat_template == nullptr && request.go_template.empty()) {
    return fail(ErrorCode::kUnsupported, "the model has no chat template",
                "give it one with TEMPLATE, or use /api/generate with raw");
  }
  const auto tokens = static_cast<int64_t>(model.vocabulary.size());
  for (const Token token : request.context) {
    if (token >= 0 && token < tokens) continue;
    return fail(ErrorCode::kInvalidArgument, "context: token " + std::to_string(token) +
                                                 " in a vocabulary of " + std::to_string(tokens));
  }
  return {};
}

// As Ollama, which answers a template that it can't parse with 500.
Result<std::optional<ChatTemplate>> requested_template(const std::string& text,
                                                       const Vocabulary& vocabulary) {
  Result<ChatTemplate> made = ChatTemplate::create_go(text, vocabulary);
  if (!made) return fail(ErrorCode::kInternal, made.error().message);
  return *std::move(made);
}

// Renders, shortened when it must be so that the prompt leaves room for an answer.
Result<Fitted> render_to_fit(const Prepared& model, const ChatRequest& request) {
  AX_CHECK(check_chat(model, request));
  const auto room = static_cast<size_t>(context_of(model, request.settings)) - 1;
  std::optional<ChatTemplate> override;
  if (!request.go_template.empty()) {
    AX_TRY(override, requested_template(request.go_template, model.vocabulary));
  }
  ImageReader images;
  const Renderer renderer{model, override ? *override : *model.chat_template, images};
  AX_TRY(Fitted whole, render(renderer, request));
  const bool fits = whole.prompt.tokens.size() <= room;
  if (fits || !request.settings.truncate || droppable_messages(request.messages) == 0) {
    return whole;
  }
  return render_shortened(renderer, request, room);
}

// Cuts the prompt, or refuses it; in either case at least one token of context stays free.
Result<Prompt> fit_prompt(const Prepared& model, Prompt prompt, const GenerateSettings& settings,
                          int64_t keep) {
  const size_t length = prompt.tokens.size();
  if (length == 0) return fail(ErrorCode::kInvalidArgument, "the prompt is empty");
  if (is_image(prompt.tokens.back())) {
    return fail(ErrorCode::kInvalidArgument,
                "the prompt ends with an image: a text must follow it");
  }
  const int64_t context = context_of(model, settings);
  if (static_cast<int64_t>(length) < context) return prompt;
  if (!settings.truncate || !settings.shift) return too_long();
  log_warn("cut a prompt of " + std::to_string(length) + " tokens to fit the context of " +
           std::to_string(context));
  return cut_prompt(std::move(prompt), context, keep);
}

Result<Job> make_job(const Prepared& model, Prompt given, const GenerateSettings& settings,
                     const Grammar& grammar, std::vector<std::string> stops,
                     std::vector<Token> preserved, std::optional<AnswerParser> parser) {
  const Options& options = settings.options;
  const int64_t context = context_of(model, settings);
  const int64_t keep = kept_tokens(options.num_keep, static_cast<int64_t>(given.tokens.size()),
                                   model.vocabulary.adds_bos(), context);
  AX_TRY(Prompt prompt, fit_prompt(model, std::move(given), settings, keep));
  AX_TRY(Sampler sampler, Sampler::create(model.vocabulary, options, grammar, settings.logit_bias));
  stops.insert(stops.end(), options.stop.begin(), options.stop.end());
  std::erase(stops, "");
  return Job{.prompt = std::move(prompt),
             .sampler = std::move(sampler),
             .answer = Answer(std::move(stops), std::move(parser), std::move(preserved),
                              settings.logprobs),
             .context = context,
             .most_tokens = answer_limit(options.num_predict, context),
             .keep = keep,
             .shift = settings.shift,
             .top_logprobs = settings.logprobs ? settings.top_logprobs : -1};
}

Result<Grammar> text_grammar(const Format& format) {
  Grammar grammar;
  if (format.kind == Format::Kind::kJson) {
    AX_TRY(grammar.gbnf, json_grammar());
  } else if (format.kind == Format::Kind::kSchema) {
    AX_TRY(grammar.gbnf, schema_grammar(format.schema));
  }
  return grammar;
}

void cut_to_dimensions(std::vector<float>& vector, int64_t dimensions) {
  if (dimensions > 0 && dimensions < static_cast<int64_t>(vector.size())) {
    vector.resize(static_cast<size_t>(dimensions));
  }
}

void make_unit_length(std::vector<float>& vector) {
  double square = 0.0;
  for (const float x : vector) square += static_cast<double>(x) * x;
  if (square == 0.0) return;
  const double factor = 1.0 / std::sqrt(square);
  for (float& x : vector) x = static_cast<float>(x * factor);
}

}  // namespace

Result<Job> prepare_text(const Prepared& model, const TextRequest& request) {
  if (model.info.embeds) {
    return fail(ErrorCode::kUnsupported, "an embedding model does not support generate");
  }
  AX_TRY(Grammar grammar, text_grammar(request.settings.format));
  Prompt prompt;
  if (request.images.empty()) {
    prompt.tokens = model.vocabulary.encode(request.prompt, true, true);
  } else {
    ImageReader images;
    std::vector<const std::string*> files;
    for (const std::string& image : request.images) files.push_back(&image);
    AX_TRY(prompt, lay_out(model, split_at_written_marks(request.prompt, files.size()), files,
                           images, true));
  }
  return make_job(model, std::move(prompt), request.settings, grammar, {}, {}, std::nullopt);
}

Result<Job> prepare_chat(const Prepared& model, const ChatRequest& request) {
  AX_TRY(Fitted fitted, render_to_fit(model, request));
  RenderedChat& chat = fitted.chat;
  AX_TRY(Job job,
         make_job(model, std::move(fitted.prompt), request.settings, chat.grammar,
                  std::move(chat.stops), std::move(chat.preserved), std::move(chat.parser)));
  job.want_context = request.want_context;
  job.dropped_messages = static_cast<int64_t>(fitted.dropped);
  return job;
}

Result<RenderedPrompt> render_prompt(const Prepared& model, const ChatRequest& request) {
  AX_TRY(Fitted fitted, render_to_fit(model, request));
  return RenderedPrompt{with_written_marks(fitted.chat.prompt),
                        static_cast<int64_t>(fitted.prompt.tokens.size())};
}

Result<EmbedJob> prepare_embed(const Prepared& model, const EmbedRequest& request) {
  const auto most = static_cast<size_t>(model.info.context);
  EmbedJob job;
  for (const std::string& input : request.inputs) {
    std::vector<Token> tokens = model.vocabulary.encode(input, true, true);
    if (tokens.empty()) {
      return fail(ErrorCode::kInvalidArgument, "the input has no tokens to embed");
    }
    if (tokens.size() > most) {
      if (!request.truncate) {
        return fail(ErrorCode::kInvalidArgument, "the input length exceeds the context length");
      }
      const bool ends = model.vocabulary.is_end(tokens.back());
      const Token end = tokens.back();
      tokens.resize(most);
      if (ends) tokens.back() = end;
    }
    job.inputs.push_back(std::move(tokens));
  }
  return job;
}

Result<void> finish_embeddings(std::vector<std::vector<float>>& vectors,
                               const EmbedRequest& request) {
  for (std::vector<float>& vector : vectors) {
    if (!std::ranges::all_of(vector, [](float x) { return std::isfinite(x); })) {
      return fail(ErrorCode::kInvalidArgument, "embedding contains NaN or Inf values");
    }
    cut_to_dimensions(vector, request.dimensions);
    if (request.normalize) make_unit_length(vector);
  }
  return {};
}

}  // namespace axllama::runner
