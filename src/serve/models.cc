// /api/version, tags, show, ps, create, copy, delete and blobs.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "serve/app.h"
#include "serve/blob_sink.h"
#include "serve/create_checks.h"
#include "serve/model_source.h"
#include "serve/npu_folder.h"
#include "serve/status_lines.h"
#include "serve/version.h"
#include "store/modelfile.h"

namespace axllama::serve {
namespace {

constexpr std::string_view kNpuEngine = "axcl";
constexpr std::string_view kBlobs = "/api/blobs/";

std::string quoted_not_found(const store::Name& name) {
  return "model '" + name.short_text() + "' not found";
}

HttpResponse empty_answer(int status) {
  return {.status = status};
}

Result<store::Recipe> recipe_of(ollama::CreateBody& body) {
  store::Recipe recipe;
  AX_CHECK(check_create(body));
  if (!body.quantize.empty()) {
    return fail(ErrorCode::kUnsupported, "this version of axllama does not support quantizing yet");
  }
  if (body.from.empty() && body.files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "neither 'from' or 'files' was specified");
  }
  const bool compiled = is_npu_folder(body.files);
  if (body.files.size() > 2 && !compiled) {
    return fail(ErrorCode::kUnsupported,
                "this version of axllama makes a model of one GGUF file, of one with a projector, "
                "or of a folder compiled for the NPU");
  }
  recipe.from = body.from;
  if (!body.files.empty() && !compiled) recipe.file_digest = body.files.front().second;
  for (size_t i = 1; i < body.files.size() && !compiled; ++i) {
    recipe.more_digests.push_back(body.files[i].second);
  }
  if (!body.adapters.empty()) recipe.adapter_digest = body.adapters.front().second;
  recipe.go_template = std::move(body.go_template);
  recipe.system = std::move(body.system);
  recipe.licenses = std::move(body.licenses);
  recipe.parameters = std::move(body.parameters);
  recipe.messages = std::move(body.messages);
  recipe.renderer = std::move(body.renderer);
  recipe.parser = std::move(body.parser);
  if (!body.required_version.empty()) {
    AX_TRY(recipe.required_version, store::parse_required_version(body.required_version));
  }
  return recipe;
}

// What `create` would make this model of again.
std::string modelfile_of(const store::Model& model, const std::string& system) {
  store::Model written = model;
  if (!system.empty()) written.system = system;
  return store::write_modelfile(written);
}

}  // namespace

App::Reply App::version(Exchange& exchange) {
  co_return co_await exchange.respond(json_response(R"({"version":")" + settings_.api_version +
                                                    R"(","axllama":")" + kOwnVersion + "\"}"));
}

App::Reply App::tags(Exchange& exchange) {
  AX_CO_TRY(const std::vector<store::Manifest> manifests, catalogue_.store().list());
  std::vector<ollama::TagsRow> rows;
  for (const store::Manifest& manifest : manifests) {
    const Result<ModelPtr> model = catalogue_.summary(manifest);
    if (!model) {
      log_warn(manifest.name.short_text() + ": " + model.error().text());
      continue;
    }
    rows.push_back({.name = manifest.name.short_text(),
                    .modified = manifest.modified,
                    .size = manifest.size(),
                    .digest = manifest.digest,
                    .details = (*model)->details,
                    .capabilities = (*model)->capabilities});
  }
  co_return co_await exchange.respond(json_response(ollama::write_tags(rows)));
}

