// Which model serves a request, and the wait until it is loaded.
#include "base/log.h"
#include "serve/app.h"
#include "serve/builds.h"
#include "serve/model_source.h"
#include "store/folder.h"
#include "store/gguf.h"

namespace axllama::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Tells a client that its model does not run where it should.
constexpr const char* kNoticeHeader = "Axllama-Notice";

}  // namespace

Result<App::ModelPtr> App::model(std::string_view sent, std::string not_found,
                                 const std::optional<DeviceWish>& device) {
  AX_TRY(const std::string_view text, local_name(sent, kRemoteModel));
  AX_TRY(const store::Name name, store::Name::parse(text));
  const Result<store::Manifest> named = catalogue_.find(text);
  if (!named && named.error().code != ErrorCode::kNotFound) return std::unexpected(named.error());
  const Result<store::Manifest> npu = catalogue_.store().find(npu_name(name));
  const Builds builds{.named = named.has_value(),
                      .named_is_npu = named && store::is_folder_model(*named),
                      .npu = npu && store::is_folder_model(*npu)};
  if (!builds.named && !builds.npu) return fail(ErrorCode::kNotFound, std::move(not_found));
  AX_TRY(const BuildChoice choice, choose_build(text, builds, device.value_or(settings_.device)));
  if (choice.build == Build::kNamed) return read(*named);
  AX_TRY(ModelPtr compiled, read(*npu));
  if (!choice.may_fall_back) return compiled;
  AX_TRY(ModelPtr stand_in, read(*named));
  stand_ins_.offer(compiled->weights.string(), stand_in->weights.string(), npu->name.short_text(),
                   named->name.short_text());
  const bool left_alone =
      !stand_ins_.failed(compiled->weights.string(), SteadyClock::now()).empty();
  return left_alone ? stand_in : compiled;
}

Result<App::ModelPtr> App::read(const store::Manifest& manifest) {
  Result<ModelPtr> model = catalogue_.read(manifest);
  // A missing blob is a fault of the store, not of the client's request.
  if (!model && model.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kInternal, model.error().message, model.error().hint);
  }
  return model;
}

bool App::has_template(const store::Recipe& recipe) {
  if (recipe.go_template && !recipe.go_template->empty()) return true;
  if (recipe.from.empty()) {
    const auto gguf = store::Gguf::open(catalogue_.store().blob_path(recipe.file_digest));
    return gguf && !gguf->text("tokenizer.chat_template").empty();
  }
  const Result<store::Manifest> parent = catalogue_.find(recipe.from);
  if (!parent) return false;
  const Result<ModelPtr> model = catalogue_.read(*parent);
  return model && !((*model)->chat_template.empty() && (*model)->go_template.empty());
}

Task<Result<Scheduler::Lease>> App::lease(Exchange& exchange, const store::Model& model,
                                          const OptionList& requested,
                                          std::optional<Nanoseconds> keep_alive,
                                          std::optional<DeviceWish> device) {
  const DeviceWish wish = device.value_or(settings_.device);
  const std::string weights = model.weights.string();
  const Options options = resolve_options(model, requested, settings_.context);
  Wanted wanted = wanted_for(model, options, settings_.parallel, settings_.park_bytes);
  if (wish.card && store::is_folder_model(model.manifest)) wanted.load.device = device_text(wish);
  Result<Scheduler::Lease> held =
      co_await scheduler_.acquire(std::move(wanted), keep_alive, exchange.gone());
  if (held) {
    stand_ins_.note_success(weights);
    const std::string notice = stand_ins_.notice(weights, SteadyClock::now());
    if (!notice.empty()) exchange.add_header(kNoticeHeader, notice);
  } else if (wish.kind == DeviceWish::Kind::kAny) {
    stand_ins_.note_failure(weights, held.error(), &exchange, SteadyClock::now());
  }
  co_return held;
}

}  // namespace axllama::serve
