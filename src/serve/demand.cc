#include "serve/demand.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace axllama::serve {
namespace {

constexpr int64_t kLeastContext = 4;
constexpr int64_t kLeastVisionContext = 2048;

// For models without any template: what was said, one after another, as Ollama's default template.
constexpr const char* kPlainTemplate =
    "{%- for message in messages -%}{{- message.content -}}{%- endfor -%}";

std::unexpected<Error> lacks(const store::Model& model, const char* what) {
  return fail(ErrorCode::kInvalidArgument,
              model.manifest.name.full_text() + " does not support " + what);
}

std::unexpected<Error> lacks(std::string_view sent, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument,
              "\"" + std::string(sent) + "\" does not support " + std::string(what));
}

Result<void> check_vision(const store::Model& model) {
  const std::string name = model.manifest.name.full_text();
  if (model.details.format == store::kFolderFormat) {
    return fail(ErrorCode::kInvalidArgument,
                name +
                    " does not support vision: models compiled for the NPU take no images; use "
                    "a GGUF build with a projector on the CPU (--device cpu)");
  }
  if (!has_capability(model, capability::kVision)) return lacks(model, capability::kVision);
  if (model.projectors.size() == 1) return {};
  const char* why = model.projectors.empty()
                        ? " has its vision tower in the file of its weights, which axllama can't "
                          "run: it needs a projector in a file of its own (a second FROM)"
                        : " has several projectors: axllama runs models with one";
  return fail(ErrorCode::kUnsupported, name + why);
}

// A store that others write to may hold what `create` refuses.
Result<void> check_adapters(const store::Model& model) {
  const bool compiled = model.details.format == store::kFolderFormat;
  if (model.adapters.empty() || (!compiled && model.adapters.size() == 1)) return {};
  return fail(ErrorCode::kUnsupported,
              model.manifest.name.full_text() +
                  (compiled ? " can't be run: models compiled for the NPU take no LoRA adapter"
                            : " has several LoRA adapters: axllama runs models with one"));
}

}  // namespace

bool has_capability(const store::Model& model, std::string_view capability) {
  return std::ranges::find(model.capabilities, capability) != model.capabilities.end();
}

Result<void> check_demand(const store::Model& model, std::string_view sent, const Demand& demand) {
  if (!has_capability(model, capability::kCompletion)) return lacks(sent, demand.verb);
  if (demand.tools && !has_capability(model, capability::kTools)) {
    return lacks(model, capability::kTools);
  }
  if (demand.insert && !has_capability(model, capability::kInsert)) {
    return lacks(model, capability::kInsert);
  }
  if (demand.images || count_images(model.messages) > 0) AX_CHECK(check_vision(model));
  const bool thinks = demand.think && demand.think->on;
  if (thinks && !has_capability(model, capability::kThinking)) {
    return lacks(sent, capability::kThinking);
  }
  return check_adapters(model);
}

Options resolve_options(const store::Model& model, const OptionList& requested,
                        int64_t default_context) {
  Options options;
  options.num_ctx = default_context;
  apply_options(options, model.parameters);
  apply_options(options, requested);
  const int64_t trained = model.details.context_length;
  const int64_t most = trained > 0 ? trained : options.num_ctx;
  const int64_t least = model.projectors.empty() ? kLeastContext : kLeastVisionContext;
  const int64_t context = std::max(std::min(options.num_ctx, most), std::min(least, most));
  if (context != options.num_ctx && log_enabled(LogLevel::kDebug)) {
    log_debug("num_ctx " + std::to_string(options.num_ctx) + " becomes " + std::to_string(context) +
              ": the model was trained for " + std::to_string(trained));
  }
  options.num_ctx = context;
  return options;
}

OptionList with_openai_defaults(const store::Model& model, OptionList requested) {
  for (const char* name : {"temperature", "top_p"}) {
    const auto is_given = [name](const auto& option) { return option.first == name; };
    if (std::ranges::none_of(model.parameters, is_given) &&
        std::ranges::none_of(requested, is_given)) {
      requested.emplace_back(name, 1.0);
    }
  }
  return requested;
}

std::vector<Message> with_preamble(const store::Model& model, std::vector<Message> messages) {
  std::vector<Message> all;
  const bool own_system = !messages.empty() && messages.front().role == "system";
  if (!model.system.empty() && !own_system) {
    all.push_back({.role = "system", .content = model.system});
  }
  all.insert(all.end(), model.messages.begin(), model.messages.end());
  std::ranges::move(messages, std::back_inserter(all));
  return all;
}

std::string not_found(std::string_view sent) {
  return "model '" + std::string(sent) + "' not found";
}

std::string try_pulling(std::string_view sent) {
  return "model \"" + std::string(sent) + "\" not found, try pulling it first";
}

std::string weights_key(const store::Model& model) {
  std::string key = model.weights.string();
  for (const auto& adapter : model.adapters) key += "+" + adapter.string();
  return key;
}

Wanted wanted_for(const store::Model& model, const Options& options, int64_t slots,
                  int64_t park_bytes) {
  const bool compiled = model.details.format == store::kFolderFormat;
  const std::string go_template = model.uses_go_template ? model.go_template : "";
  const bool plain = !compiled && model.chat_template.empty() && go_template.empty() &&
                     has_capability(model, capability::kCompletion);
  Wanted wanted;
  wanted.key = weights_key(model);
  const bool sees = model.projectors.size() == 1;
  wanted.load = {.model = model.weights.string(),
                 .projector = sees ? model.projectors.front().string() : "",
                 .adapter = model.adapters.empty() ? "" : model.adapters.front().string(),
                 .template_jinja = plain ? kPlainTemplate : "",
                 .template_go = go_template,
                 .context = options.num_ctx,
                 .slots = has_capability(model, capability::kEmbedding) ? 1 : slots,
                 .batch = options.num_batch,
                 .threads = options.num_thread,
                 .use_mmap = options.use_mmap};
  // What was compiled is fixed: no option is a reason to load it anew.
  if (compiled) {
    wanted.load = {.model = model.weights.string(),
                   .template_go = go_template,
                   .context = model.details.context_length,
                   .slots = wanted.load.slots};
  }
  wanted.load.park_bytes = has_capability(model, capability::kEmbedding) ? 0 : park_bytes;
  wanted.name = model.manifest.name.short_text();
  wanted.digest = model.manifest.digest;
  wanted.file_bytes = model.manifest.size();
  return wanted;
}

}  // namespace axllama::serve
