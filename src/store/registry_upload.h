// One blob of the store on its way to a registry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "store/registry_place.h"
#include "store/registry_session.h"
#include "store/store.h"
#include "store/transfer_parts.h"

namespace axllama::store {

class BlobUpload {
 public:
  using Told = std::function<void(uint64_t completed)>;

  // All references outlive it. `file`: the blob.
  BlobUpload(RegistrySession& session, const RegistryPlace& place, const Layer& layer,
             std::filesystem::path file)
      : session_(session), place_(place), layer_(layer), path_(std::move(file)) {}

  // Returns when the registry has the blob: it had it, could take it over from another of its
  // models, or has got all parts. `told` hears the bytes about every 60 ms, and at the end. Parts
  // that fail are sent again from where the registry says it is. One thread, once.
  Result<void> run(const Told& told, std::stop_token stop);

 private:
  Result<bool> is_there(std::stop_token stop);
  // Starts an upload; false when the registry took the blob over by itself.
  Result<bool> begin(std::stop_token stop);
  Result<void> send_parts(const Told& told, std::stop_token stop);
  Result<TransferReply> send(const std::string& method, const Url& url, const Part& part,
                             const Told& told, std::stop_token stop);
  Result<void> send_aside(const Url& url, const Part& part, const Told& told, std::stop_token stop);
  Result<void> ask_how_far(std::stop_token stop);
  Result<void> finish(std::stop_token stop);

  RegistrySession& session_;
  const RegistryPlace& place_;
  const Layer& layer_;
  const std::filesystem::path path_;
  Fd file_;
  std::vector<Part> parts_;
  Url location_;             // where the next bytes go
  uint64_t sent_ = 0;        // bytes that the registry has
  bool sent_aside_ = false;  // to storage that the registry named
};

}  // namespace axllama::store