App::Reply App::show(Exchange& exchange) {
  AX_CO_TRY(const ollama::ShowBody body, ollama::read_show(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const std::string_view sent, local_name(body.model, kRemoteDetails));
  AX_CO_TRY(const store::Name name, store::Name::parse(sent));
  AX_CO_TRY(const ModelPtr held, model(sent, quoted_not_found(name)));
  ollama::ShowReply reply{
      .licenses = held->licenses,
      .parameters = held->parameters,
      .go_template = held->uses_go_template ? held->go_template : held->chat_template,
      .system = body.system.empty() ? held->system : body.system,
      .details = held->details,
      .messages = held->messages,
      .model_info = held->model_info,
      .tensors = held->tensors,
      .projector_info = held->projector_info,
      .capabilities = held->capabilities,
      .modified = held->manifest.modified,
      .required_version = held->required_version};
  if (body.verbose) {
    AX_CO_TRY(store::Model full, catalogue_.store().read(held->manifest, true));
    reply.model_info = std::move(full.model_info);
  }
  reply.modelfile = modelfile_of(*held, body.system);
  co_return co_await exchange.respond(json_response(ollama::write_show(reply)));
}

App::Reply App::ps(Exchange& exchange) {
  std::vector<ollama::PsRow> rows;
  for (const ResidentInfo& resident : scheduler_.residents()) {
    const bool on_npu = resident.info.engine == kNpuEngine;
    const uint64_t host_bytes = on_npu ? 0 : resident.info.host_bytes;
    ollama::PsRow row{.name = resident.wanted.name,
                      .size = host_bytes + resident.info.device_bytes,
                      .digest = resident.wanted.digest,
                      .expires = resident.expires,
                      .size_vram = resident.info.device_bytes,
                      .context_length = resident.info.context,
                      .engine = resident.info.engine,
                      .devices = resident.info.devices,
                      .driver = resident.info.driver,
                      .shortcuts = resident.info.shortcuts};
    if (const Result<store::Manifest> manifest = catalogue_.find(resident.wanted.name)) {
      if (const Result<ModelPtr> model = catalogue_.read(*manifest))
        row.details = (*model)->details;
    }
    row.details.parent_model.clear();
    rows.push_back(std::move(row));
  }
  std::vector<ollama::LoadingRow> loading;
  if (const auto one = scheduler_.loading()) loading.push_back({one->name, one->share});
  co_return co_await exchange.respond(json_response(ollama::write_ps(rows, loading)));
}

App::Reply App::create(Exchange& exchange) {
  AX_CO_TRY(ollama::CreateBody body, ollama::read_create(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "invalid model name");
  AX_CO_TRY(const store::Name name, store::Name::parse(body.model));
  AX_CO_TRY(store::Recipe recipe, recipe_of(body));
  if (!recipe.from.empty()) {
    const Result<store::Manifest> known = catalogue_.find(recipe.from);
    if (!known && known.error().code != ErrorCode::kNotFound)
      co_return std::unexpected(known.error());
    if (!known) {
      const Result<void> brought = co_await bring(exchange, recipe.from, body.stream);
      if (!brought) co_return co_await end_with_error(exchange, brought.error());
    }
  }
  const bool has_template = recipe.renderer.empty() || this->has_template(recipe);
  if (const Result<void> good = check_renderer(recipe, has_template); !good)
    co_return co_await end_with_error(exchange, good.error());
  if (is_npu_folder(body.files)) {
    AX_CO_CHECK(add_npu_folder(catalogue_.store(), body.files, recipe));
  }
  std::vector<std::string> statuses;
  const Result<void> made = catalogue_.store().create(
      name, recipe, [&](std::string_view status) { statuses.emplace_back(status); });
  if (!made) {
    if (!recipe.folder_files.empty()) catalogue_.store().drop_folder(recipe.folder_files);
    co_return co_await end_with_error(exchange, made.error());
  }
  if (!body.stream) {
    co_return co_await exchange.respond(json_response(R"({"status":"success"})"));
  }
  for (const std::string& status : statuses) {
    AX_CO_CHECK(co_await send_line(exchange, ollama::status_line(status)));
  }
  co_return co_await exchange.end();
}

App::Reply App::copy(Exchange& exchange) {
  AX_CO_TRY(const ollama::CopyBody body, ollama::read_copy(exchange.request().body));
  const Result<store::Name> from = store::Name::parse(body.source);
  if (!from)
    co_return fail(ErrorCode::kInvalidArgument, "source \"" + body.source + "\" is invalid");
  const Result<store::Name> to = store::Name::parse(body.destination);
  if (!to) {
    co_return fail(ErrorCode::kInvalidArgument,
                   "destination \"" + body.destination + "\" is invalid");
  }
  const Result<store::Manifest> known = catalogue_.find(body.source);
  if (!known && known.error().code == ErrorCode::kNotFound) {
    co_return fail(ErrorCode::kNotFound, "model \"" + body.source + "\" not found");
  }
  if (!known) co_return std::unexpected(known.error());
  AX_CO_CHECK(catalogue_.store().copy(*from, *to));
  co_return co_await exchange.respond(empty_answer(200));
}

App::Reply App::remove(Exchange& exchange) {
  AX_CO_TRY(const ollama::DeleteBody body, ollama::read_delete(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  const Result<store::Name> name = store::Name::parse(body.model);
  if (!name) co_return fail(ErrorCode::kInvalidArgument, "name \"" + body.model + "\" is invalid");
  const Result<store::Manifest> manifest = catalogue_.store().find(*name);
  if (!manifest && manifest.error().code == ErrorCode::kNotFound) {
    co_return fail(ErrorCode::kNotFound, "model '" + body.model + "' not found");
  }
  if (manifest) {
    if (const Result<ModelPtr> model = catalogue_.read(*manifest)) {
      scheduler_.unload(weights_key(**model));
    }
  }
  AX_CO_CHECK(catalogue_.store().remove(*name));
  co_return co_await exchange.respond(empty_answer(200));
}

App::Reply App::blob_head(Exchange& exchange) {
  const std::string digest(exchange.request().path().substr(kBlobs.size()));
  if (catalogue_.store().blob_path(digest).empty()) {
    co_return fail(ErrorCode::kInvalidArgument, "invalid digest format");
  }
  co_return co_await exchange.respond(
      empty_answer(catalogue_.store().has_blob(digest) ? 200 : 404));
}

std::shared_ptr<BodySink> App::body_route(const HttpRequest& head) {
  const std::string_view path = head.path();
  const bool is_upload = head.method == "POST" && path.starts_with(kBlobs);
  if (!is_upload || path.size() == kBlobs.size() || !admits(head)) return nullptr;
  return std::make_shared<BlobSink>(side_, catalogue_.store(), path.substr(kBlobs.size()));
}

App::Reply App::blob_upload(Exchange& exchange) {
  auto& sink = dynamic_cast<BlobSink&>(*exchange.request().sink);  // of body_route()
  AX_CO_TRY(const bool is_new, co_await sink.finish());
  co_return co_await exchange.respond(empty_answer(is_new ? 201 : 200));
}

}  // namespace axllama::serve
